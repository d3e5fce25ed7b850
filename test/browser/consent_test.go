package browser_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// returned are the parameters that a browser brings back to the application.
type returned struct{ url.Values }

// listen is the application's own address, and what came back there. It leads on to another host at
// once, as published ones do.
func listen(t *testing.T) (address string, back <-chan returned) {
	t.Helper()
	came := make(chan returned, 1)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, "<!doctype html><h1>Connected</h1>")
	}))
	t.Cleanup(other.Close)
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/callback" {
			http.NotFound(w, r)
			return
		}
		came <- returned{r.URL.Query()}
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	t.Cleanup(program.Close)
	return program.URL + "/callback", came
}

// wait is what comes back to the application.
func (w window) wait(came <-chan returned) returned {
	w.t.Helper()
	select {
	case back := <-came:
		return back
	case <-w.ctx.Done():
		w.t.Fatal("nothing came back to the application")
		return returned{}
	}
}

// tabTo presses Tab until the button with that label has the focus, and wants every stop on the way to
// be seen.
func (w window) tabTo(label string) {
	w.t.Helper()
	for range 40 {
		w.do(chromedp.KeyEvent(kb.Tab))
		at := ask[struct {
			Text    string
			Outline string
		}](w, `(() => { const e = document.activeElement; return {Text: e.innerText.trim(), Outline: getComputedStyle(e).outlineStyle} })()`)
		if at.Outline == "none" {
			w.t.Errorf("got the focus on %q without an outline, want it to be seen", at.Text)
		}
		if at.Text == label {
			return
		}
	}
	w.t.Fatalf("got to no button %q with the Tab key", label)
}

// settled waits until the page has that heading.
func (w window) settled(heading string) {
	w.t.Helper()
	there := chromedp.WaitVisible(fmt.Sprintf(`//h1[contains(normalize-space(.), %q)]`, heading))
	for {
		// A wait that began while another page was leaving may never see this one.
		ctx, cancel := context.WithTimeout(w.ctx, 3*time.Second)
		err := chromedp.Do(ctx, there)
		cancel()
		switch {
		case err == nil:
			return
		case w.ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			w.t.Fatalf("%q: %v", heading, err)
		}
	}
}

func TestConsentWithTheKeyboardOnly(t *testing.T) {
	t.Parallel()
	h := start(t)
	redirectURI, came := listen(t)
	program := h.register(t, redirectURI)
	config := oauth2.Config{
		ClientID: program.id, ClientSecret: program.secret, RedirectURL: redirectURI, Scopes: []string{"public", "write"},
		Endpoint: oauth2.Endpoint{AuthURL: h.BaseURL + "/oauth/authorize", TokenURL: h.BaseURL + "/oauth/token"},
	}
	verifier := oauth2.GenerateVerifier()
	w := open(t)

	w.do(chromedp.Navigate(config.AuthCodeURL("a state & more", oauth2.S256ChallengeOption(verifier))))
	w.settled("Sign in")
	w.look("signin")
	user := h.Users[0]
	w.do(chromedp.KeyEvent(user.Email), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("not the password"), chromedp.KeyEvent(kb.Enter),
		chromedp.WaitVisible(`[role=alert]`))
	w.look("signin-wrong")
	if got := ask[string](w, `document.activeElement.id + " " + document.getElementById("email").value`); got != "password "+user.Email {
		t.Errorf("got the focus and the address %q, want them where the user goes on", got)
	}
	w.do(chromedp.KeyEvent(user.Password), chromedp.KeyEvent(kb.Enter))
	w.settled("Allow Ember Overlay?")
	w.look("consent")
	w.tabTo("Allow")
	w.do(chromedp.KeyEvent(kb.Enter))
	back := w.wait(came)
	w.settled("Connected")
	if got := back.Get("state"); got != "a state & more" {
		t.Errorf("got state %q, want it as it was sent", got)
	}
	token, err := config.Exchange(t.Context(), back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := whoAmI(t, h.BaseURL, token.AccessToken), user.Email; !strings.Contains(got, want) {
		t.Errorf("got the current user %s, want %s", got, want)
	}

	w.do(chromedp.Navigate(h.BaseURL + "/account/sessions"))
	w.settled("Your account")
	w.look("sessions")
	w.tabTo("Remove access")
	w.do(chromedp.KeyEvent(kb.Enter))
	w.do(chromedp.WaitVisible(`//p[contains(., "None. An app")]`))
	if got := whoAmI(t, h.BaseURL, token.AccessToken); strings.Contains(got, user.Email) {
		t.Errorf("got the current user after the application was withdrawn, want a refusal")
	}
	w.look("sessions-none")
}

// TestAnApplicationOfItsOwn is the flow without a user, by the same library, against the same program.
func TestAnApplicationOfItsOwn(t *testing.T) {
	t.Parallel()
	h := start(t)
	config := clientcredentials.Config{
		ClientID: h.Application.ClientID, ClientSecret: h.Application.ClientSecret, TokenURL: h.BaseURL + "/oauth/token",
		Scopes: []string{"public", "webhooks:read"},
	}
	answer, err := config.Client(t.Context()).Get(h.BaseURL + "/api/public/current-user")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if body, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK || string(body) != `{"data":null}` {
		t.Errorf("got %d %s, %v, want nobody", answer.StatusCode, body, err)
	}
}

func TestDenialAndPagesThatStop(t *testing.T) {
	t.Parallel()
	h := start(t)
	redirectURI, came := listen(t)
	program := h.register(t, redirectURI)
	w := open(t)
	at := func(query url.Values) string { return h.BaseURL + "/oauth/authorize?" + query.Encode() }
	good := url.Values{"client_id": {program.id}, "response_type": {"code"}, "redirect_uri": {redirectURI}, "state": {"s"}}

	w.do(chromedp.Navigate(at(url.Values{"client_id": {"nobody"}, "response_type": {"code"}})))
	w.settled("The app that sent you here is not known")
	w.look("stop")

	w.do(chromedp.Navigate(at(good)))
	w.settled("Sign in")
	user := h.Users[0]
	w.do(chromedp.KeyEvent(user.Email), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(user.Password), chromedp.KeyEvent(kb.Enter))
	w.settled("Allow Ember Overlay?")
	w.tabTo("Deny")
	w.do(chromedp.KeyEvent(kb.Enter))
	back := w.wait(came)
	w.settled("Connected")
	if back.Get("error") != "access_denied" || back.Get("state") != "s" || back.Has("code") {
		t.Errorf("got %v, want access_denied with the state", back.Values)
	}

	// Another account can be taken on the page itself.
	w.do(chromedp.Navigate(at(good)))
	w.settled("Allow Ember Overlay?")
	w.tabTo("Use another account")
	w.do(chromedp.KeyEvent(kb.Enter))
	w.settled("Sign in")
	user = h.Users[1]
	w.do(chromedp.KeyEvent(user.Email), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(user.Password), chromedp.KeyEvent(kb.Enter))
	w.settled("Allow Ember Overlay?")
	if got := ask[string](w, "document.body.textContent"); !strings.Contains(got, user.Email) {
		t.Errorf("got a page without %s, want the other account on it", user.Email)
	}
}

// whoAmI is the answer about the current user.
func whoAmI(t *testing.T, base, token string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/v3/user", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var body strings.Builder
	if err := answer.Write(&body); err != nil {
		t.Fatal(err)
	}
	return body.String()
}
