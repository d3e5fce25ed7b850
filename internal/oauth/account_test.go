package oauth_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/oauth"
)

func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	path := ask("client_id", h.v5.ClientID)
	for name, page := range map[string]answered{
		"sign-in": b.get("/account/sign-in"), "consent": b.get(b.signIn(path).Header.Get("Location")), "account": b.get("/account/sessions"),
		"stop": b.get("/oauth/authorize"), "nowhere": b.get("/account/nothing"), "redirect": h.browser().get("/account/sessions"),
	} {
		policy := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
		if name == "consent" {
			policy = strings.Replace(policy, "form-action 'self'", "form-action 'self' http: https:", 1)
		}
		for header, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
			"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "",
		} {
			if got := page.Header.Get(header); got != want {
				t.Errorf("%s: got %s %q, want %q", name, header, got, want)
			}
		}
		if strings.Contains(page.body, "<script") || strings.Contains(page.body, "style=") {
			t.Errorf("%s: got a script or a style in the page", name)
		}
	}
	if style := b.get("/account/style.css"); style.StatusCode != http.StatusOK || !strings.HasPrefix(style.Header.Get("Content-Type"), "text/css") {
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
		server := oauth.New(oauth.Options{App: h.App, BaseURL: c.base})
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/account/sign-in", nil))
		visitor := w.Result().Cookies()[0]
		form := answered{w.Result(), w.Body.String()}.form(t, "/account/sign-in")
		r := httptest.NewRequest(http.MethodPost, "/account/sign-in", strings.NewReader(with(form, "email", email, "password", password).Encode()))
		r.Header.Set("Content-Type", formType)
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
	try := func(email, password string) answered {
		page := b.get("/account/sign-in")
		return b.post("/account/sign-in", with(page.form(t, "/account/sign-in"), "email", email, "password", password))
	}
	wrong := try(`a"b@example.org`, "no password")
	for _, want := range []string{
		`role="alert"`, `id="problem"`, `aria-describedby="problem"`, `aria-invalid="true"`, "password is wrong", `value="a&#34;b@example.org"`,
		"<title>Error: Sign in", `<label for="email">`, `<label for="password">`, `autocomplete="current-password"`,
	} {
		if !strings.Contains(wrong.body, want) {
			t.Errorf("got a page without %s\n%s", want, wrong.body)
		}
	}
	if wrong.StatusCode != http.StatusUnprocessableEntity || strings.Contains(wrong.body, "no password") {
		t.Errorf("got %d, want 422 and the password not to come back", wrong.StatusCode)
	}
	for range 5 {
		try(email, "no password")
	}
	late := try(email, password)
	if late.StatusCode != http.StatusTooManyRequests || late.Header.Get("Retry-After") != "5" || !strings.Contains(late.body, "Try again in 5 seconds.") {
		t.Errorf("got %d with %q, want 429 and when to try again", late.StatusCode, late.Header.Get("Retry-After"))
	}
	h.Clock.Advance(5 * time.Second)
	h.from = netip.MustParseAddr("2001:db8::5")
	if answer := try(email, password); answer.Header.Get("Location") != "/account/sessions" {
		t.Errorf("got %d, want the account", answer.StatusCode)
	}
	if page := b.get("/account/sessions"); !strings.Contains(page.body, "2001:db8::5") {
		t.Errorf("got a page without the address of the session\n%s", page.body)
	}
	if answer := b.get("/account/sign-in?next=/account/sessions"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d for who is signed in, want to go on", answer.StatusCode)
	}
}

