package dash_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/account"
	"github.com/almoner/almoner/internal/web/dash"
	"github.com/almoner/almoner/internal/web/session"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// password is that of all users.
const password = "correct horse battery"

// house is a running server of the dashboard, with a campaign of the first of two users.
type house struct {
	*testworld.Service
	t        *testing.T
	url      string
	campaign fund.Fact
	owner    app.Actor
	sandbox  *sandbox.Provider
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseWith(t, dash.Options{})
}

func newHouseWith(t *testing.T, o dash.Options) *house {
	t.Helper()
	return newHousePaid(t, o, func(*app.Options) {})
}

// newHousePaid is a house with other payments than those of the sandbox.
func newHousePaid(t *testing.T, o dash.Options, paid func(*app.Options)) *house {
	t.Helper()
	if o.Listeners == nil {
		o.Listeners = func(fund.ID) map[app.Listener]int { return map[app.Listener]int{{Kind: "websocket"}: 7} }
	}
	ctx := t.Context()
	h := &house{t: t}
	h.Service = testworld.New(t, testworld.Options{Configure: func(s *testworld.Service, a *app.Options) {
		h.sandbox = s.Sandbox(sandbox.Options{})
		a.Payments = app.Payments{Provider: h.sandbox, Fee: testworld.Fee}
		paid(a)
	}})
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	site := session.New(session.Options{App: h.App, BaseURL: h.url, Log: h.Logger})
	mux := http.NewServeMux()
	mux.Handle(account.Path+"/", account.New(site))
	o.Preview, o.Sample = namesOnly, noSample
	o.AlertText = live.AlertText
	if o.Hub == following {
		o.Hub = h.follow()
	}
	pages := dash.New(site, o)
	mux.Handle(dash.Path, pages)
	mux.Handle(dash.Path+"/", pages)
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	for _, name := range []string{"owner", "stranger"} {
		user := must.Get(h.CreateUser(ctx, app.System(), app.NewUser{Username: name, Email: name + "@example.org", Password: password}))(t)
		if name == "owner" {
			h.owner = testworld.As(user)
		}
	}
	cause := must.Get(h.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}}))(t)
	h.campaign = must.Get(h.CreateCampaign(ctx, h.owner, fund.CampaignPatch{
		Name: fund.Some("Run <b>"), Cause: fund.Some(fund.Key{ID: cause.ID}), Status: fund.Some(fund.Published), Goal: fund.Some("100"),
	}))(t)
	return h
}

// as is the browser of a user, who is signed in.
func (h *house) as(name string) testbrowser.Browser {
	h.t.Helper()
	b := testbrowser.New(h.t, h.url)
	page := b.Get("/account/sign-in")
	b.Post("/account/sign-in", testbrowser.With(page.Form(h.t, "/account/sign-in"), "email", name+"@example.org", "password", password))
	return b
}

// give records a donation that waits for a screener.
func (h *house) give(name string) fund.Donation {
	h.t.Helper()
	ctx := h.t.Context()
	must.Get(h.UpdateDonationSettings(ctx, h.owner, app.FactKey{Key: fund.Key{ID: h.campaign.ID}}, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)}))(h.t)
	return must.Get(h.RecordOffline(ctx, app.System(), app.FactKey{Key: fund.Key{ID: h.campaign.ID}}, fund.DonationInput{
		Amount: "12.50", Name: name, Comment: "a comment of " + name, Email: "hidden@example.org",
	}))(h.t)
}

func (h *house) base() string { return "/dashboard/" + h.campaign.ID.String() }

// fields are the hidden fields of a form that may have a file.
func fields(t *testing.T, page testbrowser.Answer, path string) url.Values {
	t.Helper()
	page.Text = strings.ReplaceAll(page.Text, ` enctype="multipart/form-data"`, "")
	return page.Form(t, path)
}

// keyIn finds the key of the only link on a page.
var keyIn = regexp.MustCompile(`accept\?key=([0-9a-f]{64})`)

