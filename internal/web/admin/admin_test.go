package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/account"
	"github.com/almoner/almoner/internal/web/admin"
	"github.com/almoner/almoner/internal/web/session"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// password is that of all users.
const password = "correct horse battery"

// house is a running server of the administration, with an operator, the owner of a cause that is approved, and a stranger.
type house struct {
	*testworld.Service
	t     *testing.T
	url   string
	users map[string]fund.User
	cause fund.Cause
	// sandbox is the payment provider.
	sandbox *sandbox.Provider
}

func newHouse(t *testing.T, o admin.Options) *house {
	t.Helper()
	ctx := t.Context()
	h := &house{t: t, users: map[string]fund.User{}}
	h.Service = testworld.New(t, testworld.Options{Configure: func(s *testworld.Service, o *app.Options) {
		h.sandbox = s.Sandbox(sandbox.Options{})
		o.Payments = app.Payments{Provider: h.sandbox, Fee: testworld.Fee}
	}})
	server := httptest.NewUnstartedServer(nil)
	h.url = "http://" + server.Listener.Addr().String()
	site := session.New(session.Options{App: h.App, BaseURL: h.url, Log: h.Logger, Address: func(*http.Request) netip.Addr { return netip.MustParseAddr("192.0.2.7") }})
	mux := http.NewServeMux()
	pages := admin.New(site, o)
	mux.Handle(account.Path+"/", account.New(site))
	mux.Handle(admin.Path, pages)
	mux.Handle(admin.Path+"/", pages)
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	for _, name := range []string{"operator", "owner", "stranger"} {
		h.users[name] = must.Get(h.CreateUser(ctx, app.System(), app.NewUser{Username: name, Email: name + "@example.org", Password: password}))(t)
	}
	must.Get(h.AddOperator(ctx, app.System(), "operator@example.org"))(t)
	h.cause = must.Get(h.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water <b>", Slug: "water", Currency: "USD"}}))(t)
	must.Do(t, h.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: h.cause.ID, User: h.users["owner"].ID, Role: fund.CauseOwner}))
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

// shows wants a page to have a status and texts.
func shows(t *testing.T, what string, got testbrowser.Answer, status int, texts ...string) {
	t.Helper()
	if got.StatusCode != status {
		t.Errorf("%s: got %d, want %d\n%s", what, got.StatusCode, status, got.Text)
	}
	for _, text := range texts {
		if !strings.Contains(got.Text, text) {
			t.Errorf("%s: got\n%s\nwant %q", what, got.Text, text)
		}
	}
}

// leads wants an answer to lead on to an address.
func leads(t *testing.T, what string, got testbrowser.Answer, to string) {
	t.Helper()
	if at := got.Header.Get("Location"); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, to) {
		t.Errorf("%s: got %d to %q\n%s\nwant 303 to %s", what, got.StatusCode, at, got.Text, to)
	}
}

// logged wants the last act in the log to be of the operator.
func (h *house) logged(act fund.Act, subject fund.ID) {
	h.t.Helper()
	last := must.Get(h.Acts(h.t.Context(), app.System(), fund.ID{}, fund.Page{Limit: 1}))(h.t)
	if len(last) != 1 || last[0].Act != act || last[0].Subject != subject || last[0].Actor != h.users["operator"].ID || last[0].Role != "operator" || last[0].Address != "192.0.2.7" {
		h.t.Errorf("got %+v, want %s of the operator on %s", last, act, subject)
	}
}

