package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/almoner/almoner/internal/testopenid"
)

// TestSignInAtAnOpenIDProvider adds an account at a provider, and signs in with it, by keyboard. The browser leaves for the provider and comes back on its own.
func TestSignInAtAnOpenIDProvider(t *testing.T) {
	t.Parallel()
	club := testopenid.Start(t, testopenid.Settings{
		Page: true, Account: testopenid.Claims{"sub": "7", "email": "nobody@example.org", "email_verified": true, "preferred_username": "ember_at_club"},
	})
	h := start(t, "--webhook-networks", "127.0.0.0/8", "--openid-issuer", "club="+club.Issuer, "--openid-name", "club=The Club",
		"--openid-client-id", "club="+testopenid.ClientID, "--openid-secret", "club="+testopenid.Secret)
	w, user := open(t), h.Users[0]
	const elsewhere, add = `form[action="/account/openid/club"] button`, `form[action="/account/openid/club/connect"] button`
	atClub := func(button, link string) {
		w.do(chromedp.Focus(button), chromedp.KeyEvent(kb.Enter))
		w.settled("Sign in at the provider")
		w.do(chromedp.Click(link))
	}

	w.do(chromedp.Navigate(h.BaseURL + "/account/sign-in"))
	w.settled("Sign in")
	w.look("openid-sign-in")
	atClub(elsewhere, "#deny")
	w.settled("You are not signed in")
	w.look("openid-declined")
	w.do(chromedp.Navigate(h.BaseURL + "/account/sign-in"))
	atClub(elsewhere, "#allow")
	w.settled("No account yet")
	w.look("openid-unknown")

	w.do(chromedp.Navigate(h.BaseURL + "/account/sign-in"))
	w.settled("Sign in")
	w.do(chromedp.KeyEvent(user.Email), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(user.Password), chromedp.KeyEvent(kb.Enter))
	w.settled("Dashboard")
	w.do(chromedp.Navigate(h.BaseURL + "/account/sessions"))
	w.settled("Your account")
	w.look("openid-before")
	atClub(add, "#allow")
	w.settled("Your account")
	if text := ask[string](w, `document.querySelector("[aria-labelledby=ways] li:last-child").textContent`); !strings.Contains(text, "The Club") || !strings.Contains(text, "ember_at_club") {
		t.Errorf("got %q, want the account at the club", text)
	}
	w.look("openid-added")

	w.do(chromedp.Click(".who button"))
	w.settled("Sign in")
	w.do(chromedp.Navigate(h.BaseURL + "/account/sign-in?next=/account/two-step"))
	w.settled("Sign in")
	atClub(elsewhere, "#allow")
	w.settled("Two-step sign-in")
	if at := ask[string](w, "location.pathname"); at != "/account/two-step" {
		t.Errorf("got %s, want the page that was asked for", at)
	}
}
