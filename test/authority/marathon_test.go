package authority_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testworld"
)

const (
	// marathoners is how many volunteers are in the file, and early how many of them have a shift that ends while the others go on.
	marathoners = 40
	early       = 3
	// shift is how long the early ones have: they accept their links first.
	shift = 12 * time.Second
	// outWithin is how soon after its end the connections of a grant are closed.
	outWithin = time.Second
	// leadPassword is that of the lead.
	leadPassword = "forty people, one list"
	// marathonPage is the page of the campaign.
	marathonPage = "/@the-lead/marathon"
)

// volunteer is a line of the file.
type volunteer struct {
	name, line string
	roles      []fund.GrantRole
	// early reports whether the shift ends while others go on.
	early bool
	// link is the path of the link, caller the name in the world, "" for who has not opened it.
	link, caller string
	// out is when the last live connection ended.
	out chan time.Time
}

// volunteers are those of the file, with the names that people have and give.
func volunteers(ends time.Time) []*volunteer {
	names := []string{`O"Brien; Ann`, "=HYPERLINK(\"https://evil.test\",\"x\")", "مريم", "Žofie 🏃", "<b>Bo</b>"}
	roles := [][]fund.GrantRole{
		{fund.GrantScreener}, {fund.GrantHeadScreener}, {fund.GrantSchedule}, {fund.GrantFulfill}, {fund.GrantReader}, {fund.GrantDesk},
		{fund.GrantScreener, fund.GrantSchedule}, {fund.GrantReader, fund.GrantDesk, fund.GrantFulfill},
	}
	all := make([]*volunteer, marathoners)
	for i := range all {
		v := &volunteer{name: fmt.Sprintf("Volunteer %d", i+1), roles: roles[i%len(roles)], early: i < early, out: make(chan time.Time, 1)}
		if at := i - early; at >= 0 && at < len(names) {
			v.name = names[at]
		}
		var until string
		switch {
		case v.early:
			until = ends.Format(time.RFC3339)
		case i%3 == 1:
			until = ends.AddDate(0, 0, 2).Format(time.DateOnly)
		}
		words := strings.Trim(fmt.Sprint(v.roles), "[]")
		v.line = `"` + strings.ReplaceAll(v.name, `"`, `""`) + `";` + words + ";" + until
		all[i] = v
	}
	return all
}

// send uploads a file on the page of the people, as a browser does.
func (m *marathon) send(t *testing.T, content string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range testcallers.Hidden(m.VisitAt(t, m.lead, http.MethodGet, m.base+"/people", nil).Body.String()) {
		must.Do(t, form.WriteField(name, values[0]))
	}
	must.Do(t, form.WriteField("ends", time.Now().Add(6*time.Hour).UTC().Format("2006-01-02T15:04")))
	must.Do(t, form.WriteField("role", string(fund.GrantScreener)))
	file := must.Get(form.CreateFormFile("file", "volunteers.csv"))(t)
	_ = must.Get(file.Write([]byte(content)))(t)
	must.Do(t, form.Close())
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, testworld.BaseURL+m.base+"/people/import", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", m.lead.Cookie)
	return m.Serve(r)
}

// wantRefused sends files with a fault, beside lines that are good, and wants the fault by its line and nobody to get anything.
func (m *marathon) wantRefused(t *testing.T) {
	t.Helper()
	past, far := time.Now().AddDate(0, 0, -2).Format(time.DateOnly), time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	for _, c := range []struct{ file, want string }{
		{"name;roles\nAda;screener\nBob;owner\n", "Line 3, roles: This role does not exist"},
		{"name;roles;ends_at\nAda;screener;\nBob;;" + past, "Line 3, ends_at: Choose a time that is still to come"},
		{"name;ends_at\nAda;\nBob;" + far, "Line 3, ends_at: Choose a time at most 90 days from now"},
		{"name;ends_at\nAda;\nBob;tonight", "Line 3, ends_at: Write the time like 2026-12-31 18:00"},
		{"Ada\nBob\nada\n", "Line 3, name: Somebody of this name has one of these roles already"},
		{"Ada\n\"Bob\n", "Line 2: This is not CSV. Look at the quotation marks"},
		{"Ada,,,x\nBob\n", "Line 1: There are more columns than name, roles and ends_at"},
		{"name;mail\nAda;ada@example.org\n", "Line 1, mail: Columns are name, roles and ends_at"},
		{"Ada\n\xc4nne\n", "The file is not UTF-8"},
		{"name;roles\n;screener\nAda;\n", "Line 2, name: Fill this in"},
		{strings.Repeat("Ada\n", fund.MaxFactGrantLines+1), "At most 100 people at once"},
		{strings.Repeat("a", fund.MaxFactGrantFile+1), "The file is larger than 32 kB"},
	} {
		answer := m.send(t, c.file)
		page := html.UnescapeString(answer.Body.String())
		if answer.Code != http.StatusUnprocessableEntity || !strings.Contains(page, c.want) || !strings.Contains(page, "Nobody got a link") {
			t.Errorf("%.40q: got %d, want %q\n%s", c.file, answer.Code, c.want, page)
		}
	}
	if page := m.VisitAt(t, m.lead, http.MethodGet, m.base+"/people", nil).Body.String(); !strings.Contains(page, "Nobody yet.") {
		t.Error("got somebody of a file that was refused")
	}
}

