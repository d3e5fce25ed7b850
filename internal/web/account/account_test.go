package account_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/account"
	"github.com/almoner/almoner/internal/web/session"
)

func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	b.signIn("")
	for name, page := range map[string]testbrowser.Answer{
		"sign-in": h.browser().Get("/account/sign-in"), "account": b.Get("/account/sessions"),
		"nowhere": b.Get("/account/nothing"), "redirect": h.browser().Get("/account/sessions"),
	} {
		script := ""
		if name == "sign-in" { // it asks for passkeys
			script = " script-src 'self';"
		}
		policy := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';" + script + " form-action 'self'; frame-ancestors 'none'"
		for header, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
			"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "",
		} {
			if got := page.Header.Get(header); got != want {
				t.Errorf("%s: got %s %q, want %q", name, header, got, want)
			}
		}
		if strings.Contains(page.Text, "<script") != (script != "") || strings.Contains(page.Text, "style=") {
			t.Errorf("%s: got a script or a style in the page", name)
		}
	}
	if style := b.Get("/account/style.css"); style.StatusCode != http.StatusOK || !strings.HasPrefix(style.Header.Get("Content-Type"), "text/css") {
		t.Errorf("got %d for the styles, want them", style.StatusCode)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct {
		base, prefix string
		secure       bool
	}{{"https://almoner.test", "__Host-", true}, {"http://almoner.test", "", false}} {
		server := account.New(session.New(session.Options{App: h.App, BaseURL: c.base}))
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/account/sign-in", nil))
		visitor := w.Result().Cookies()[0]
		form := testbrowser.Answer{Response: w.Result(), Text: w.Body.String()}.Form(t, "/account/sign-in")
		r := httptest.NewRequest(http.MethodPost, "/account/sign-in", strings.NewReader(testbrowser.With(form, "email", email, "password", password).Encode()))
		r.Header.Set("Content-Type", testbrowser.FormType)
		// A proxy changed the host, but the browser says where it is.
		r.Header.Set("Origin", c.base)
		r.AddCookie(visitor)
		w = httptest.NewRecorder()
		server.ServeHTTP(w, r)
		for _, cookie := range append(w.Result().Cookies(), visitor) {
			if !strings.HasPrefix(cookie.Name, c.prefix+"almoner_") || cookie.Secure != c.secure || !cookie.HttpOnly ||
				cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
				t.Errorf("%s: got the cookie %s, want it out of reach of scripts and other hosts", c.base, cookie)
			}
		}
		if w.Code != http.StatusSeeOther || len(w.Result().Cookies()) != 2 {
			t.Errorf("%s: got %d with the cookies %v, want the session, and the visitor's gone", c.base, w.Code, w.Result().Cookies())
		}
	}
}

func TestSignInPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	try := func(email, password string) testbrowser.Answer {
		page := b.Get("/account/sign-in")
		return b.Post("/account/sign-in", testbrowser.With(page.Form(t, "/account/sign-in"), "email", email, "password", password))
	}
	wrong := try(`a"b@example.org`, "no password")
	for _, want := range []string{
		`role="alert"`, `id="problem"`, `aria-describedby="problem"`, `aria-invalid="true"`, "password is wrong", `value="a&#34;b@example.org"`,
		"<title>Error: Sign in", `<label for="email">`, `<label for="password">`, `autocomplete="current-password"`,
	} {
		if !strings.Contains(wrong.Text, want) {
			t.Errorf("got a page without %s\n%s", want, wrong.Text)
		}
	}
	if wrong.StatusCode != http.StatusUnprocessableEntity || strings.Contains(wrong.Text, "no password") {
		t.Errorf("got %d, want 422 and the password not to come back", wrong.StatusCode)
	}
	for range 5 {
		try(email, "no password")
	}
	late := try(email, password)
	if late.StatusCode != http.StatusTooManyRequests || late.Header.Get("Retry-After") != "5" || !strings.Contains(late.Text, "Try again in 5 seconds.") {
		t.Errorf("got %d with %q, want 429 and when to try again", late.StatusCode, late.Header.Get("Retry-After"))
	}
	h.Clock.Advance(5 * time.Second)
	h.from = netip.MustParseAddr("2001:db8::5")
	if answer := try(email, password); answer.Header.Get("Location") != "/dashboard" {
		t.Errorf("got %d, want the first page", answer.StatusCode)
	}
	if page := b.Get("/account/sessions"); !strings.Contains(page.Text, "2001:db8::5") {
		t.Errorf("got a page without the address of the session\n%s", page.Text)
	}
	if answer := b.Get("/account/sign-in?next=/account/sessions"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d for who is signed in, want to go on", answer.StatusCode)
	}
}