func TestSignInFormsCannotBeForged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, other := h.browser(), h.browser()
	mine, others := b.get("/account/sign-in"), other.get("/account/sign-in").form(t, "/account/sign-in")
	credentials := func(form url.Values) url.Values { return with(form, "email", email, "password", password) }
	for name, answer := range map[string]answered{
		"nothing":           b.post("/account/sign-in", credentials(url.Values{})),
		"another browser's": b.post("/account/sign-in", credentials(others)),
		"another site":      b.post("/account/sign-in", credentials(mine.form(t, "/account/sign-in")), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"),
		"no cookie":         h.browser().post("/account/sign-in", credentials(mine.form(t, "/account/sign-in"))),
	} {
		if answer.StatusCode != http.StatusForbidden || strings.Contains(strings.Join(answer.Header.Values("Set-Cookie"), ""), "session") {
			t.Errorf("%s: got %d with %q, want 403 and no session", name, answer.StatusCode, answer.Header.Values("Set-Cookie"))
		}
	}
}

func TestSessionsPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	phone, desk := h.browser(), h.browser()
	phone.signIn("")
	h.Clock.Advance(time.Minute)
	access := textOf(t, h.granted(h.v5), "access_token")
	desk.signIn("")
	page := desk.get("/account/sessions")
	for _, want := range []string{"this browser", "Overlay &lt;5&gt;", "23 November 2026, 03:05 UTC", "192.0.2.7", `datetime="2026-11-23T03:05:05Z"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("got a page without %s\n%s", want, page.body)
		}
	}
	// The last form for the end of a session is that of the oldest one.
	forms := strings.Split(page.body, `action="/account/sessions/end"`)
	end := answered{page.Response, `<form method="post" action="/account/sessions/end"` + forms[len(forms)-1]}.form(t, "/account/sessions/end")
	withdraw := page.form(t, "/account/applications/withdraw")
	if answer := phone.post("/account/sessions/end", end); answer.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another browser, want 403", answer.StatusCode)
	}
	if answer := desk.post("/account/sessions/end", end); answer.Header.Get("Location") != "/account/sessions" {
		t.Errorf("got %d, want the page again", answer.StatusCode)
	}
	if answer := phone.get("/account/sessions"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d in the session that was ended, want the sign-in", answer.StatusCode)
	}
	desk.post("/account/applications/withdraw", withdraw)
	if _, err := h.Authenticate(t.Context(), access); err == nil {
		t.Error("got a token that works after the application was withdrawn")
	}
	for _, id := range []string{"", "x", h.user.ID.String(), withdraw.Get("id")} {
		if answer := desk.post("/account/sessions/end", with(end, "id", id)); answer.StatusCode != http.StatusSeeOther {
			t.Errorf("id %q: got %d, want the page again", id, answer.StatusCode)
		}
	}
	if answer := h.browser().post("/account/sessions/end", end); answer.Header.Get("Location") != "/account/sign-in?next=%2Faccount%2Fsessions" {
		t.Errorf("got %d for nobody, want the sign-in", answer.StatusCode)
	}
	if answer := desk.get("/account"); answer.Header.Get("Location") != "/account/sessions" {
		t.Errorf("got %d, want the one page that there is", answer.StatusCode)
	}
	desk.post("/account/sign-out", page.form(t, "/account/sign-out"))
	if answer := desk.get("/account/sessions"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d after the sign-out, want the sign-in", answer.StatusCode)
	}
}

func TestPagesThatAreNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	if page := b.get("/account/nothing"); page.StatusCode != http.StatusNotFound || !strings.Contains(page.body, "nothing at this address") {
		t.Errorf("got %d, want a page for 404", page.StatusCode)
	}
	if page := b.get("/account/sign-out"); page.StatusCode != http.StatusMethodNotAllowed || page.Header.Get("Allow") != "OPTIONS, POST" {
		t.Errorf("got %d, want a page for 405", page.StatusCode)
	}
	if page := b.post("/account/sign-in", url.Values{"email": {strings.Repeat("x", 65<<10)}}); page.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d for a form that is too large, want 400", page.StatusCode)
	}
	h.wait = time.Second
	if page := b.get("/account/sign-in"); page.StatusCode != http.StatusTooManyRequests || page.Header.Get("Retry-After") != "1" {
		t.Errorf("got %d, want a page for 429", page.StatusCode)
	}
}
