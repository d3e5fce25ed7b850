package account_test

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testbrowser"
)

const signUpAt = "/account/sign-up"

// person is a captcha that lets those pass who say "person".
type person struct{}

func (person) Passed(_ context.Context, token string, _ netip.Addr) (bool, error) {
	return token == "person", nil
}

func (person) Widget() (siteKey, scriptURL string) {
	return "site-key", "https://challenges.cloudflare.com/turnstile/v0/api.js"
}

// newOpenHouse is newMailHouse where anybody may sign up.
func newOpenHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, func(o *app.Options) { o.Mailer, o.Captcha = links{}, person{} })
	must.Get(h.SetSetting(t.Context(), app.System(), fund.SettingSignUp, `"open"`))(t)
	return h
}

// signUp asks for an account on the page.
func (b browser) signUp(address, token string) testbrowser.Answer {
	b.h.t.Helper()
	return b.Post(signUpAt, testbrowser.With(b.Get(signUpAt).Form(b.h.t, signUpAt), "email", address, "cf-turnstile-response", token))
}

func TestAnybodySignsUpByPage(t *testing.T) {
	t.Parallel()
	h := newOpenHouse(t)
	b := h.browser()
	if page := b.Get("/account/sign-in"); !strings.Contains(page.Text, `href="/account/sign-up"`) {
		t.Errorf("got a sign-in page without the way to an account\n%s", page.Text)
	}
	page := b.Get(signUpAt)
	for _, want := range []string{`<div class="captcha cf-turnstile" data-sitekey="site-key">`, `<script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async defer>`} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got a page without %s\n%s", want, page.Text)
		}
	}
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com;") {
		t.Errorf("got the policy %q, want that of the captcha", policy)
	}
	for name, c := range map[string]struct{ address, token, want string }{
		"robot":   {"new@example.org", "robot", "Please show that you are a person"},
		"nothing": {"new@example.org", "", "Please show that you are a person"},
		"address": {"new", "person", `id="problem" role="alert"`},
	} {
		refused := b.signUp(c.address, c.token)
		if refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refused.Text, c.want) || !strings.Contains(refused.Text, `value="`+c.address+`"`) ||
			!strings.Contains(refused.Text, "<title>Error: Create an account") {
			t.Errorf("%s: got %d\n%s\nwant %s and what was typed", name, refused.StatusCode, refused.Text, c.want)
		}
	}
	known, fresh := b.signUp(email, "person"), b.signUp("new@example.org", "person")
	if known.StatusCode != http.StatusOK || strings.ReplaceAll(known.Text, email, "new@example.org") != fresh.Text {
		t.Errorf("got different answers for an address with an account and one without\n%s\n%s", known.Text, fresh.Text)
	}
	mailed := h.mailed()
	if mailed[email] != "" || mailed["new@example.org"] == "" {
		t.Fatalf("got the links %v, want one for the new address only", mailed)
	}
	join := b.Follow(mailed["new@example.org"])
	made := b.Post(joinAt, testbrowser.With(join.Form(t, joinAt), "username", "New", "password", password))
	if made.StatusCode != http.StatusSeeOther || made.Header.Get("Location") != "/dashboard" {
		t.Errorf("got %d to %s\n%s\nwant the account", made.StatusCode, made.Header.Get("Location"), made.Text)
	}
	const waits = "Your account is new: what you make can be public from"
	if page := b.Get("/account/sessions"); !strings.Contains(page.Text, waits) || !strings.Contains(page.Text, "24 November 2026") {
		t.Errorf("got\n%s\nwant to be told how long pages wait", page.Text)
	}
	h.Clock.Advance(fund.SignUpWait)
	if page := b.Get("/account/sessions"); strings.Contains(page.Text, waits) {
		t.Error("got told to wait after the wait")
	}
}

func TestSigningUpWaits(t *testing.T) {
	t.Parallel()
	h := newOpenHouse(t)
	b := h.browser()
	for range shield.LinksAnHour {
		b.signUp("new@example.org", "person")
	}
	if late := b.signUp("new@example.org", "person"); late.StatusCode != http.StatusTooManyRequests || late.Header.Get("Retry-After") == "" {
		t.Errorf("got %d with %q, want 429 and when to try again", late.StatusCode, late.Header.Get("Retry-After"))
	}
}

// TestNobodySignsUpWhereItIsNotOpen asks for the page, and sends a form of before, in the other modes.
func TestNobodySignsUpWhereItIsNotOpen(t *testing.T) {
	t.Parallel()
	h := newOpenHouse(t)
	b := h.browser()
	form := testbrowser.With(b.Get(signUpAt).Form(t, signUpAt), "email", "new@example.org", "cf-turnstile-response", "person")
	for _, mode := range []string{"invitation", "closed"} {
		must.Get(h.SetSetting(t.Context(), app.System(), fund.SettingSignUp, `"`+mode+`"`))(t)
		for _, got := range []testbrowser.Answer{b.Get(signUpAt), b.Post(signUpAt, form)} {
			if got.StatusCode != http.StatusNotFound || !strings.Contains(got.Text, "made by invitation") {
				t.Errorf("%s: got %d\n%s\nwant a page that says how accounts are made", mode, got.StatusCode, got.Text)
			}
		}
		if page := b.Get("/account/sign-in"); strings.Contains(page.Text, signUpAt) {
			t.Errorf("%s: got a sign-in page that leads to the sign-up", mode)
		}
	}
	if sent := h.mailed(); len(sent) != 0 {
		t.Errorf("got the mails %v, want none", sent)
	}
}