var keyOfLink = regexp.MustCompile(`/dashboard/accept\?key=([0-9a-f]{64})`)

// give sends the file of all volunteers, and hands out the links that come back: on the page, and as a file.
func (m *marathon) give(t *testing.T, all []*volunteer) {
	t.Helper()
	file := "\ufeffName;Roles;Ends_at\r\n"
	for _, v := range all {
		file += v.line + "\r\n"
	}
	answer := m.send(t, file)
	_, encoded, _ := strings.Cut(html.UnescapeString(answer.Body.String()), "base64,")
	encoded, _, _ = strings.Cut(encoded, `"`)
	sheet := must.Get(base64.StdEncoding.DecodeString(must.Get(url.PathUnescape(encoded))(t)))(t)
	rows := must.Get(csv.NewReader(bytes.NewReader(bytes.TrimPrefix(sheet, []byte("\ufeff")))).ReadAll())(t)
	if len(rows) != len(all)+1 || len(keyOfLink.FindAllString(answer.Body.String(), -1)) != len(all) {
		t.Fatalf("got %d with %d rows, want %d links on the page and in the file\n%s", answer.Code, len(rows)-1, len(all), answer.Body)
	}
	for i, v := range all {
		name, link := rows[i+1][0], rows[i+1][1]
		if strings.TrimPrefix(name, "'") != v.name || strings.HasPrefix(name, "=") {
			t.Errorf("got the name %q in the file, want %q, and no formula", name, v.name)
		}
		v.link = strings.TrimPrefix(link, testworld.BaseURL)
		m.keep(keyOfLink.FindStringSubmatch(v.link)[1])
	}
	people := m.VisitAt(t, m.lead, http.MethodGet, m.base+"/people", nil).Body.String()
	for _, v := range all {
		if !strings.Contains(people, html.EscapeString(v.name)) && !strings.Contains(html.UnescapeString(people), v.name) {
			t.Errorf("got no %q in the list of people", v.name)
		}
	}
	if keyOfLink.MatchString(people) {
		t.Error("got a link in the list of people, want links to be shown once")
	}
}

// open has a volunteer open the link, and accept it: with an account where there is one.
func (m *marathon) open(t *testing.T, v *volunteer, account *fund.User) {
	t.Helper()
	v.caller = "volunteer " + v.name
	by, path, cookie := testcallers.Browser{}, "/dashboard/accept/alone", "grant"
	if account != nil {
		in := must.Get(m.SignIn(t.Context(), app.Credentials{Email: account.Email, Password: leadPassword}))(t)
		by.Cookie, path = "__Host-almoner_session="+in.Session, "/dashboard/accept"
		m.Callers[v.caller] = must.Get(m.CreateToken(t.Context(), app.System(), fund.Token{Kind: fund.TokenUser, UserID: account.ID, Scopes: fund.Scopes()}))(t)
	}
	page := m.VisitAt(t, by, http.MethodGet, v.link, nil)
	if account == nil {
		by.Cookie = cookieOf(page, "visitor")
	}
	answer := m.VisitAt(t, by, http.MethodPost, path, formTo(page.Body.String(), path))
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != m.base {
		t.Fatalf("%s: got %d to %q, want the campaign\n%s", v.name, answer.Code, answer.Header().Get("Location"), page.Body)
	}
	if account == nil {
		by.Cookie = cookieOf(answer, cookie)
	}
	m.Browsers[v.caller] = by
}

// formTo are the hidden fields of the form of a page that leads to a path.
func formTo(page, path string) url.Values {
	_, form, _ := strings.Cut(page, `action="`+path+`"`)
	return testcallers.Hidden(form)
}