// invited gives a grant by the page, and returns the address of its link.
func (h *house) invited(name string, roles ...string) string {
	h.t.Helper()
	b := h.as("owner")
	page := b.Get(h.base() + "/people")
	form := testbrowser.With(fields(h.t, page, h.base()+"/people/give"), "name", name, "ends", h.Now().Add(2*time.Hour).Format("2006-01-02T15:04"))
	form["role"] = roles
	given := b.Post(h.base()+"/people/give", form)
	found := keyIn.FindStringSubmatch(given.Text)
	if given.StatusCode != http.StatusOK || found == nil {
		h.t.Fatalf("got %d, want a link\n%s", given.StatusCode, given.Text)
	}
	return "/dashboard/accept?key=" + found[1]
}

// accepted is the browser of a volunteer without an account.
func (h *house) accepted(link string) testbrowser.Browser {
	h.t.Helper()
	b := testbrowser.New(h.t, h.url)
	page := b.Get(link)
	b.Get(link) // which changes nothing
	answer := b.Post("/dashboard/accept/alone", page.Form(h.t, "/dashboard/accept/alone"))
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != h.base() {
		h.t.Fatalf("got %d to %q, want the campaign", answer.StatusCode, answer.Header.Get("Location"))
	}
	return b
}

func TestWhoSeesTheDashboard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/dashboard", h.base(), h.base() + "/people", h.base() + "/screening"} {
		nobody := testbrowser.New(t, h.url).Get(path)
		if to := nobody.Header.Get("Location"); nobody.StatusCode != http.StatusSeeOther || to != "/account/sign-in?next="+url.QueryEscape(path) {
			t.Errorf("%s: got %d to %q for nobody, want the sign-in and back", path, nobody.StatusCode, to)
		}
		if got := h.as("owner").Get(path); got.StatusCode != http.StatusOK || !strings.Contains(got.Text, "Run &lt;b&gt;") {
			t.Errorf("%s: got %d for the owner\n%s", path, got.StatusCode, got.Text)
		}
		want := http.StatusForbidden
		if path == "/dashboard" {
			want = http.StatusOK
		}
		if got := h.as("stranger").Get(path); got.StatusCode != want || strings.Contains(got.Text, "Run &lt;b&gt;") || strings.Contains(got.Text, "form is out of date") {
			t.Errorf("%s: got %d for a stranger, want %d\n%s", path, got.StatusCode, want, got.Text)
		}
	}
	for _, path := range []string{"/dashboard/none", "/dashboard/" + fund.ID{15: 1}.String()} {
		if got := h.as("owner").Get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.StatusCode)
		}
	}
}

func TestTheOverview(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.give("Ada")
	must.Get(h.Store.Project(t.Context()))(t)
	page := h.as("owner").Get(h.base()).Text
	for _, want := range []string{"$12.50", "$12.50 of $100", "<dd>7</dd>", "Anonymous"} {
		if !strings.Contains(page, want) {
			t.Errorf("got no %q\n%s", want, page)
		}
	}
}

func TestAVolunteerScreensUntilTheEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	given := h.give("Ada <i>")
	volunteer := h.accepted(h.invited("Vic", "screener"))
	page := volunteer.Get(h.base() + "/screening")
	if !strings.Contains(page.Text, "Ada &lt;i&gt;") || !strings.Contains(page.Text, "a comment of Ada") || strings.Contains(page.Text, "hidden@example.org") {
		t.Fatalf("got %d, want the held donation without the mail address\n%s", page.StatusCode, page.Text)
	}
	answer := volunteer.Post(h.base()+"/screening", testbrowser.With(page.Form(t, h.base()+"/screening"), "to", "shown"))
	if answer.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want the page again", answer.StatusCode)
	}
	if d := must.Get(h.GetDonation(t.Context(), app.System(), fund.Key{ID: given.ID}))(t); d.Screening != fund.ScreeningShown {
		t.Errorf("got %s, want the donation shown", d.Screening)
	}
	for _, path := range []string{"/people", "/people/give"} {
		if got := volunteer.Get(h.base() + path).StatusCode; got != http.StatusForbidden && got != http.StatusMethodNotAllowed {
			t.Errorf("%s: got %d for a screener, want it refused", path, got)
		}
	}
	if got := testbrowser.New(t, h.url).Post(h.base()+"/screening", page.Form(t, h.base()+"/screening")); got.StatusCode != http.StatusSeeOther ||
		!strings.HasPrefix(got.Header.Get("Location"), "/account/sign-in") {
		t.Errorf("got %d for another browser with the form, want the sign-in", got.StatusCode)
	}
	forged := testbrowser.With(page.Form(t, h.base()+"/screening"), "form", "forged", "to", "hidden")
	if got := volunteer.Post(h.base()+"/screening", forged).StatusCode; got != http.StatusForbidden {
		t.Errorf("got %d for a forged form, want 403", got)
	}

	owner := h.as("owner")
	people := owner.Get(h.base() + "/people")
	if !strings.Contains(people.Text, "Vic") || !strings.Contains(people.Text, "accepted without an account") || !strings.Contains(people.Text, "given by") {
		t.Errorf("got no volunteer who accepted\n%s", people.Text)
	}
	ended := owner.Post(h.base()+"/people/end", testbrowser.With(people.Form(t, h.base()+"/people/end"), "id", "all"))
	if ended.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want the page again", ended.StatusCode)
	}
	if got := volunteer.Get(h.base() + "/screening"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d after the end, want the sign-in", got.StatusCode)
	}
	if got := volunteer.Get(h.base() + "/screening").Header.Get("Location"); !strings.HasPrefix(got, "/account/sign-in") {
		t.Errorf("got %q after the end, want the sign-in", got)
	}
}

