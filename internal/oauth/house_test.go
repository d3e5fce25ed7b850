package oauth_test

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/oauth"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
)

const (
	email    = "ana@example.org"
	password = "correct horse"
	back     = "http://127.0.0.1:9/callback"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// house is a running server of the sign-in, with a user and an application of each version.
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
	server.Config.Handler = oauth.New(oauth.Options{
		App: h.App, BaseURL: h.url, Log: h.Logger,
		Limit:   func(*http.Request) time.Duration { return h.wait },
		Address: func(*http.Request) netip.Addr { return h.from },
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

// answered is an answer that has been read.
type answered struct {
	*http.Response
	body string
}

// json decodes an answer for programs.
func (a answered) json(t *testing.T) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatalf("got %d %q, want JSON: %v", a.StatusCode, a.body, err)
	}
	return body
}

// back is the query that a redirect to the application has.
func (a answered) back(t *testing.T) url.Values {
	t.Helper()
	to, err := url.Parse(a.Header.Get("Location"))
	must.Do(t, err)
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to.String(), back+"?") {
		t.Fatalf("got %d to %q, want 303 to the application\n%s", a.StatusCode, to, a.body)
	}
	return to.Query()
}

func read(t *testing.T, r *http.Response, err error) answered {
	t.Helper()
	must.Do(t, err)
	defer r.Body.Close()
	var body strings.Builder
	buffer := make([]byte, 4096)
	for {
		n, err := r.Body.Read(buffer)
		body.Write(buffer[:n])
		if err != nil {
			return answered{r, body.String()}
		}
	}
}

// program calls as a program would: no cookies, no redirects.
func (h *house) program(method, path, contentType, body string, header ...string) answered {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	must.Do(h.t, err)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := stay.Do(r)
	return read(h.t, answer, err)
}

var stay = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

const formType = "application/x-www-form-urlencoded"

// token asks for one with a form.
func (h *house) token(values url.Values) answered {
	h.t.Helper()
	return h.program(http.MethodPost, "/oauth/token", formType, values.Encode())
}

// browser is somebody's browser, which keeps cookies.
type browser struct {
	h *house
	*http.Client
}

func (h *house) browser() browser {
	jar, err := cookiejar.New(nil)
	must.Do(h.t, err)
	return browser{h, &http.Client{Jar: jar, CheckRedirect: stay.CheckRedirect}}
}

func (b browser) get(path string) answered {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.url+path, nil)
	must.Do(b.h.t, err)
	answer, err := b.Do(r)
	return read(b.h.t, answer, err)
}

// post sends a form as a page of ours would.
func (b browser) post(path string, values url.Values, header ...string) answered {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodPost, b.h.url+path, strings.NewReader(values.Encode()))
	must.Do(b.h.t, err)
	r.Header.Set("Content-Type", formType)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", b.h.url)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	answer, err := b.Do(r)
	return read(b.h.t, answer, err)
}

var (
	formTag  = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)".*?</form>`)
	inputTag = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// form are the hidden fields of the form for that path, which the page must have.
func (a answered) form(t *testing.T, path string) url.Values {
	t.Helper()
	for _, form := range formTag.FindAllStringSubmatch(a.body, -1) {
		if form[1] != path {
			continue
		}
		values := url.Values{}
		for _, input := range inputTag.FindAllStringSubmatch(form[0], -1) {
			values.Set(input[1], html.UnescapeString(input[2]))
		}
		return values
	}
	t.Fatalf("got %d without a form for %s\n%s", a.StatusCode, path, a.body)
	return nil
}

func with(values url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

// signIn signs the user in and gives the answer.
func (b browser) signIn(next string) answered {
	b.h.t.Helper()
	page := b.get("/account/sign-in?next=" + url.QueryEscape(next))
	return b.post("/account/sign-in", with(page.form(b.h.t, "/account/sign-in"), "email", email, "password", password))
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
func (b browser) decide(path, decision string) answered {
	b.h.t.Helper()
	page := b.get(path)
	if next, is := strings.CutPrefix(page.Header.Get("Location"), "/account/sign-in?next="); is {
		next, err := url.QueryUnescape(next)
		must.Do(b.h.t, err)
		page = b.get(b.signIn(next).Header.Get("Location"))
	}
	return b.post("/oauth/authorize", with(page.form(b.h.t, "/oauth/authorize"), "decision", decision))
}

// code is a fresh authorization code.
func (h *house) code(c client, pairs ...string) string {
	h.t.Helper()
	return h.browser().decide(ask(append([]string{"client_id", c.ClientID}, pairs...)...), "allow").back(h.t).Get("code")
}

// granted are the tokens for a fresh code.
func (h *house) granted(c client) map[string]any {
	h.t.Helper()
	return h.token(c.params("grant_type", "authorization_code", "code", h.code(c))).json(h.t)
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