// follow keeps a live connection of a volunteer open, and says when it ends.
func (m *marathon) follow(t *testing.T, v *volunteer) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, testworld.BaseURL+"/live/facts/"+m.fact.String()+"/events", nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", m.Browsers[v.caller].Cookie)
	answer := must.Get(m.wire.send(r))(t)
	lines := bufio.NewScanner(answer.Body)
	if answer.StatusCode != http.StatusOK || !lines.Scan() {
		t.Fatalf("%s: got %d, want a live connection", v.name, answer.StatusCode)
	}
	go func() {
		defer func() { _ = answer.Body.Close() }()
		for lines.Scan() {
			continue
		}
		v.out <- time.Now()
	}()
}

// wantOut wants the connections of volunteers closed soon after an instant. A write that takes long on a busy machine gives all of them more time.
func (m *marathon) wantOut(t *testing.T, how string, since time.Time, out []*volunteer) {
	t.Helper()
	var last time.Duration
	for _, v := range out {
		last = max(last, m.outAt(t, how, since, v).Sub(since))
		m.wantNothing(t, v)
	}
	began := time.Now()
	must.Get(m.UpdateDonationSettings(t.Context(), testworld.As(m.user), app.FactKey{Key: fund.Key{ID: m.fact}}, fund.DonationSettingsPatch{Leet: fund.Some(time.Now().Nanosecond()%2 == 0)}))(t)
	if most := max(outWithin, 20*time.Since(began)); last > most {
		t.Errorf("%s: the last of %d connections was out after %v, want %v", how, len(out), last, most)
	}
	t.Logf("%s: the last of %d connections was out after %v", how, len(out), last)
}

// outAt waits until the connection of a volunteer is closed. One that broke on a busy machine before the end comes back, as a browser does, while it may.
func (m *marathon) outAt(t *testing.T, how string, since time.Time, v *volunteer) time.Time {
	t.Helper()
	for {
		select {
		case at := <-v.out:
			if !at.Before(since) || !time.Now().Before(since) {
				return at
			}
			t.Logf("%s: the connection of %s broke %v before", how, v.name, since.Sub(at))
			m.follow(t, v)
		case <-time.After(heldTime):
			t.Fatalf("%s: got an open connection of %s", how, v.name)
		}
	}
}

// wantNothing wants the next request of a volunteer to be refused.
func (m *marathon) wantNothing(t *testing.T, v *volunteer) {
	t.Helper()
	answer := m.VisitAt(t, m.Browsers[v.caller], http.MethodGet, m.base, nil)
	if answer.Code != http.StatusForbidden && !strings.HasPrefix(answer.Header().Get("Location"), testcallers.SignInPage) {
		t.Errorf("%s: got %d after the end, want a refusal", v.name, answer.Code)
	}
}

// readAll reads every route as a volunteer, at the campaign of the lead, and wants none of the secrets.
func (m *marathon) readAll(t *testing.T, v *volunteer) (read int) {
	t.Helper()
	for _, r := range m.Routes() {
		isAPI := strings.HasPrefix(r.Pattern, "/api/") // where cookies count for nothing
		isFile := strings.HasSuffix(r.Pattern, ".png") || strings.HasSuffix(r.Pattern, ".svg") || strings.HasPrefix(r.Pattern, "/docs/") || strings.Contains(r.Pattern, "/openapi")
		if r.Method != http.MethodGet || isFile || strings.HasSuffix(r.Pattern, "/events") || strings.HasSuffix(r.Pattern, "socket") || isAPI && m.Callers[v.caller] == "" {
			continue
		}
		request := m.Request(t, v.caller, r)
		request.URL.Path = strings.Replace(request.URL.Path, testcallers.CampaignPage, marathonPage, 1)
		answer := m.Serve(request)
		read++
		if answer.Code >= http.StatusInternalServerError {
			t.Errorf("%s as %s: got %d", r, v.name, answer.Code)
		}
		shown := strings.ToLower(fmt.Sprint(answer.Header(), answer.Body))
		for secret, may := range m.secrets {
			if strings.Contains(shown, secret) && !slices.ContainsFunc(v.roles, func(role fund.GrantRole) bool { return slices.Contains(may, role) }) {
				t.Errorf("%s as %v: got %q, which is not theirs to see", r, v.roles, secret)
			}
		}
	}
	return read
}

