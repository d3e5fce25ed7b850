package oauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/totp"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

func TestConsentGivesACode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	path := ask("client_id", h.v5.ClientID, "redirect_uri", back, "scope", "public write", "state", `a b&c="ü`)
	first := b.Get(path)
	if to := first.Header.Get("Location"); first.StatusCode != http.StatusSeeOther || to != "/account/sign-in?next="+url.QueryEscape(path) {
		t.Fatalf("got %d to %q, want 303 to the sign-in and back again", first.StatusCode, to)
	}
	page := b.Get(b.signIn(path).Header.Get("Location"))
	for _, want := range []string{"Overlay &lt;5&gt;", "Ana", email, "127.0.0.1:9", "polls, rewards, milestones", "and your profile. Changing the e-mail address you sign in with also takes your password", // each scope tells of personal data that it opens
		"your name, your e-mail address", "Allow", "Deny", `lang="en"`} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got a consent page without %q\n%s", want, page.Text)
		}
	}
	answer := b.Post("/oauth/authorize", testbrowser.With(page.Form(t, "/oauth/authorize"), "decision", "allow")).LedTo(t, back)
	if answer.Get("state") != `a b&c="ü` || len(answer.Get("code")) != 64 || len(answer) != 2 {
		t.Errorf("got %v, want the code and the state as it was", answer)
	}
	body := h.token(h.v5.params("grant_type", "authorization_code", "code", answer.Get("code"), "redirect_uri", back)).JSON(t)
	if body["scope"] != "public write" {
		t.Errorf("got %v, want what was allowed", body)
	}
	// Nothing is granted silently: the next request is asked about like the first one.
	if again := b.Get(path); again.StatusCode != http.StatusOK || !strings.Contains(again.Text, "Deny") {
		t.Errorf("got %d for the second time, want the page again", again.StatusCode)
	}
}

// TestConsentAfterTwoSteps comes to the consent by the second factor, for an application and for the terminal: a password alone leads to neither.
func TestConsentAfterTwoSteps(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	signedIn := must.Get(h.SignIn(ctx, app.Credentials{Email: email, Password: password}))(t)
	actor := must.Get(h.GetVisit(ctx, signedIn.Session))(t).Actor()
	must.Do(t, h.SetUpAuthenticator(ctx, actor))
	key := must.Get(h.GetAuthenticatorSetup(ctx, actor))(t).Key
	code := func() string { return must.Get(totp.Code(key, h.Clock.Now()))(t) }
	must.Get(h.ConfirmAuthenticator(ctx, actor, code()))(t)
	verifier := oauth2.GenerateVerifier()
	for path, lead := range map[string]string{
		ask("client_id", h.v5.ClientID, "redirect_uri", back, "scope", "public", "state", "s"): back, terminalQuery(verifier): terminalBack,
	} {
		h.Clock.Advance(time.Minute)
		b := h.browser()
		asked := b.signIn(path)
		if next := asked.LedTo(t, "/account/sign-in/code").Get("next"); next != path {
			t.Errorf("got led on to %q, want %q", next, path)
		}
		if early := b.Get(path); !strings.HasPrefix(early.Header.Get("Location"), "/account/sign-in?") {
			t.Errorf("%s: got %d between the steps, want the sign-in", path, early.StatusCode)
		}
		page := b.Get(asked.Header.Get("Location"))
		done := b.Post("/account/sign-in/code", testbrowser.With(page.Form(t, "/account/sign-in/code"), "code", code()))
		consent := b.Get(done.Header.Get("Location"))
		answer := b.Post("/oauth/authorize", testbrowser.With(consent.Form(t, "/oauth/authorize"), "decision", "allow")).LedTo(t, lead)
		if answer.Get("code") == "" || answer.Get("state") != "s" {
			t.Errorf("got %v, want a code", answer)
		}
	}
}

// TestEachScopeIsToldOf wants a user to read what each scope allows.
func TestEachScopeIsToldOf(t *testing.T) {
	t.Parallel()
	seen := map[string]string{"": "nothing"}
	for _, scope := range fund.Scopes() {
		words := strings.Join(session.InWords(text.English, []string{scope}), " ")
		if same, twice := seen[words]; twice {
			t.Errorf("%s: got %q, which says the same as %s", scope, words, same)
		}
		seen[words] = scope
	}
}

