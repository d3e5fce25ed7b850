package authority_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

const (
	password = "correct horse battery"
	signIn   = "/account/sign-in"
	signOut  = "/account/sign-out"

	authorizePage = "/oauth/authorize"
)

// browser is what somebody's browser sends, and the addresses that only it knows, by pattern.
type browser struct {
	cookie  string
	secrets map[string]string
}

// The pages of one donor. Only the donor knows their addresses; anybody else knows the id of the donation, which is public. Where the
// payment provider leads back to, others know, too.
const (
	giftPage     = "/gifts/{key}"
	returnPage   = "/gifts/paid/{key}"
	paymentPage  = "/pay/sandbox/payments/{id}"
	campaignPage = "/@the-owner/run"
)

// browse signs every user in, and has the donor donate twice: a donation that is paid, and one that is not yet.
func (w *world) browse(t *testing.T) {
	t.Helper()
	for name, user := range w.users {
		session := must.Get(w.SignIn(t.Context(), app.Credentials{Email: user.Email, Password: password}))(t)
		w.browsers[name] = browser{cookie: "__Host-almoner_session=" + session}
	}
	donor := browser{secrets: map[string]string{}}
	paid := w.donate(t, &donor)
	w.ids["returned"] = w.leads(t, donor, http.MethodPost, paid, url.Values{"card": {"4242424242424242"}, "code": {"000"}})
	gift := w.leads(t, donor, http.MethodGet, w.ids["returned"], nil)
	w.ids["given"] = must.Get(w.OpenDonationKey(t.Context(), strings.TrimPrefix(gift, "/gifts/")))(t).String()
	w.visitAt(t, donor, http.MethodGet, gift, nil) // which asks the provider what became of it
	for _, below := range []string{"", "/pay", "/receipt"} {
		donor.secrets[giftPage+below] = gift + below
	}
	donor.secrets[paymentPage] = w.donate(t, &donor)
	w.browsers["donor"] = donor
}

// donate sends a donate form and gives the page of the payment.
func (w *world) donate(t *testing.T, by *browser) string {
	t.Helper()
	form := w.visitAt(t, *by, http.MethodGet, campaignPage+"/donate", nil)
	if cookie := form.Header().Get("Set-Cookie"); cookie != "" {
		by.cookie, _, _ = strings.Cut(cookie, ";")
	}
	fields := hidden(form.Body.String())
	fields.Set("amount", "20")
	fields.Set("email", "stranger@example.org")
	return w.leads(t, *by, http.MethodPost, campaignPage+"/donate", fields)
}

// leads is where a page leads on to.
func (w *world) leads(t *testing.T, by browser, method, address string, form url.Values) string {
	t.Helper()
	answer := w.visitAt(t, by, method, address, form)
	to := strings.TrimPrefix(answer.Header().Get("Location"), testworld.BaseURL)
	if !strings.HasPrefix(to, "/") {
		t.Fatalf("%s %s: got %d %s", method, address, answer.Code, answer.Body)
	}
	return to
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// hidden are the hidden fields of a page's first form.
func hidden(page string) url.Values {
	page, _, _ = strings.Cut(page, "</form>")
	fields := url.Values{}
	for _, found := range hiddenField.FindAllStringSubmatch(page, -1) {
		fields.Set(found[1], html.UnescapeString(found[2]))
	}
	return fields
}

func (w *world) visitAt(t *testing.T, by browser, method, address string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	return w.serve(w.browserRequest(t, by, method, address, form))
}

func (w *world) browserRequest(t *testing.T, by browser, method, address string, form url.Values) *http.Request {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, testworld.BaseURL+address, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if by.cookie != "" {
		request.Header.Set("Cookie", by.cookie)
	}
	return request
}

// visit is a request for a page with the browser of the caller, and with the caller's token.
func (w *world) visit(t *testing.T, caller string, r api.Endpoint) *http.Request {
	t.Helper()
	by := w.browsers[caller]
	address := w.addressOf(t, r.Pattern)
	if secret := by.secrets[r.Pattern]; secret != "" {
		address = secret
	}
	form := w.formFor(t, &by, r)
	if caller == "application" && form.Has("client_secret") {
		form.Set("client_secret", w.program[1])
	}
	request := w.browserRequest(t, by, r.Method, address, form)
	if token := w.callers[caller]; token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return request
}

// addressOf fills in what everybody knows.
func (w *world) addressOf(t *testing.T, pattern string) string {
	t.Helper()
	if pattern == authorizePage {
		return authorizePage + "?" + url.Values{
			"client_id": {w.program[0]}, "redirect_uri": {"https://bot.test/"}, "response_type": {"code"}, "scope": {"public"},
		}.Encode()
	}
	if pattern == returnPage {
		return w.ids["returned"]
	}
	return strings.NewReplacer(
		"{key}", w.ids["given"], "{id}", w.ids["given"], "{cause}", w.ids["cause_slug"], "{owner}", "@the-owner", "{slug}", "run",
		"{picture}", "default-image.png", "cause/{first}", "cause/"+w.ids["cause_slug"], "{first}/{second}", campaignPage[1:], "{first}", "@the-owner",
	).Replace(pattern)
}

// formFor is what a form is sent with: the hidden fields of the page that has it, and values that change nothing for the tests that follow.
func (w *world) formFor(t *testing.T, by *browser, r api.Endpoint) url.Values {
	t.Helper()
	if r.Method != http.MethodPost {
		return nil
	}
	var fields url.Values
	switch {
	case r.Pattern == signIn:
		*by = browser{} // who is signed in is not asked
		page := w.visitAt(t, *by, http.MethodGet, signIn, nil)
		by.cookie, _, _ = strings.Cut(page.Header().Get("Set-Cookie"), ";")
		fields = hidden(page.Body.String())
	case strings.HasPrefix(r.Pattern, "/account/"):
		fields = hidden(w.visitAt(t, *by, http.MethodGet, "/account/sessions", nil).Body.String())
	case r.Pattern == authorizePage:
		fields = hidden(w.visitAt(t, *by, http.MethodGet, w.addressOf(t, authorizePage), nil).Body.String())
		fields.Set("request", strings.TrimPrefix(w.addressOf(t, authorizePage), authorizePage+"?"))
	default:
		fields = url.Values{
			"grant_type": {"client_credentials"}, "token": {"of nobody"}, "client_id": {w.program[0]}, "client_secret": {"a guess"},
		}
	}
	fields.Del("id")
	return fields
}
