package web_test

import (
	"context"
	"html"
	"html/template"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web"
)

// house is a running server of pages that takes donations through the sandbox.
type house struct {
	*testworld.Service
	t       *testing.T
	sandbox *sandbox.Provider
	url     string

	owner    app.Actor
	cause    fund.Cause
	campaign fund.Fact
	// provider is what is asked for payments; a test may put its own in front of the sandbox.
	provider *frontedProvider
	// wait is what the limiter says next.
	wait time.Duration
	// watchers is how many follow every fact.
	watchers int
}

// frontedProvider fails to start payments while a test wants that.
type frontedProvider struct {
	*sandbox.Provider
	startErr error
}

func (p *frontedProvider) Start(ctx context.Context, o pay.Order) (pay.Started, error) {
	if p.startErr != nil {
		return pay.Started{}, p.startErr
	}
	return p.Provider.Start(ctx, o)
}

// idlePost is there, and is never asked: no test here sends mail.
type idlePost struct{ app.Mailer }

// newHouse starts a house, whose app may be made otherwise.
func newHouse(t *testing.T, otherwise ...func(*app.Options)) *house {
	t.Helper()
	h := &house{t: t}
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	h.Service = testworld.NewAt(t, storetest.SQLite(t), testworld.Options{At: at, Configure: func(s *testworld.Service, o *app.Options) {
		h.sandbox = s.Sandbox(sandbox.Options{BaseURL: h.url, Log: s.Logger})
		h.provider = &frontedProvider{Provider: h.sandbox}
		o.Pages, o.Mailer, o.MailAnyone = testworld.Pages(h.url), idlePost{}, true
		o.Payments = app.Payments{Provider: h.provider, Fee: testworld.Fee}
		for _, change := range otherwise {
			change(o)
		}
	}})
	pages := web.New(web.Options{
		App: h.App, BaseURL: h.url, Log: h.Logger, Now: h.Clock.Now, PayOrigins: []string{"https://pay.example"},
		Limit: func(*http.Request) time.Duration { return h.wait }, Watchers: func(fund.ID) int { return h.watchers },
	})
	h.Store.OnCommit(func([]fund.Event) { pages.Changed() })
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle(sandbox.PagePath, h.sandbox.Page())
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	h.found(t)
	return h
}

// found makes a charity with a campaign.
func (h *house) found(t *testing.T) {
	t.Helper()
	user, err := h.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Ana", Slug: "ana", Email: "ana@example.org", Password: "correct horse battery"})
	must.Do(t, err)
	h.owner = app.Actor{Kind: app.ActorUser, User: user.ID, Scopes: fund.Scopes()}
	h.cause, err = h.ImportCause(t.Context(), app.System(), fund.Cause{
		Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD", Status: fund.Published}, LegalName: "Water for All, Inc.", GovernmentID: "12-3456789",
		Address: fund.Address{Line1: "1 Well Road", City: "Bath", PostalCode: "BA1", Country: "GB"},
	})
	must.Do(t, err)
	h.campaign = h.newCampaign(t, "Run <1>", "run", h.cause)
}

func (h *house) newCampaign(t *testing.T, name, slug string, cause fund.Cause) fund.Fact {
	t.Helper()
	f, err := h.CreateCampaign(t.Context(), h.owner, fund.CampaignPatch{
		Name: fund.Some(name), Slug: fund.Some(slug), Cause: fund.Some(fund.Key{ID: cause.ID}), Status: fund.Some(fund.Published), Goal: fund.Some("1000"),
	})
	must.Do(t, err)
	return f
}

func keyOf(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: app.AllKinds()}
}

// stored tells apart what is stored: the payments that have begun, and everything that was told of.
func (h *house) stored() [2]int64 {
	h.t.Helper()
	begun, err := h.Store.DueWork(h.t.Context(), fund.WorkPayment, h.Clock.Now().AddDate(1, 0, 0), 1000)
	must.Do(h.t, err)
	position, err := h.Store.LastPosition(h.t.Context())
	must.Do(h.t, err)
	return [2]int64{int64(len(begun)), position}
}

// answer is an answer that has been read.
type answer struct {
	*http.Response
	body string
}

// donorSession is somebody's browser.
type donor struct {
	h *house
	*http.Client
	// languages are those of the browser.
	languages string
}

func (h *house) donor() *donor {
	jar, err := cookiejar.New(nil)
	must.Do(h.t, err)
	return &donor{h: h, Client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (g *donor) send(method, path, body string, header ...string) answer {
	g.h.t.Helper()
	path = strings.TrimPrefix(path, g.h.url)
	r, err := http.NewRequestWithContext(g.h.t.Context(), method, g.h.url+path, strings.NewReader(body))
	must.Do(g.h.t, err)
	if g.languages != "" {
		r.Header.Set("Accept-Language", g.languages)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", g.h.url)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got, err := g.Do(r)
	must.Do(g.h.t, err)
	defer func() { _ = got.Body.Close() }()
	var text strings.Builder
	buffer := make([]byte, 32<<10)
	for {
		n, err := got.Body.Read(buffer)
		text.Write(buffer[:n])
		if err != nil {
			return answer{got, text.String()}
		}
	}
}

func (g *donor) get(path string, header ...string) answer {
	g.h.t.Helper()
	return g.send(http.MethodGet, path, "", header...)
}

var (
	hidden  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	wrongAt = regexp.MustCompile(`(?s)<p class="wrong" id="([^"]*)-problem">([^<]*)</p>`)
)

// form is the hidden part of a donate page, with what is filled in, in pairs.
func (a answer) form(pairs ...string) url.Values {
	values := url.Values{}
	for _, found := range hidden.FindAllStringSubmatch(a.body, -1) {
		values.Set(found[1], html.UnescapeString(found[2]))
	}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

// problems are what stands beside the fields, by their places.
func (a answer) problems() map[string]string {
	all := map[string]string{}
	for _, found := range wrongAt.FindAllStringSubmatch(a.body, -1) {
		all[found[1]] = html.UnescapeString(found[2])
	}
	return all
}

// donate sends the form of a donate page, filled in.
func (g *donor) give(path string, pairs ...string) answer {
	g.h.t.Helper()
	return g.send(http.MethodPost, strings.Split(path, "?")[0], g.get(path).form(pairs...).Encode())
}

// pay pays with a card where a donation leads to, does all that is due, and comes back to where the donation is seen.
func (g *donor) pay(begun answer, card string, pairs ...string) answer {
	g.h.t.Helper()
	values := url.Values{"card": {card}, "code": {"020"}}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	paid := g.send(http.MethodPost, begun.Header.Get("Location"), values.Encode())
	g.h.settle()
	return g.comeBack(paid)
}

// comeBack follows an answer to a payment that was made up to where the address of the donation's page is told.
func (g *donor) comeBack(paid answer) answer {
	g.h.t.Helper()
	if to := paid.Header.Get("Location"); strings.Contains(to, "/gifts/paid/") {
		return g.get(to)
	}
	return paid
}

// settle does everything that is due within half a minute, provider events included.
func (h *house) settle() {
	h.t.Helper()
	h.Clock.Advance(15 * time.Second)
	h.sandbox.Round(h.t.Context())
	h.Clock.Advance(15 * time.Second)
	h.DoDue(h.t.Context())
}

// linkOf is where the first line of the list at the top leads to.
var linkOf = regexp.MustCompile(`<li><a href="#([^"]*)">`)

// htmlOf is a text as a template writes it.
func htmlOf(text string) string { return template.HTMLEscapeString(text) }
