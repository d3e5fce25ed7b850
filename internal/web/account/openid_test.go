package account_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/openid"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testopenid"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/account"
)

const elsewhereAt = "/account/openid/club"

// clubHouse is a house that people come into through a club.
type clubHouse struct {
	*house

	club *testopenid.Provider
}

// newClubHouse opens it. The account at the club has the address of the user here.
func newClubHouse(t *testing.T, configure ...func(*app.Options)) clubHouse {
	t.Helper()
	club := testopenid.Start(t, testopenid.Settings{Account: testopenid.Claims{"sub": "7", "email": email, "email_verified": true, "preferred_username": "ana_at_club"}})
	h := clubHouse{club: club}
	h.house = newHouse(t, append(configure, func(o *app.Options) {
		o.OpenID = []app.OpenIDProvider{{ID: "club", Name: "The Club", Issuer: club.Issuer, Client: openid.New(openid.Options{
			Issuer: club.Issuer, ClientID: testopenid.ClientID, Secret: testopenid.Secret, Scopes: []string{"email"}, Now: o.Now,
			Redirect: account.OpenIDReturn(testworld.BaseURL, "club"),
		})}}
	})...)
	club.Change(func(s *testopenid.Settings) { s.Now = h.Clock.Now })
	return h
}

var leadsTo = regexp.MustCompile(`^0; url=(http://\S+)$`)

// leave presses a button that leads to the club, and returns the address there.
func (h clubHouse) leave(b browser, path string, form url.Values) string {
	h.t.Helper()
	page := b.Post(path, form)
	to := leadsTo.FindStringSubmatch(page.Header.Get("Refresh"))
	if page.StatusCode != http.StatusOK || to == nil || !strings.Contains(page.Text, `href="`+strings.NewReplacer("&", "&amp;", "+", "&#43;").Replace(to[1])+`"`) {
		h.t.Fatalf("%s: got %d, Refresh %q, want a page that leads to the club\n%s", path, page.StatusCode, page.Header.Get("Refresh"), page.Text)
	}
	return to[1]
}

// back signs in at the club, and returns the page here that it leads to.
func (h clubHouse) back(address string) string {
	h.t.Helper()
	to := h.club.Return(h.t, address)
	return to.Path + "?" + to.RawQuery
}

// enter signs in with the club from the sign-in page.
func (h clubHouse) enter(b browser, next string) testbrowser.Answer {
	h.t.Helper()
	page := b.Get("/account/sign-in?next=" + url.QueryEscape(next))
	return b.Get(h.back(h.leave(b, elsewhereAt, page.Form(h.t, elsewhereAt))))
}

// connect adds the club on the page of the account.
func (h clubHouse) connect(b browser) testbrowser.Answer {
	h.t.Helper()
	return b.Get(h.back(h.leave(b, elsewhereAt+"/connect", b.Get("/account/sessions").Form(h.t, elsewhereAt+"/connect"))))
}

func wantStop(t *testing.T, got testbrowser.Answer, status int, heading string) {
	t.Helper()
	if got.StatusCode != status || !strings.Contains(got.Text, "<h1>"+heading+"</h1>") || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d, want %d with %q\n%s", got.StatusCode, status, heading, got.Text)
	}
}