func TestDenial(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, decision := range []string{"deny", "", "other"} {
		answer := h.browser().decide(ask("client_id", h.v5.ClientID, "state", "s"), decision).LedTo(t, back)
		if answer.Get("error") != "access_denied" || answer.Get("state") != "s" || answer.Get("error_description") == "" || answer.Has("code") {
			t.Errorf("%q: got %v, want access_denied with the state", decision, answer)
		}
	}
}

func TestTheQueryOfARedirectURIStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client(t.Context(), h.another(back+"?bot=1&x=%20"))
	answer := h.browser().decide(ask("client_id", c.ClientID, "state", "s"), "allow")
	if to := answer.Header.Get("Location"); !strings.HasPrefix(to, back+"?bot=1&x=%20&code=") || !strings.HasSuffix(to, "&state=s") {
		t.Errorf("got %q, want the query of the address first, as it was", to)
	}
}

// TestNoOpenRedirect wants a page, and no way on, for whatever could be somebody else's address.
func TestNoOpenRedirect(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	two := h.another("https://one.test/")
	two.RedirectURIs = append(two.RedirectURIs, "https://two.test/")
	several := h.client(t.Context(), two)
	id := h.v5.ClientID
	for name, path := range map[string]string{
		"no client":              "/oauth/authorize?response_type=code",
		"nothing":                "/oauth/authorize",
		"unknown client":         ask("client_id", "x"),
		"empty client":           "/oauth/authorize?client_id=&response_type=code",
		"client twice":           ask("client_id", id) + "&client_id=" + id,
		"other address":          ask("client_id", id, "redirect_uri", "https://evil.test/"),
		"other port":             ask("client_id", several.ClientID, "redirect_uri", "https://one.test:444/"),
		"other loopback host":    ask("client_id", id, "redirect_uri", "http://localhost:9/callback"),
		"loopback over https":    ask("client_id", id, "redirect_uri", "https://127.0.0.1:9/callback"),
		"longer path":            ask("client_id", id, "redirect_uri", back+"/more"),
		"more query":             ask("client_id", id, "redirect_uri", back+"?x=1"),
		"fragment":               ask("client_id", id, "redirect_uri", back+"#x"),
		"user name":              ask("client_id", id, "redirect_uri", "http://127.0.0.1:9@evil.test/callback"),
		"other case":             ask("client_id", id, "redirect_uri", strings.ToUpper(back)),
		"address twice":          ask("client_id", id, "redirect_uri", back) + "&redirect_uri=" + url.QueryEscape(back),
		"one of several":         ask("client_id", several.ClientID),
		"broken query":           ask("client_id", id) + "&%zz",
		"and its mistakes, too":  ask("client_id", "x", "response_type", "token", "redirect_uri", "https://evil.test/"),
		"script for an address":  ask("client_id", id, "redirect_uri", "javascript:alert(1)"),
		"address of another one": ask("client_id", id, "redirect_uri", "https://one.test/"),
	} {
		answer := h.browser().Get(path)
		if answer.StatusCode != http.StatusBadRequest || answer.Header.Get("Location") != "" || strings.Contains(answer.Text, "evil.test") ||
			!strings.Contains(answer.Text, "The app that sent you here") {
			t.Errorf("%s: got %d to %q, want a page that says no\n%s", name, answer.StatusCode, answer.Header.Get("Location"), answer.Text)
		}
	}
	for _, next := range []string{
		"https://evil.test/", "//evil.test/", `/\evil.test`, "/oauth/authorize", "/oauth/authorized?x", "/account/sign-out", "javascript:alert(1)", "/@ana", "",
	} {
		if to := h.browser().signIn(next).Header.Get("Location"); to != "/dashboard" {
			t.Errorf("next %q: got to %q after the sign-in, want the account", next, to)
		}
	}
}

