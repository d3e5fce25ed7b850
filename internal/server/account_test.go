package server_test

import (
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/testnode"
)

// browser keeps cookies as they come, whatever the scheme, because the proxy that ends TLS is played
// by the test.
type browser struct {
	t       *testing.T
	url     string
	cookies map[string]*http.Cookie
}

// do sends a request as the proxy would, and gives the answer with its body.
func (b browser) do(method, path string, form url.Values) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	r.Header.Set("X-Forwarded-Proto", "https")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://give.example.org")
	}
	for _, cookie := range b.cookies {
		r.AddCookie(cookie)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, cookie := range answer.Cookies() {
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		} else {
			b.cookies[cookie.Name] = cookie
		}
	}
	return answer, string(body)
}

var formToken = regexp.MustCompile(`name="form" value="([0-9a-f]+)"`)

func TestSignInBehindAProxy(t *testing.T) {
	t.Parallel()
	database := testnode.Database(t)
	s := testnode.Start(t, command.Serve{
		DB: database, Addr: "127.0.0.1:0", BaseURL: "https://give.example.org", ShutdownTimeout: time.Minute,
		TrustedProxies: []config.Network{{Prefix: netip.MustParsePrefix("127.0.0.0/8")}},
	})
	user := command.CreateUser{Store: command.Store{DB: database}, Username: "Ana", Email: "ana@example.org", PasswordStdin: true}
	const password = "correct horse battery"
	if err := user.Run(t.Context(), command.Terminal{In: strings.NewReader(password), Out: io.Discard}); err != nil {
		t.Fatal(err)
	}
	b := browser{t, s.URL, map[string]*http.Cookie{}}
	_, page := b.do(http.MethodGet, "/account/sign-in", nil)
	token := formToken.FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("got no form in %.500s", page)
	}
	answer, page := b.do(http.MethodPost, "/account/sign-in", url.Values{
		"form": {token[1]}, "email": {user.Email}, "password": {password},
	})
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign-in: got %d %.500s, want 303", answer.StatusCode, page)
	}
	session := b.cookies["__Host-almoner_session"]
	if session == nil || !session.Secure || !session.HttpOnly || session.Path != "/" || session.Domain != "" {
		t.Errorf("got cookie %v, want a secure one for this host only", session)
	}
	if _, page := b.do(http.MethodGet, "/account/sessions", nil); !strings.Contains(page, "203.0.113.9") {
		t.Errorf("got %.1000s, want the address that the proxy tells of", page)
	}
	_, refused := b.do(http.MethodPost, "/oauth//token/", url.Values{"grant_type": {"client_credentials"}})
	if !strings.Contains(refused, "invalid_client") {
		t.Errorf("token with double slashes: got %.300s, want invalid_client", refused)
	}
}