// TestTheClubIsAddedAndSignsIn adds it to an account, signs in with it, and removes it.
func TestTheClubIsAddedAndSignsIn(t *testing.T) {
	t.Parallel()
	h := newClubHouse(t, func(o *app.Options) { o.Mailer = links{} })
	b := h.browser()
	stranger := h.enter(b, "/account/sessions")
	wantStop(t, stranger, http.StatusForbidden, "You already have an account")
	if !strings.Contains(stranger.Text, email) || !strings.Contains(stranger.Text, `href="/account/sign-in?next=%2Faccount%2Fsessions"`) {
		t.Errorf("got no way out\n%s", stranger.Text)
	}
	b.signIn("/account/sessions")
	if got := h.connect(b); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/account/sessions" {
		t.Fatalf("got %d to %s\n%s", got.StatusCode, got.Header.Get("Location"), got.Text)
	}
	home := b.Get("/account/sessions")
	for _, want := range []string{"<bdi>The Club</bdi>", "<bdi>ana_at_club</bdi>", "/account/identities/remove"} {
		if !strings.Contains(home.Text, want) {
			t.Errorf("got no %s\n%s", want, home.Text)
		}
	}

	other := h.browser()
	got := h.enter(other, "/account/email")
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/account/email" {
		t.Errorf("got %d to %s, want the page that was asked for\n%s", got.StatusCode, got.Header.Get("Location"), got.Text)
	}
	if page := other.Get("/account/email"); page.StatusCode != http.StatusOK || !strings.Contains(page.Text, email) {
		t.Errorf("got %d, want to be signed in", page.StatusCode)
	}
	removed := other.Post("/account/identities/remove", other.Get("/account/sessions").Form(t, "/account/identities/remove"))
	if removed.StatusCode != http.StatusSeeOther || strings.Contains(other.Get("/account/sessions").Text, "ana_at_club") {
		t.Errorf("got %d, want it gone\n%s", removed.StatusCode, removed.Text)
	}
	wantStop(t, h.enter(h.browser(), "/account/sessions"), http.StatusForbidden, "You already have an account")
}

// TestTheClubLeadsNowhereElse asks to be led to other sites.
func TestTheClubLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	h := newClubHouse(t)
	b := h.browser()
	b.signIn("/account/sessions")
	h.connect(b)
	for _, next := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "/@ana", "javascript:alert(1)"} {
		if got := h.enter(h.browser(), next); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/dashboard" {
			t.Errorf("%s: got %d to %q, want the first page", next, got.StatusCode, got.Header.Get("Location"))
		}
		mine := h.browser()
		form := testbrowser.With(mine.Get("/account/sign-in").Form(t, elsewhereAt), "next", next)
		if got := mine.Get(h.back(h.leave(mine, elsewhereAt, form))); got.Header.Get("Location") != "/dashboard" {
			t.Errorf("%s in the form: got %q, want the first page", next, got.Header.Get("Location"))
		}
	}
}

// TestComingBackFromTheClub brings back what should not be taken.
func TestComingBackFromTheClub(t *testing.T) {
	t.Parallel()
	h := newClubHouse(t)
	owner := h.browser()
	owner.signIn("/account/sessions")
	h.connect(owner)
	start := func(b browser) string { return h.leave(b, elsewhereAt, b.Get("/account/sign-in").Form(t, elsewhereAt)) }
	signedIn := func(b browser) bool { return b.Get("/account/sessions").StatusCode == http.StatusOK }
	const late, again = "This sign-in is out of date", "The sign-in did not work"

	// Login CSRF: somebody is sent back with the state and the code of another browser.
	attacker, victim := h.browser(), h.browser()
	victim.Get("/account/sign-in")
	link := h.back(start(attacker))
	wantStop(t, victim.Get(link), http.StatusNotFound, late)
	if signedIn(victim) {
		t.Error("got the victim signed in as somebody else")
	}
	if got := attacker.Get(link); got.StatusCode != http.StatusSeeOther || !signedIn(attacker) {
		t.Errorf("got %d in the browser that began, want it signed in", got.StatusCode)
	}
	// Once more, in the browser that is signed in, and after it signed out.
	if got := attacker.Get(link); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/dashboard" {
		t.Errorf("got %d to %q for a page that is loaded again, want the first page", got.StatusCode, got.Header.Get("Location"))
	}
	wantStop(t, h.browser().Get(link), http.StatusNotFound, late)
	for what, query := range map[string]string{"nothing": "", "a code alone": "?code=x", "a made-up state": "?state=x&code=y", "an error alone": "?error=access_denied"} {
		t.Run(what, func(t *testing.T) { wantStop(t, h.browser().Get(elsewhereAt+"/back"+query), http.StatusNotFound, late) })
	}

	b := h.browser()
	state := must.Get(url.Parse(start(b)))(t).Query().Get("state")
	wantStop(t, b.Get(elsewhereAt+"/back?error=access_denied&state="+state), http.StatusForbidden, "You are not signed in")
	state = must.Get(url.Parse(start(b)))(t).Query().Get("state")
	wantStop(t, b.Get(elsewhereAt+"/back?code=made-up&state="+state), http.StatusGone, late)
	state = must.Get(url.Parse(start(b)))(t).Query().Get("state")
	wantStop(t, b.Get(elsewhereAt+"/back?error=server_error&state="+state), http.StatusServiceUnavailable, "The Club does not answer")
	h.club.Change(func(s *testopenid.Settings) { s.Token = func(c testopenid.Claims) { c["nonce"] = "another" } })
	wantStop(t, b.Get(h.back(start(b))), http.StatusForbidden, again)
	h.club.Change(func(s *testopenid.Settings) { s.Token = nil })
	link = h.back(start(b))
	h.Clock.Advance(fund.OpenIDRequestLife)
	wantStop(t, b.Get(link), http.StatusNotFound, late)
	must.Get(h.DisableUser(t.Context(), app.System(), h.user.ID))(t)
	wantStop(t, b.Get(h.back(start(b))), http.StatusForbidden, "This account cannot sign in")
	if signedIn(b) {
		t.Error("got somebody signed in, want nobody")
	}
}