// TestTheAdministrationIsForOperators asks for every page and sends every form as everybody else.
func TestTheAdministrationIsForOperators(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	pages := []string{"/admin", "/admin/log", "/admin/settings", "/admin/receipts", "/admin/takedowns", "/admin/users", "/admin/users?q=owner@example.org", "/admin/users/" + h.users["owner"].ID.String(), "/admin/events", "/admin/events/dismissed", "/admin/causes", "/admin/causes/" + h.cause.ID.String()}
	for _, page := range pages {
		leads(t, "nobody at "+page, testbrowser.New(t, h.url).Get(page), "/account/sign-in?next=")
	}
	leads(t, "a form of nobody", testbrowser.New(t, h.url).Post(pages[len(pages)-1], nil), "/account/sign-in?next=")
	for _, name := range []string{"owner", "stranger"} {
		b := h.as(name)
		form := b.Get("/account/password").Form(t, "/account/password")
		for _, page := range pages {
			got := b.Get(page)
			shows(t, name+" at "+page, got, http.StatusNotFound)
			if strings.Contains(got.Text, "Administration") || strings.Contains(got.Text, "Water") {
				t.Errorf("%s at %s: got\n%s\nwant what an address without a page gets", name, page, got.Text)
			}
		}
		shows(t, name+"'s form", b.Post(pages[len(pages)-1], testbrowser.With(form, "do", "suspend", "reason", "x")), http.StatusNotFound)
		if strings.Contains(b.Get("/account/sessions").Text, `href="/admin"`) {
			t.Errorf("%s: got a link to the administration, want none", name)
		}
	}
	shows(t, "the operator's account", h.as("operator").Get("/account/sessions"), http.StatusOK, `href="/admin"`)
	if got := must.Get(h.GetCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}))(t); got.Approval != fund.Approved {
		t.Errorf("got the cause %s, want nothing to be changed", got.Approval)
	}
}

// TestAnOperatorWhoLeavesStopsThere ends that somebody runs the server, and has their browser go on.
func TestAnOperatorWhoLeavesStopsThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	b, path := h.as("operator"), "/admin/causes/"+h.cause.ID.String()
	form := b.Get(path).Form(t, path)
	must.Get(h.RemoveOperator(t.Context(), app.System(), "operator@example.org"))(t)
	shows(t, "the form", b.Post(path, testbrowser.With(form, "do", "suspend", "reason", "x")), http.StatusNotFound)
	shows(t, "the page", b.Get("/admin"), http.StatusNotFound)
}

// TestChangesTakeAProof has an operator come back to a browser that was left open.
func TestChangesTakeAProof(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	b, path := h.as("operator"), "/admin/causes/"+h.cause.ID.String()
	form := testbrowser.With(b.Get(path).Form(t, path), "do", "suspend", "reason", "x")
	h.Clock.Advance(fund.ProofLife + time.Second)
	leads(t, "an old session", b.Post(path, form), "/account/prove?next=%2Fadmin%2Fcauses%2F")
	page := b.Get(path)
	shows(t, "the page", page, http.StatusOK, `href="/account/prove?next=`)
	if strings.Contains(page.Text, `name="do"`) {
		t.Error("got a form that does nothing, want none")
	}
	proof := b.Get("/account/prove?next=" + path)
	leads(t, "the proof", b.Post("/account/prove", testbrowser.With(proof.Form(t, "/account/prove"), "password", password)), path)
	leads(t, "a proven session", b.Post(path, form), path+"?done=suspended")
}

// TestTheOverviewSaysWhatWaits looks at it with nothing, and with something to do.
func TestTheOverviewSaysWhatWaits(t *testing.T) {
	t.Parallel()
	found, at := []admin.Finding(nil), time.Time{}
	h := newHouse(t, admin.Options{Version: "v1.2.3", Findings: func() ([]admin.Finding, time.Time) { return found, at }})
	b := h.as("operator")
	shows(t, "with nothing", b.Get("/admin"), http.StatusOK, "Nothing waits for you.", "v1.2.3", "ten minutes after its start")
	must.Get(h.CreateCauseFor(t.Context(), app.System(), h.users["owner"].ID, fund.CausePatch{Name: fund.Some("Wells"), Currency: fund.Some("USD")}))(t)
	found, at = []admin.Finding{{Check: "disk", Problem: true, Text: "The disk is <full>.", Fix: "Make room."}, {Check: "clock", Text: "The clock is right."}}, h.Now()
	page := b.Get("/admin")
	shows(t, "with something", page, http.StatusOK, "Causes to approve", "The disk is &lt;full&gt;.", "Make room.", "1 check is fine")
	if strings.Contains(page.Text, "The clock is right") || strings.Contains(page.Text, "Receipts that") {
		t.Errorf("got\n%s\nwant only what needs a look", page.Text)
	}
}