// TestAnyPortOfTheLoopbackInterface wants a native program served at the port that it got, and the trade
// of its code to repeat that very address.
func TestAnyPortOfTheLoopbackInterface(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const here = "http://127.0.0.1:51234/callback"
	answer := h.browser().decide(ask("client_id", h.v5.ClientID, "redirect_uri", here), "allow")
	to, err := url.Parse(answer.Header.Get("Location"))
	must.Do(t, err)
	if answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to.String(), here+"?code=") {
		t.Fatalf("got %d to %q, want 303 to the port that was asked for\n%s", answer.StatusCode, to, answer.Text)
	}
	trade := h.v5.params("grant_type", "authorization_code", "code", to.Query().Get("code"), "redirect_uri", back)
	if got := h.token(trade).JSON(t)["error"]; got != "invalid_grant" {
		t.Errorf("got %v for a trade that names the registered port, want invalid_grant", got)
	}
	if got := h.token(testbrowser.With(trade, "redirect_uri", here)); got.StatusCode != http.StatusOK {
		t.Errorf("got %d %s for a trade that repeats the address, want 200", got.StatusCode, got.Text)
	}
}

// TestMistakesAreToldToTheApplication wants errors at the redirect URI, before anybody signs in.
func TestMistakesAreToldToTheApplication(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	challenge := strings.Repeat("A", 43)
	for name, c := range map[string]struct{ path, code string }{
		"no response_type":    {ask("response_type", ""), "invalid_request"},
		"implicit":            {ask("response_type", "token"), "unsupported_response_type"},
		"hybrid":              {ask("response_type", "code token"), "unsupported_response_type"},
		"unknown scope":       {ask("scope", "public admin"), "invalid_scope"},
		"scope not given":     {ask("scope", "webhooks:write"), "invalid_scope"},
		"response_type twice": {ask() + "&response_type=code", "invalid_request"},
		"scope twice":         {ask("scope", "public") + "&scope=public", "invalid_request"},
		"state twice":         {ask() + "&state=t", "invalid_request"},
		"plain challenge":     {ask("code_challenge", challenge, "code_challenge_method", "plain"), "invalid_request"},
		"challenge alone":     {ask("code_challenge", challenge), "invalid_request"},
		"method alone":        {ask("code_challenge_method", "S256"), "invalid_request"},
		"short challenge":     {ask("code_challenge", challenge[1:], "code_challenge_method", "S256"), "invalid_request"},
		"padded challenge":    {ask("code_challenge", challenge+"=", "code_challenge_method", "S256"), "invalid_request"},
	} {
		state := "s"
		if name == "state twice" {
			state = ""
		}
		path := c.path + "&client_id=" + h.v5.ClientID
		if !strings.Contains(path, "state=t") {
			path += "&state=s"
		} else {
			path += "&state=u"
		}
		answer := h.browser().Get(path).LedTo(t, back)
		if answer.Get("error") != c.code || answer.Get("state") != state || answer.Get("error_description") == "" || answer.Has("code") {
			t.Errorf("%s: got %v, want %s with the state", name, answer, c.code)
		}
	}
}

func TestPKCE(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	// The example of RFC 7636, appendix B.
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	code := h.code(h.v5, "code_challenge", challenge, "code_challenge_method", "S256")
	trade := func(verifier string) testbrowser.Answer {
		return h.token(h.v5.params("grant_type", "authorization_code", "code", code, "code_verifier", verifier))
	}
	for _, wrong := range []string{"", challenge, strings.ToUpper(verifier)} {
		if answer := trade(wrong); answer.StatusCode != 422 || answer.JSON(t)["error"] != "invalid_grant" {
			t.Errorf("verifier %q: got %d %s, want invalid_grant", wrong, answer.StatusCode, answer.Text)
		}
	}
	if answer := trade(verifier); answer.StatusCode != 200 {
		t.Errorf("got %d %s, want tokens", answer.StatusCode, answer.Text)
	}
}