// wantUseful wants every secret that a role may see to be seen by somebody: a walk that reads nothing finds no leak.
func (m *marathon) wantUseful(t *testing.T, all []*volunteer) {
	t.Helper()
	// One screener has the gift on the page of the screening; the others find it elsewhere.
	pages := map[fund.GrantRole][]string{
		fund.GrantScreener: {"/screening", "/gifts/" + m.IDs["donation_id"]}, fund.GrantHeadScreener: {"/screening?all=yes", "/settings"}, fund.GrantFulfill: {"/gifts/" + m.IDs["donation_id"]}, fund.GrantSchedule: {"/schedule"},
		fund.GrantReader: {"/read"}, fund.GrantDesk: {"/desk"},
	}
	for _, v := range all {
		if v.caller == "" || v.early || len(v.roles) > 1 {
			continue
		}
		var shown string
		for _, page := range pages[v.roles[0]] {
			answer := m.VisitAt(t, m.Browsers[v.caller], http.MethodGet, m.base+page, nil)
			if shown += answer.Body.String(); answer.Code != http.StatusOK {
				t.Errorf("%s as %v: got %d, want their page", page, v.roles, answer.Code)
			}
		}
		for secret, may := range m.secrets {
			if slices.Contains(may, v.roles[0]) && !strings.Contains(strings.ToLower(shown), secret) {
				t.Errorf("as %v: got no %q, which they work with", v.roles, secret)
			}
		}
	}
}

// TestAMarathonOfFortyVolunteers is the evening of a lead: a campaign made on the pages, forty volunteers from a file, each with a link, what they see, and the ends of their shifts.
func TestAMarathonOfFortyVolunteers(t *testing.T) {
	t.Parallel()
	m := newMarathon(t)
	m.wantRefused(t)
	ends := time.Now().UTC().Add(shift).Truncate(time.Second)
	all := volunteers(ends)
	m.give(t, all)
	there := all[:len(all)-2] // two never open theirs
	for i, v := range there {
		var account *fund.User
		if !v.early && i%6 == 0 {
			made := must.Get(m.CreateUser(t.Context(), app.System(), app.NewUser{Username: fmt.Sprint("helper-", i), Email: fmt.Sprintf("helper-%d@example.org", i), Password: leadPassword}))(t)
			account = &made
		}
		m.open(t, v, account)
		m.follow(t, v)
	}
	m.wantUseful(t, all)

	var reading sync.WaitGroup
	turns, read := make(chan bool, 2), make(chan int, len(there))
	began := time.Now()
	for _, v := range there[early:] {
		reading.Go(func() {
			turns <- true
			read <- m.readAll(t, v)
			<-turns
		})
	}
	m.wantOut(t, "by their time", ends, all[:early])
	reading.Wait()
	close(read)
	total := 0
	for n := range read {
		total += n
	}
	t.Logf("%d volunteers read %d answers in %v, with %d secrets", len(there)-early, total, time.Since(began), len(m.secrets))

	lost := there[len(there)-1]
	m.wantAnotherLink(t, lost)
	form := formTo(m.VisitAt(t, m.lead, http.MethodGet, m.base+"/people", nil).Body.String(), m.base+"/people/end")
	form.Set("id", "all")
	since := time.Now()
	m.Leads(t, m.lead, http.MethodPost, m.base+"/people/end", form)
	m.wantOut(t, "together", since, there[early:])
	for _, v := range all[len(there):] {
		if got := m.VisitAt(t, testcallers.Browser{}, http.MethodGet, v.link, nil).Code; got != http.StatusNotFound {
			t.Errorf("%s: got %d for a link that nobody opened, want 404 after the end", v.name, got)
		}
	}
	if page := m.VisitAt(t, m.lead, http.MethodGet, m.base+"/people", nil).Body.String(); !strings.Contains(page, "Nobody yet.") {
		t.Error("got somebody in the list of people after the end")
	}
}

// wantAnotherLink gives a volunteer who lost the phone another link, which takes the grant from whoever has the phone.
func (m *marathon) wantAnotherLink(t *testing.T, v *volunteer) {
	t.Helper()
	people := m.VisitAt(t, m.lead, http.MethodGet, m.base+"/people", nil).Body.String()
	_, row, _ := strings.Cut(people, v.name)
	since := time.Now()
	answer := m.VisitAt(t, m.lead, http.MethodPost, m.base+"/people/renew", formTo(row, m.base+"/people/renew"))
	found := keyOfLink.FindStringSubmatch(answer.Body.String())
	if found == nil || found[0] == v.link {
		t.Fatalf("got %d without another link\n%s", answer.Code, answer.Body)
	}
	m.wantOut(t, "by another link", since, []*volunteer{v})
	if got := m.VisitAt(t, testcallers.Browser{}, http.MethodGet, v.link, nil).Code; got != http.StatusNotFound {
		t.Errorf("got %d for the lost link, want 404", got)
	}
	v.link = found[0]
	m.open(t, v, nil)
	m.follow(t, v)
}
