package account_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/account"
	"github.com/almoner/almoner/internal/web/session"
)

const (
	email    = "ana@example.org"
	password = "correct horse"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// house is a running server of the account's pages, with a user.
type house struct {
	*testworld.Service
	t    *testing.T
	url  string
	user fund.User
	// wait is what the limiter says next, from where the address of requests.
	wait time.Duration
	from netip.Addr
}

func newHouse(t *testing.T, configure ...func(*app.Options)) *house {
	t.Helper()
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
	mux := http.NewServeMux()
	mux.Handle(account.SetUpPath, account.SetUp(site))
	mux.Handle("/", account.New(site))
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	h.user = must.Get(h.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Ana", Email: email, Password: password}))(t)
	return h
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
