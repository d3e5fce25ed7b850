package testcallers

import (
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// Password is that of every user.
const Password = "correct horse battery"

// The addresses of pages.
const (
	SignInPage    = "/account/sign-in"
	SignOutPage   = "/account/sign-out"
	elsewherePage = "/account/openid/{provider}"
	AuthorizePage = "/oauth/authorize"
)

// Browser is what somebody's browser sends, and the addresses that only it knows, by pattern.
type Browser struct {
	Cookie  string
	Secrets map[string]string
}

// The pages of one donor. Only the donor knows their addresses; anybody else knows the id of the donation, which is public. Where the
// payment provider leads back to, others know, too.
const (
	giftPage    = "/gifts/{key}"
	returnPage  = "/gifts/paid/{key}"
	paymentPage = "/pay/sandbox/payments/{id}"

	// CampaignPage is the page of the owner's campaign.
	CampaignPage = "/@the-owner/run"
)

// browse signs every user in, and has the donor donate twice: a donation that is paid, and one that is not yet.
func (w *World) browse(t testing.TB) {
	t.Helper()
	for name, user := range w.Users {
		in := must.Get(w.SignIn(t.Context(), app.Credentials{Email: user.Email, Password: Password}))(t)
		w.Browsers[name] = Browser{Cookie: "__Host-almoner_session=" + in.Session}
	}
	donor, typed := Browser{Secrets: map[string]string{}}, url.Values{"amount": {"20"}, "email": {"stranger@example.org"}}
	paid := w.Donate(t, &donor, CampaignPage, typed)
	w.IDs["returned"] = w.Leads(t, donor, http.MethodPost, paid, url.Values{"card": {"4242424242424242"}, "code": {"000"}})
	gift := w.Leads(t, donor, http.MethodGet, w.IDs["returned"], nil)
	w.IDs["given"] = must.Get(w.OpenDonationKey(t.Context(), strings.TrimPrefix(gift, "/gifts/")))(t).String()
	w.VisitAt(t, donor, http.MethodGet, gift, nil) // which asks the provider what became of it
	w.providerEvent(t)
	for _, below := range []string{"", "/pay", "/receipt", "/receipt.pdf", "/problem", "/spelling"} {
		donor.Secrets[giftPage+below] = gift + below
	}
	donor.Secrets[giftPage+"/receipt/{number}"] = gift + "/receipt/1"
	w.IDs["case_id"] = must.Get(w.OpenCase(t.Context(), strings.TrimPrefix(gift, "/gifts/"), "I gave twice.", netip.MustParseAddr("192.0.2.1")))(t).ID.String()
	donor.Secrets[paymentPage] = w.Donate(t, &donor, CampaignPage, typed)
	w.Browsers["donor"] = donor
}

// providerEvent stores an event of the payment provider that needs no work.
func (w *World) providerEvent(t testing.TB) {
	t.Helper()
	e := fund.ProviderEvent{
		ID: fund.SettingID("an event of the provider"), Provider: "sandbox", EventID: "evt_1", Topic: "payment.paid", Header: "{}", Body: []byte("{}"), ReceivedAt: w.Now(), AppliedAt: w.Now(),
	}
	must.Do(t, w.Store.SaveProviderEvent(t.Context(), e))
	w.IDs["provider_event_id"] = e.ID.String()
}

// Donate sends the donate form of a page with what a donor typed, and gives the page of the payment.
func (w *World) Donate(t testing.TB, by *Browser, page string, typed url.Values) string {
	t.Helper()
	form := w.VisitAt(t, *by, http.MethodGet, page+"/donate", nil)
	if cookie := form.Header().Get("Set-Cookie"); cookie != "" {
		by.Cookie, _, _ = strings.Cut(cookie, ";")
	}
	fields := Hidden(form.Body.String())
	maps.Copy(fields, typed)
	return w.Leads(t, *by, http.MethodPost, page+"/donate", fields)
}

// Leads is where a page leads on to.
func (w *World) Leads(t testing.TB, by Browser, method, address string, form url.Values) string {
	t.Helper()
	answer := w.VisitAt(t, by, method, address, form)
	to := strings.TrimPrefix(answer.Header().Get("Location"), testworld.BaseURL)
	if !strings.HasPrefix(to, "/") {
		t.Fatalf("%s %s: got %d %s", method, address, answer.Code, answer.Body)
	}
	return to
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// Hidden are the hidden fields of a page's first form.
func Hidden(page string) url.Values {
	page, _, _ = strings.Cut(page, "</form>")
	fields := url.Values{}
	for _, found := range hiddenField.FindAllStringSubmatch(page, -1) {
		fields.Set(found[1], html.UnescapeString(found[2]))
	}
	return fields
}

// VisitAt asks for a page, or posts a form; nil for none.
func (w *World) VisitAt(t testing.TB, by Browser, method, address string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	return w.Serve(w.browserRequest(t, by, method, address, form))
}

func (w *World) browserRequest(t testing.TB, by Browser, method, address string, form url.Values) *http.Request {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, testworld.BaseURL+address, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if by.Cookie != "" {
		request.Header.Set("Cookie", by.Cookie)
	}
	return request
}

// visit is a request for a page with the browser of the caller, and with the caller's token.
func (w *World) visit(t testing.TB, caller string, r api.Endpoint) *http.Request {
	t.Helper()
	by := w.Browsers[caller]
	address := w.addressOf(t, r.Pattern)
	if secret := by.Secrets[r.Pattern]; secret != "" {
		address = secret
	}
	form := w.formFor(t, &by, r)
	if caller == "application" && form.Has("client_secret") {
		form.Set("client_secret", w.Program[1])
	}
	request := w.browserRequest(t, by, r.Method, address, form)
	if token := w.Callers[caller]; token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return request
}

// newCampaign is what the pages are below on which a campaign begins.
const newCampaign = "/dashboard/new/"

// addressOf fills in what everybody knows.
func (w *World) addressOf(t testing.TB, pattern string) string {
	t.Helper()
	if pattern == AuthorizePage {
		return AuthorizePage + "?" + url.Values{
			"client_id": {w.Program[0]}, "redirect_uri": {"https://bot.test/"}, "response_type": {"code"}, "scope": {"public"},
		}.Encode()
	}
	if pattern == "/search" {
		return pattern + "?q=run" // without a question it asks the database nothing
	}
	if strings.HasPrefix(pattern, newCampaign) {
		return pattern + "?for=" + w.IDs["cause_id"]
	}
	if pattern == returnPage {
		return w.IDs["returned"]
	}
	return strings.NewReplacer(
		"admin/causes/{cause}", "admin/causes/"+w.IDs["cause_id"], "admin/users/{user}", "admin/users/"+w.IDs["user_id"], "admin/events/{event}", "admin/events/"+w.IDs["provider_event_id"], "dashboard/{team}", "dashboard/"+w.IDs["team_id"], "dashboard/{charity}", "dashboard/"+w.IDs["charity_id"], "dashboard/{cause}", "dashboard/"+w.IDs["cause_id"], "dashboard/{event}", "dashboard/"+w.IDs["fundraising_event_id"], "facts/{id}", "facts/"+w.IDs["fact_id"], "{fact}", w.IDs["fact_id"], "{donation}", w.IDs["donation_id"], "{app}", w.IDs["own_app"], "{webhook}", w.IDs["own_webhook"], "{delivery}", w.IDs["own_delivery"], "{relay}", w.IDs["own_relay"], "{poll}", w.IDs["poll_id"], "{option}", w.IDs["poll_id"], "{target}", w.IDs["target_id"], "{reward}", w.IDs["reward_id"], "{milestone}", w.IDs["milestone_id"],
		"overlay/{key}", "overlay/"+w.IDs["overlay_key"], "{overlay}", w.IDs["overlay_id"], // whoever has the address of one may look
		"{item}", w.IDs["schedule_id"], "{counter}", w.IDs["counter_id"], "{timer}", w.IDs["timer_id"], "{group}", w.IDs["group_id"], "{variant}", w.IDs["variant_id"], "{match}", w.IDs["donation_match_id"],
		"@{user}/{slug}", CampaignPage[1:], "+{team}/{slug}", CampaignPage[1:], "{cause}/{event}", CampaignPage[1:],
		"{key}", w.IDs["given"], "{id}", w.IDs["given"], "{number}", "1", "{cause}", w.IDs["cause_slug"], "{owner}", "@the-owner", "{slug}", "run",
		"{first}/{second}/schedule.ics", w.IDs["cause_slug"]+"/event/schedule.ics", // which has a schedule
		"{asset}", "default-image.png", "{provider}", "club", "{kind}", "goal", "cause/{first}", "cause/"+w.IDs["cause_slug"], "{first}/{second}", CampaignPage[1:], "{first}", "@the-owner",
	).Replace(pattern)
}

// formFor is what a form is sent with: the hidden fields of the page that has it, and values that change nothing for the tests that follow.
func (w *World) formFor(t testing.TB, by *Browser, r api.Endpoint) url.Values {
	t.Helper()
	if r.Method != http.MethodPost {
		return nil
	}
	var fields url.Values
	switch {
	case r.Pattern == SignInPage, r.Pattern == elsewherePage:
		*by = Browser{} // who is signed in is not asked
		page := w.VisitAt(t, *by, http.MethodGet, SignInPage, nil)
		by.Cookie, _, _ = strings.Cut(page.Header().Get("Set-Cookie"), ";")
		fields = Hidden(page.Body.String())
	case strings.HasPrefix(r.Pattern, "/account/"), strings.HasPrefix(r.Pattern, "/admin"):
		fields = Hidden(w.VisitAt(t, *by, http.MethodGet, "/account/sessions", nil).Body.String())
	case strings.HasPrefix(r.Pattern, "/dashboard"):
		fields = w.dashboardForm(t, *by)
	case r.Pattern == AuthorizePage:
		fields = Hidden(w.VisitAt(t, *by, http.MethodGet, w.addressOf(t, AuthorizePage), nil).Body.String())
		fields.Set("request", strings.TrimPrefix(w.addressOf(t, AuthorizePage), AuthorizePage+"?"))
	default:
		fields = url.Values{
			"grant_type": {"client_credentials"}, "token": {"of nobody"}, "client_id": {w.Program[0]}, "client_secret": {"a guess"},
		}
	}
	fields.Del("id")
	return fields
}

// dashboardForm are the hidden fields of the first page of the dashboard that has a form for the caller.
func (w *World) dashboardForm(t testing.TB, by Browser) url.Values {
	t.Helper()
	for _, below := range []string{"/people", "/screening", "/offline", "/claims", "/schedule/new"} {
		if fields := Hidden(w.VisitAt(t, by, http.MethodGet, "/dashboard/"+w.IDs["fact_id"]+below, nil).Body.String()); fields.Has("form") {
			return fields
		}
	}
	if fields := Hidden(w.VisitAt(t, by, http.MethodGet, w.addressOf(t, newCampaign+"name"), nil).Body.String()); fields.Has("form") {
		return fields
	}
	return Hidden(w.VisitAt(t, by, http.MethodGet, "/dashboard", nil).Body.String())
}