// TestAGiftThatCameAnotherWay records one where the cause lets streamers, and sends the form twice.
func TestAGiftThatCameAnotherWay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := h.base() + "/offline"
	if got := h.as("owner").Get(path).StatusCode; got != http.StatusForbidden {
		t.Errorf("got %d where the cause does not let streamers, want 403", got)
	}
	h.AllowOffline(t.Context(), h.campaign.Cause.ID)
	owner := h.as("owner")
	page := owner.Get(path)
	form := testbrowser.With(page.Form(t, path), "amount", "12.50", "name", "Ada", "comment", "At the stall")
	for range 2 {
		if got := owner.Post(path, form); got.StatusCode != http.StatusOK || !strings.Contains(got.Text, "Recorded: $12.50") {
			t.Errorf("got %d, want the gift recorded\n%s", got.StatusCode, got.Text)
		}
	}
	key := app.FactKey{Key: fund.Key{ID: h.campaign.ID}}
	if all := must.Get(h.LatestDonations(t.Context(), h.owner, key, 9))(t); len(all) != 1 || all[0].Name != "Ada" || all[0].Origin != fund.OriginOffline {
		t.Errorf("got %+v, want one gift of Ada that came another way", all)
	}
	for amount, want := range map[string]string{"": "Enter an amount", "lots": "Enter an amount", "99999999": "more than the charity lets you record"} {
		got := owner.Post(path, testbrowser.With(owner.Get(path).Form(t, path), "amount", amount, "name", "Bob"))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, want) || !strings.Contains(got.Text, `value="Bob"`) {
			t.Errorf("%q: got %d, want %q, and what was typed\n%s", amount, got.StatusCode, want, got.Text)
		}
	}
}

func TestALinkIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	link := h.invited("Vic", "schedule", "desk")
	h.accepted(link)
	if got := testbrowser.New(t, h.url).Get(link); got.StatusCode != http.StatusNotFound || !strings.Contains(got.Text, "This link does not work") {
		t.Errorf("got %d for a used link, want 404 in words", got.StatusCode)
	}
	stranger := h.as("stranger")
	other := h.invited("Bob", "screener")
	page := stranger.Get(other)
	if !strings.Contains(page.Text, "You accept this as <bdi>stranger</bdi>") {
		t.Errorf("got no account on the page\n%s", page.Text)
	}
	if got := stranger.Post("/dashboard/accept", page.Form(t, "/dashboard/accept")); got.Header.Get("Location") != h.base() {
		t.Errorf("got %d to %q, want the campaign", got.StatusCode, got.Header.Get("Location"))
	}
	if got := stranger.Get("/dashboard"); !strings.Contains(got.Text, "Run &lt;b&gt;") {
		t.Errorf("got no campaign in the list\n%s", got.Text)
	}
	if got := h.as("owner").Get(h.base() + "/people"); !strings.Contains(got.Text, "accepted by <bdi>stranger</bdi>") {
		t.Errorf("got no account in the list\n%s", got.Text)
	}
	// Another link takes it back.
	owner := h.as("owner")
	people := owner.Get(h.base() + "/people")
	again := owner.Post(h.base()+"/people/renew", people.Form(t, h.base()+"/people/renew"))
	if !keyIn.MatchString(again.Text) {
		t.Errorf("got %d without a link", again.StatusCode)
	}
}