// TestFormsCannotBeForged sends the forms of a signed-in browser as another site would make it do.
func TestFormsCannotBeForged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	path := ask("client_id", h.v5.ClientID)
	page := b.Get(b.signIn(path).Header.Get("Location"))
	good := func() url.Values { return testbrowser.With(page.Form(t, "/oauth/authorize"), "decision", "allow") }
	thief := h.browser()
	stolen := thief.Get(thief.signIn(path).Header.Get("Location")).Form(t, "/oauth/authorize")
	for name, c := range map[string]struct {
		values url.Values
		header []string
	}{
		"no token":            {values: testbrowser.With(good(), "form", "")},
		"wrong token":         {values: testbrowser.With(good(), "form", strings.Repeat("0", 64))},
		"another session's":   {values: testbrowser.With(good(), "form", stolen.Get("form"))},
		"of another form":     {values: testbrowser.With(good(), "form", page.Form(t, "/account/sign-out").Get("form"))},
		"for another request": {values: testbrowser.With(good(), "request", strings.TrimPrefix(ask("client_id", h.v5.ClientID, "scope", "write"), "/oauth/authorize?"))},
		"from another site":   {values: good(), header: []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"}},
		"from a sister site":  {values: good(), header: []string{"Sec-Fetch-Site", "same-site", "Origin", "https://sister.test"}},
		"by an old browser":   {values: good(), header: []string{"Sec-Fetch-Site", "", "Origin", "https://evil.test"}},
	} {
		answer := b.Post("/oauth/authorize", c.values, c.header...)
		if answer.StatusCode != http.StatusForbidden || answer.Header.Get("Location") != "" {
			t.Errorf("%s: got %d to %q, want 403", name, answer.StatusCode, answer.Header.Get("Location"))
		}
	}
	if answer := b.Post("/oauth/authorize", good(), "Sec-Fetch-Site", ""); answer.LedTo(t, back).Get("code") == "" {
		t.Error("got no code for the form itself, want one")
	}
	// After a sign-out and a new sign-in the old page is of no use.
	old := good()
	b.Post("/account/sign-out", page.Form(t, "/account/sign-out"))
	if answer := b.Post("/oauth/authorize", old); !strings.HasPrefix(answer.Header.Get("Location"), "/account/sign-in") {
		t.Errorf("got %d to %q after the sign-out, want the sign-in", answer.StatusCode, answer.Header.Get("Location"))
	}
	b.signIn(path)
	if answer := b.Post("/oauth/authorize", old); answer.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a page of the last session, want 403", answer.StatusCode)
	}
}

func TestWhatWasChangedMeanwhile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	b.signIn("")
	// The request in the form is checked like any other, so nothing hidden can widen it.
	for name, request := range map[string]string{
		"no request": "", "unknown client": "client_id=x&response_type=code", "another address": "client_id=" + h.v5.ClientID + "&redirect_uri=https://evil.test/",
	} {
		answer := b.Post("/oauth/authorize", url.Values{"request": {request}, "decision": {"allow"}})
		if answer.StatusCode != http.StatusBadRequest || answer.Header.Get("Location") != "" {
			t.Errorf("%s: got %d, want the page that says no", name, answer.StatusCode)
		}
	}
	visit := b.Get("/account/sessions")
	if visit.StatusCode != http.StatusOK {
		t.Fatalf("got %d, want the account", visit.StatusCode)
	}
	sessions, err := h.ListSessions(t.Context(), app.Actor{Kind: app.ActorUser, User: h.user.ID})
	must.Do(t, err)
	for _, one := range sessions {
		must.Do(t, h.EndSession(t.Context(), app.Actor{Kind: app.ActorUser, User: h.user.ID}, one.ID))
	}
	if answer := b.Get(ask("client_id", h.v5.ClientID)); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d after the session was ended elsewhere, want the sign-in", answer.StatusCode)
	}
}

func TestOddRequestsForConsent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, path := range map[string]string{
		"unknown parameters": ask("client_id", h.v5.ClientID, "prompt", "none", "nonce", "n"), "unknown ones twice": ask("client_id", h.v5.ClientID) + "&x=1&x=2",
		"empty ones": ask("client_id", h.v5.ClientID) + "&scope=&state=&redirect_uri=&code_challenge=&code_challenge_method=", "slashes": "//oauth//authorize/?response_type=code&client_id=" + h.v5.ClientID,
	} {
		answer := h.browser().decide(path, "allow").LedTo(t, back)
		if len(answer.Get("code")) != 64 || answer.Has("state") {
			t.Errorf("%s: got %v, want a code", name, answer)
		}
	}
}

// TestTheConsentPageMayLeadToApplications wants the policy of the page to let its form lead anywhere: browsers hold the addresses that a form is sent on
// to against it, too.
func TestTheConsentPageMayLeadToApplications(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	page := b.Get(b.signIn(ask("client_id", h.v5.ClientID)).Header.Get("Location"))
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' http: https:;") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("got the policy %q, want forms to lead to the application", policy)
	}
	if stop := b.Get("/oauth/authorize"); stop.Header.Get("Content-Security-Policy") != ui.ContentPolicy("'self'", ui.Sources{}) || stop.Header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("got the headers %v, want those of any other page for signed-in people", stop.Header)
	}
}
