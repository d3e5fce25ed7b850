package oauth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/oauth"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/account"
	"github.com/almoner/almoner/internal/web/session"
)

const (
	email    = "ana@example.org"
	password = "correct horse"
	back     = "http://127.0.0.1:9/callback"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// house is a running server of the endpoints and the sign-in, with a user and an application of each version.
type house struct {
	*testworld.Service
	t      *testing.T
	url    string
	user   fund.User
	v5, v3 client
	// wait is what the limiter says next, from where the address of requests.
	wait time.Duration
	from netip.Addr
}

// client is an application with its secret.
type client struct {
	fund.Application
	secret string
}

// params are the credentials of the client and some more parameters, in pairs.
func (c client) params(pairs ...string) url.Values {
	values := url.Values{"client_id": {c.ClientID}, "client_secret": {c.secret}}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

func newHouse(t *testing.T, configure ...func(*app.Options)) *house {
	t.Helper()
	ctx := t.Context()
	h := &house{t: t, from: netip.MustParseAddr("192.0.2.7")}
	at := time.Date(2026, 11, 23, 3, 4, 5, 678_901_000, time.UTC)
	h.Service = testworld.New(t, testworld.Options{At: at, Configure: func(_ *testworld.Service, o *app.Options) {
		for _, change := range configure {
			change(o)
		}
	}})
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	site := session.New(session.Options{
		App: h.App, BaseURL: h.url, Log: h.Logger,
		Limit:   func(*http.Request) time.Duration { return h.wait },
		Address: func(*http.Request) netip.Addr { return h.from },
	})
	tokens, accounts := oauth.New(oauth.Options{Site: site, Log: h.Logger}), account.New(site)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if api.Below(r.URL.Path, account.Path) {
			accounts.ServeHTTP(w, r)
			return
		}
		tokens.ServeHTTP(w, r)
	})
	server.Start()
	t.Cleanup(server.Close)
	var err error
	h.user, err = h.CreateUser(ctx, app.System(), app.NewUser{Username: "Ana", Email: email, Password: password})
	must.Do(t, err)
	h.v5 = h.client(ctx, app.NewApplication{Name: "Overlay <5>", RedirectURIs: []string{back}, Scopes: []string{"public", "write"}})
	h.v3 = h.client(ctx, app.NewApplication{Name: "Overlay 3", API: fund.APIV3, RedirectURIs: []string{back}})
	return h
}

func (h *house) client(ctx context.Context, in app.NewApplication) client {
	h.t.Helper()
	made, secret, _, err := h.CreateApplication(ctx, app.System(), in)
	must.Do(h.t, err)
	return client{made, secret}
}

// program calls as a program would: no cookies, no redirects.
func (h *house) program(method, path, contentType, body string, header ...string) testbrowser.Answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	must.Do(h.t, err)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := testbrowser.Stay.Do(r)
	return testbrowser.Read(h.t, answer, err)
}

// token asks for one with a form.
func (h *house) token(values url.Values) testbrowser.Answer {
	h.t.Helper()
	return h.program(http.MethodPost, "/oauth/token", testbrowser.FormType, values.Encode())
}

// browser is somebody's browser.
type browser struct {
	testbrowser.Browser

	h *house
}

func (h *house) browser() browser { return browser{testbrowser.New(h.t, h.url), h} }

// signIn signs the user in and gives the answer.
func (b browser) signIn(next string) testbrowser.Answer {
	b.h.t.Helper()
	page := b.Get("/account/sign-in?next=" + url.QueryEscape(next))
	return b.Post("/account/sign-in", testbrowser.With(page.Form(b.h.t, "/account/sign-in"), "email", email, "password", password))
}

// ask is the path of a request for consent.
func ask(pairs ...string) string {
	values := url.Values{"response_type": {"code"}}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			values.Del(pairs[i])
		}
	}
	return "/oauth/authorize?" + values.Encode()
}

// decide signs in where that is needed and decides about a request for consent.
func (b browser) decide(path, decision string) testbrowser.Answer {
	b.h.t.Helper()
	page := b.Get(path)
	if next, is := strings.CutPrefix(page.Header.Get("Location"), "/account/sign-in?next="); is {
		next, err := url.QueryUnescape(next)
		must.Do(b.h.t, err)
		page = b.Get(b.signIn(next).Header.Get("Location"))
	}
	return b.Post("/oauth/authorize", testbrowser.With(page.Form(b.h.t, "/oauth/authorize"), "decision", decision))
}

// code is a fresh authorization code.
func (h *house) code(c client, pairs ...string) string {
	h.t.Helper()
	return h.browser().decide(ask(append([]string{"client_id", c.ClientID}, pairs...)...), "allow").LedTo(h.t, back).Get("code")
}

// granted are the tokens for a fresh code.
func (h *house) granted(c client) map[string]any {
	h.t.Helper()
	return h.token(c.params("grant_type", "authorization_code", "code", h.code(c))).JSON(h.t)
}

func textOf(t *testing.T, body map[string]any, key string) string {
	t.Helper()
	value, ok := body[key].(string)
	if !ok {
		t.Fatalf("got %s %v, want a text in %v", key, body[key], body)
	}
	return value
}

// another is an application that has nothing to do with the others.
func (h *house) another(address string) app.NewApplication {
	return app.NewApplication{Name: "Another", RedirectURIs: []string{address}, Owner: h.user.ID}
}