func TestAFileOfVolunteers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner := h.as("owner")
	people := owner.Get(h.base() + "/people")
	form := func(names string) url.Values {
		made := testbrowser.With(fields(t, people, h.base()+"/people/give"), "names", names, "ends", h.Now().Add(2*time.Hour).Format("2006-01-02T15:04"))
		made["role"] = []string{"screener"}
		return made
	}
	wrong := owner.Post(h.base()+"/people/import", form("name,roles\nAda,screener\n,owner\nBob,desk,x,y"))
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, "<title>Error: ") {
		t.Errorf("got %d %q, want a refusal", wrong.StatusCode, wrong.Text)
	}
	for _, want := range []string{"Nobody got a link", "Line 3, name: Fill this in", "Line 3, roles: This role does not exist", "Line 4: There are more columns", "name,roles\nAda,screener"} {
		if !strings.Contains(wrong.Text, want) {
			t.Errorf("got no %q\n%s", want, wrong.Text)
		}
	}
	var names strings.Builder
	for i := range 40 {
		_, _ = fmt.Fprintf(&names, "\uff1dVolunteer %d\n", i+1)
	}
	given := owner.Post(h.base()+"/people/import", form(names.String()))
	links := keyIn.FindAllStringSubmatch(given.Text, -1)
	if len(links) != 40 {
		t.Fatalf("got %d with %d links, want 40\n%s", given.StatusCode, len(links), given.Text)
	}
	_, file, _ := strings.Cut(given.Text, "base64,")
	file, _, _ = strings.Cut(file, `"`)
	sheet := string(must.Get(base64.StdEncoding.DecodeString(strings.NewReplacer("&#43;", "+", "%2b", "+", "%3d", "=", "%2f", "/").Replace(file)))(t))
	if !strings.HasPrefix(sheet, "\ufeffname,link\r\n'\uff1dVolunteer 1,"+h.url+"/dashboard/accept?key=") || strings.Count(sheet, "\r\n") != 41 {
		t.Errorf("got the file %q, want a line a person, and no formulas", sheet)
	}
	if held := must.Get(h.ListGrants(t.Context(), h.owner, app.FactKey{Key: fund.Key{ID: h.campaign.ID}}))(t); len(held) != 40 {
		t.Errorf("got %d grants, want 40", len(held))
	}
	twice := owner.Post(h.base()+"/people/import", form(names.String()))
	if twice.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(twice.Text, "Line 40, name: Somebody of this name") {
		t.Errorf("got %d for the same file again, want that all have the role", twice.StatusCode)
	}
}

// TestAFileIsUploaded sends files as browsers do: one that is good, and the smallest that is too large.
func TestAFileIsUploaded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner := h.as("owner")
	people := owner.Get(h.base() + "/people")
	send := func(content string) testbrowser.Answer {
		t.Helper()
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for name, values := range fields(t, people, h.base()+"/people/give") {
			must.Do(t, form.WriteField(name, values[0]))
		}
		must.Do(t, form.WriteField("role", "desk"))
		must.Do(t, form.WriteField("ends", h.Now().Add(2*time.Hour).Format("2006-01-02T15:04")))
		file := must.Get(form.CreateFormFile("file", "volunteers.csv"))(t)
		_ = must.Get(file.Write([]byte(content)))(t)
		must.Do(t, form.Close())
		r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+h.base()+"/people/import", &body))(t)
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.Header.Set("Origin", h.url)
		answer, err := owner.Do(r)
		return testbrowser.Read(t, answer, err)
	}
	large := send(strings.Repeat("a", fund.MaxFactGrantFile+1))
	if large.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(large.Text, "larger than 32 kB") {
		t.Errorf("got %d for a large file\n%s", large.StatusCode, large.Text)
	}
	if got := send("Name;Roles\nŽofie;screener schedule\n"); !keyIn.MatchString(got.Text) || !strings.Contains(got.Text, "Žofie") {
		t.Errorf("got %d without a link\n%s", got.StatusCode, got.Text)
	}
}