func TestSignInFormsCannotBeForged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, other := h.browser(), h.browser()
	mine, others := b.Get("/account/sign-in"), other.Get("/account/sign-in").Form(t, "/account/sign-in")
	credentials := func(form url.Values) url.Values { return testbrowser.With(form, "email", email, "password", password) }
	for name, answer := range map[string]testbrowser.Answer{
		"nothing":           b.Post("/account/sign-in", credentials(url.Values{})),
		"another browser's": b.Post("/account/sign-in", credentials(others)),
		"another site":      b.Post("/account/sign-in", credentials(mine.Form(t, "/account/sign-in")), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"),
		"no cookie":         h.browser().Post("/account/sign-in", credentials(mine.Form(t, "/account/sign-in"))),
	} {
		if answer.StatusCode != http.StatusForbidden || strings.Contains(strings.Join(answer.Header.Values("Set-Cookie"), ""), "session") {
			t.Errorf("%s: got %d with %q, want 403 and no session", name, answer.StatusCode, answer.Header.Values("Set-Cookie"))
		}
	}
}

// allowed is a token that the user gave an application.
func (h *house) allowed(name string) string {
	h.t.Helper()
	const back = "http://127.0.0.1:9/callback"
	application, _, _, err := h.CreateApplication(h.t.Context(), app.System(), app.NewApplication{Name: name, RedirectURIs: []string{back}, Scopes: []string{"public"}})
	must.Do(h.t, err)
	code := must.Get(h.Authorize(h.t.Context(), app.Actor{Kind: app.ActorUser, User: h.user.ID}, app.Authorization{Application: application, Scopes: []string{"public"}}))(h.t)
	return must.Get(h.TradeCode(h.t.Context(), app.CodeTrade{Application: application, Code: code}))(h.t).Access
}

func TestSessionsPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	phone, desk := h.browser(), h.browser()
	phone.signIn("")
	h.Clock.Advance(time.Minute)
	access := h.allowed("Overlay <5>")
	desk.signIn("")
	page := desk.Get("/account/sessions")
	for _, want := range []string{"this browser", "Overlay &lt;5&gt;", "23 November 2026, 03:05 UTC", "192.0.2.7", `datetime="2026-11-23T03:05:05Z"`} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got a page without %s\n%s", want, page.Text)
		}
	}
	// The last form for the end of a session is that of the oldest one.
	forms := strings.Split(page.Text, `action="/account/sessions/end"`)
	end := testbrowser.Answer{Response: page.Response, Text: `<form method="post" action="/account/sessions/end"` + forms[len(forms)-1]}.Form(t, "/account/sessions/end")
	withdraw := page.Form(t, "/account/applications/withdraw")
	if answer := phone.Post("/account/sessions/end", end); answer.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another browser, want 403", answer.StatusCode)
	}
	if answer := desk.Post("/account/sessions/end", end); answer.Header.Get("Location") != "/account/sessions" {
		t.Errorf("got %d, want the page again", answer.StatusCode)
	}
	if answer := phone.Get("/account/sessions"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d in the session that was ended, want the sign-in", answer.StatusCode)
	}
	desk.Post("/account/applications/withdraw", withdraw)
	if _, err := h.Authenticate(t.Context(), access); err == nil {
		t.Error("got a token that works after the application was withdrawn")
	}
	for _, id := range []string{"", "x", h.user.ID.String(), withdraw.Get("id")} {
		if answer := desk.Post("/account/sessions/end", testbrowser.With(end, "id", id)); answer.StatusCode != http.StatusSeeOther {
			t.Errorf("id %q: got %d, want the page again", id, answer.StatusCode)
		}
	}
	if answer := h.browser().Post("/account/sessions/end", end); answer.Header.Get("Location") != "/account/sign-in?next=%2Faccount%2Fsessions" {
		t.Errorf("got %d for nobody, want the sign-in", answer.StatusCode)
	}
	if answer := desk.Get("/account"); answer.Header.Get("Location") != "/account/sessions" {
		t.Errorf("got %d, want the one page that there is", answer.StatusCode)
	}
	desk.Post("/account/sign-out", page.Form(t, "/account/sign-out"))
	if answer := desk.Get("/account/sessions"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d after the sign-out, want the sign-in", answer.StatusCode)
	}
}

func TestPagesThatAreNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	if page := b.Get("/account/nothing"); page.StatusCode != http.StatusNotFound || !strings.Contains(page.Text, "nothing at this address") {
		t.Errorf("got %d, want a page for 404", page.StatusCode)
	}
	if page := b.Get("/account/sign-out"); page.StatusCode != http.StatusMethodNotAllowed || page.Header.Get("Allow") != "OPTIONS, POST" {
		t.Errorf("got %d, want a page for 405", page.StatusCode)
	}
	if page := b.Post("/account/sign-in", url.Values{"email": {strings.Repeat("x", 65<<10)}}); page.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d for a form that is too large, want 400", page.StatusCode)
	}
	h.wait = time.Second
	if page := b.Get("/account/sign-in"); page.StatusCode != http.StatusTooManyRequests || page.Header.Get("Retry-After") != "1" {
		t.Errorf("got %d, want a page for 429", page.StatusCode)
	}
}