// TestLeavingForTheClub sends forms that nobody should be led anywhere for.
func TestLeavingForTheClub(t *testing.T) {
	t.Parallel()
	h := newClubHouse(t)
	b := h.browser()
	page := b.Get("/account/sign-in")
	for what, path := range map[string]string{"another provider": "/account/openid/other", "none at all": "/account/openid/"} {
		if got := b.Post(path, page.Form(t, elsewhereAt)); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", what, got.StatusCode)
		}
	}
	if got := b.Get(elsewhereAt); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("got %d for a link to the button, want 405: a link begins nothing", got.StatusCode)
	}
	if got := h.browser().Post(elsewhereAt, page.Form(t, elsewhereAt)); got.StatusCode != http.StatusForbidden || got.Header.Get("Refresh") != "" {
		t.Errorf("got %d for the form of another browser, want it refused", got.StatusCode)
	}
	if got := b.Post(elsewhereAt, page.Form(t, elsewhereAt), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another site, want it refused", got.StatusCode)
	}
	if got := b.Post(elsewhereAt+"/connect", page.Form(t, elsewhereAt)); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/account/sign-in") {
		t.Errorf("got %d to %q for somebody who is not signed in, want the sign-in", got.StatusCode, got.Header.Get("Location"))
	}
	h.club.Change(func(s *testopenid.Settings) {
		s.Answers = map[string]http.HandlerFunc{testopenid.MetadataPath: func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusBadGateway) }}
	})
	wantStop(t, b.Post(elsewhereAt, page.Form(t, elsewhereAt)), http.StatusServiceUnavailable, "The Club does not answer")
	if again := b.Get("/account/sign-in"); again.StatusCode != http.StatusOK || !strings.Contains(again.Text, "Sign in with The Club") {
		t.Errorf("got %d while the club is down, want the page as ever", again.StatusCode)
	}
}

// TestLeavingForTheClubTooOften begins sign-ins until the network has to wait.
func TestLeavingForTheClubTooOften(t *testing.T) {
	t.Parallel()
	h := newClubHouse(t)
	b := h.browser()
	page := b.Get("/account/sign-in")
	for range shield.OpenIDsAtOnce {
		h.leave(b, elsewhereAt, page.Form(t, elsewhereAt))
	}
	got := b.Post(elsewhereAt, page.Form(t, elsewhereAt))
	wantStop(t, got, http.StatusTooManyRequests, "Too many attempts")
	if got.Header.Get("Retry-After") != "10" {
		t.Errorf("got Retry-After %q, want ten seconds", got.Header.Get("Retry-After"))
	}
}

