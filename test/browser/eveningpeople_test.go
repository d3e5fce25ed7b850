package browser_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
)

// person is somebody who works on an evening with a program that sends what the pages send.
type person struct {
	*evening
	client *http.Client
	page   string
}

// signIn signs somebody in. page is that of the campaign which they work on.
func (e *evening) signIn(ctx context.Context, user demo.Login, page string) *person {
	p := &person{evening: e, client: &http.Client{Jar: must.Get(cookiejar.New(nil))(e.t)}, page: e.BaseURL + "/dashboard/" + e.Campaign.ID + page}
	const path = "/account/sign-in"
	for {
		text := p.see(ctx, e.BaseURL+path)
		if text != "" && p.send(ctx, e.BaseURL+path, url.Values{"form": {hidden(text, "form")}, "next": {hidden(text, "next")}, "email": {user.Email}, "password": {user.Password}}) {
			return p
		}
		if ctx.Err() != nil {
			e.t.Errorf("%s could not sign in", user.Email)
			return p
		}
	}
}

// see is a page; "" where it is not there, as in an outage.
func (p *person) see(ctx context.Context, address string) string {
	q := must.Get(http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody))(p.t)
	answer, err := p.client.Do(q)
	if err != nil {
		p.rest(lookEvery)
		return ""
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		p.rest(lookEvery)
		return ""
	}
	return string(text)
}

// send sends a form, and reports whether it was taken.
func (p *person) send(ctx context.Context, address string, form url.Values) bool {
	q := must.Get(http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode())))(p.t)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Origin", p.BaseURL)
	answer, err := p.client.Do(q)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	at := answer.Request.URL
	return err == nil && answer.StatusCode == http.StatusOK && !at.Query().Has("late") && !at.Query().Has("barred")
}

var (
	heldRow  = regexp.MustCompile(`(?s)<li id="g-([0-9a-f-]+)".*?</li>`)
	aloudRow = regexp.MustCompile(`(?s)class="aloud">.*?</section>`)
)

// hidden is the value of a field that a page has.
func hidden(text, name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return found[1]
}

// screens shows and hides what waits, until all gifts are decided.
func (e *evening) screens(ctx context.Context, user demo.Login) {
	p := e.signIn(ctx, user, "/screening")
	for !e.ended(ctx, `SELECT count(*) = 0`+ofEvening+` AND d.screening NOT IN ('shown', 'hidden')`) {
		text := p.see(ctx, p.page)
		waiting, _, _ := strings.Cut(text, `id="decided"`)
		for _, row := range heldRow.FindAllString(waiting, -1) {
			to := "shown"
			switch n := e.decided.Load(); {
			case strings.Contains(row, unfit):
				to = "hidden"
			case n%readEvery == 0 && strings.Contains(row, "shown_read"):
				to = "shown_read"
			}
			if p.send(ctx, p.page, url.Values{"form": {hidden(text, "form")}, "id": {hidden(row, "id")}, "was": {hidden(row, "was")}, "to": {to}}) {
				e.decided.Add(1)
			}
		}
		p.rest(lookEvery)
	}
}

// reads reads what was shown, one gift after the other, until all are read.
func (e *evening) reads(ctx context.Context, user demo.Login) {
	p := e.signIn(ctx, user, "/read")
	for !e.ended(ctx, `SELECT count(*) = 0`+ofEvening+` AND (d.screening NOT IN ('shown', 'hidden') OR d.screening = 'shown' AND d.read_at IS NULL)`) {
		text := p.see(ctx, p.page)
		next := aloudRow.FindString(text)
		id := hidden(next, "id")
		if id == "" || !p.send(ctx, p.page, url.Values{"form": {hidden(next, "form")}, "id": {id}, "do": {"read"}}) {
			p.rest(lookEvery)
			continue
		}
		e.read.Add(1)
		if _, twice := e.sent.LoadOrStore(id, true); twice {
			e.t.Errorf("%s was read twice", id)
		}
		if strings.Contains(next, unfit) {
			e.t.Errorf("got %.300q before the reader, want nothing that was hidden", next)
		}
	}
}

// ended reports whether no more gifts come, and a query says true.
func (e *evening) ended(ctx context.Context, query string) bool {
	if ctx.Err() != nil {
		return true
	}
	if !e.over.Load() {
		return false
	}
	is, err := one[bool](ctx, e.database, query)
	return err == nil && is
}

// gives makes all gifts of the evening, which is a little longer where the server is away for a moment. One that was not acknowledged is made again, so that it may be
// there twice.
func (e *evening) gives(ctx context.Context) {
	defer e.over.Store(true)
	client := &http.Client{}
	tick := time.NewTicker(giftEvery)
	defer tick.Stop()
	for range e.length / giftEvery {
		if ctx.Err() != nil {
			return
		}
		n := e.given.Add(1)
		comment := fmt.Sprintf("evening %d", n)
		if n%unfitEvery == 0 {
			comment += " " + unfit + " https://example.org/" + unfit
		}
		body := fmt.Sprintf(`{"name":"Donor %d","campaign":%d,"amount":"%d.%02d","comment":%q}`, n, e.Campaign.LegacyID, 1+n%50, n%100, comment)
		for !e.gave(ctx, client, body) && ctx.Err() == nil {
			e.rest(lookEvery)
		}
		<-tick.C
	}
}

func (e *evening) gave(ctx context.Context, client *http.Client, body string) bool {
	q := must.Get(http.NewRequestWithContext(ctx, http.MethodPost, e.BaseURL+"/pay/sandbox/donations", strings.NewReader(body)))(e.t)
	q.Header.Set("Authorization", "Bearer "+e.Sandbox.Token)
	q.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(q)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return answer.StatusCode < http.StatusMultipleChoices
}

// spies looks at everything that everybody may see, and wants nothing of what was not shown.
func (e *evening) spies(ctx context.Context) {
	campaign := strings.TrimPrefix(e.campaignPage(), e.BaseURL)
	p := &person{evening: e, client: &http.Client{}}
	go p.follows(ctx)
	for ctx.Err() == nil {
		for _, path := range []string{
			campaign, "/embed/list" + campaign, campaign + "/donations.atom", "/text" + campaign + "/latest", "/text" + campaign + "/top", "/search?q=donor",
			fmt.Sprintf("/api/v3/campaigns/%d/donations", e.Campaign.LegacyID), "/api/public/campaigns/" + e.Campaign.ID + "/donations", "/@" + e.Campaign.OwnerSlug,
		} {
			p.suspect(path, e.reading(path))
		}
		e.rest(5 * lookEvery)
	}
}

// reading is what an address answers an application with; "" where it does not.
func (e *evening) reading(path string) string {
	q := must.Get(http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.BaseURL+path, http.NoBody))(e.t)
	q.Header.Set("Authorization", "Bearer "+e.V3.ApplicationToken)
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	return string(text)
}

// follows listens to the feed.
func (p *person) follows(ctx context.Context) {
	for ctx.Err() == nil {
		q := must.Get(http.NewRequestWithContext(ctx, http.MethodGet, p.BaseURL+"/live/events?facts="+p.Campaign.ID, http.NoBody))(p.t)
		answer, err := p.client.Do(q)
		if err != nil {
			p.rest(lookEvery)
			continue
		}
		for lines := bufio.NewReader(answer.Body); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				break
			}
			p.suspect("the feed", line)
		}
		_ = answer.Body.Close()
	}
}

func (p *person) suspect(where, text string) {
	if strings.Contains(text, unfit) {
		p.t.Errorf("%s: got %.300q, want nothing that was not shown", where, text)
	}
	p.seen.Add(1)
}