// TestStrangersFromTheClub says in words how accounts are made.
func TestStrangersFromTheClub(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{fund.SignUpInvitation: "Accounts are made by invitation", fund.SignUpClosed: "no new accounts are made"} {
		h := newClubHouse(t)
		must.Get(h.PutSetting(t.Context(), app.System(), fund.SettingSignUp, mode, 0))(t)
		h.club.Change(func(s *testopenid.Settings) { s.Account = testopenid.Claims{"sub": "8", "email": email} }) // not proved
		got := h.enter(h.browser(), "/account/sessions")
		wantStop(t, got, http.StatusForbidden, "No account yet")
		if !strings.Contains(got.Text, want) || strings.Contains(got.Text, email) {
			t.Errorf("%s: got no %q, or an address that is not proved\n%s", mode, want, got.Text)
		}
	}
}

// TestJoiningWithTheClub accepts an invitation without a password, and gets around without one.
func TestJoiningWithTheClub(t *testing.T) {
	t.Parallel()
	h := newClubHouse(t, func(o *app.Options) { o.Mailer = links{} })
	link := h.invite("guest@example.org")
	b := h.browser()
	page := b.Follow(link)
	const at = elsewhereAt + "/join"
	form := func(name string) url.Values {
		return testbrowser.With(page.Form(t, joinAt), "username", name, "password", "", "slug", "")
	}
	if got := b.Post(at, form(" ")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "Enter a name") {
		t.Errorf("got %d without a name\n%s", got.StatusCode, got.Text)
	}
	if got := b.Post(at, testbrowser.With(form("Guest"), "form", "x")); got.StatusCode != http.StatusForbidden || !strings.Contains(got.Text, `value="Guest"`) {
		t.Errorf("got %d for an old form, want it again", got.StatusCode)
	}
	got := b.Get(h.back(h.leave(b, at, form("Guest"))))
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/dashboard" {
		t.Fatalf("got %d to %s\n%s", got.StatusCode, got.Header.Get("Location"), got.Text)
	}
	home := b.Get("/account/sessions")
	if !strings.Contains(home.Text, "guest@example.org") || !strings.Contains(home.Text, "Your only way to sign in") || strings.Contains(home.Text, "/account/identities/remove") {
		t.Errorf("got a page that lets the last way go\n%s", home.Text)
	}
	for _, path := range []string{"/account/password", "/account/email"} {
		if got := b.Get(path); !strings.Contains(got.Text, "it has none yet") || !strings.Contains(got.Text, `href="/account/password/forgot"`) {
			t.Errorf("%s: got no way to a password\n%s", path, got.Text)
		}
	}
	wantStop(t, b.Follow(link), http.StatusNotFound, "This invitation does not work")
	if got := h.enter(h.browser(), "/account/sessions"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want to be signed in", got.StatusCode)
	}
	// Asked again, there is the club and no password.
	h.Clock.Advance(fund.ProofLife)
	asked := b.Get("/account/prove?next=/account/two-step/set-up")
	if strings.Contains(asked.Text, `type="password"`) {
		t.Errorf("got a password asked for that there is not\n%s", asked.Text)
	}
	proved := b.Get(h.back(h.leave(b, elsewhereAt+"/prove", asked.Form(t, elsewhereAt+"/prove"))))
	if proved.StatusCode != http.StatusSeeOther || proved.Header.Get("Location") != "/account/two-step/set-up" {
		t.Errorf("got %d to %q, want what the proof was for\n%s", proved.StatusCode, proved.Header.Get("Location"), proved.Text)
	}
	h.club.Change(func(s *testopenid.Settings) { s.Account = testopenid.Claims{"sub": "other"} })
	wantStop(t, b.Get(h.back(h.leave(b, elsewhereAt+"/prove", asked.Form(t, elsewhereAt+"/prove")))), http.StatusForbidden, "This was another account")
}
