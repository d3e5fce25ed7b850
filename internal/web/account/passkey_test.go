package account_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testpasskey"
	"github.com/almoner/almoner/internal/testworld"
)

const passkeysAt, addPasskeyAt, removePasskeyAt, passkeySignInAt, passkeyProveAt = "/account/passkeys", "/account/passkeys/add", "/account/passkeys/remove", "/account/sign-in/passkey", "/account/prove/passkey"

var passkeyOptions = regexp.MustCompile(`<form method="post" action="([^"]*)" data-passkey="([^"]*)"`)

// options are those of the form for a passkey that a page has.
func options(t *testing.T, page testbrowser.Answer) string {
	t.Helper()
	form := passkeyOptions.FindStringSubmatch(page.Text)
	if form == nil {
		t.Fatalf("got %d without a form for a passkey\n%s", page.StatusCode, page.Text)
	}
	return html.UnescapeString(form[2])
}

// TestPasskeysByPage adds a passkey, signs in and proves who somebody is with it, and removes it.
func TestPasskeysByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	desk, b := h.browser(), h.browser()
	desk.signIn("")
	phone := testpasskey.New(t, testworld.BaseURL, h.user.ID[:])
	page := desk.Get(passkeysAt)
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") || !strings.Contains(page.Text, `<script type="module" src="/assets/passkey-`) {
		t.Errorf("got the policy %q, want the one script of ours", policy)
	}
	add := func(name, answer string) testbrowser.Answer {
		return desk.Post(addPasskeyAt, testbrowser.With(page.Form(t, addPasskeyAt), "name", name, "answer", answer))
	}
	made := phone.Makes(t, options(t, page))
	for name, c := range map[string]struct{ name, answer, want string }{
		"no name": {" ", made, "Enter a name"}, "no answer": {"Phone", "", "This passkey was not accepted"}, "a made-up answer": {"Phone", `{"id":"<b>"}`, "This passkey was not accepted"},
	} {
		if wrong := add(c.name, c.answer); wrong.StatusCode != http.StatusUnprocessableEntity || !regexp.MustCompile(`role="alert"[^<>]*>`+c.want).MatchString(wrong.Text) || !strings.Contains(wrong.Text, "<title>Error: Passkeys") {
			t.Errorf("%s: got %d\n%s", name, wrong.StatusCode, wrong.Text)
		}
	}
	if done := add("Phone <1>", made); done.Header.Get("Location") != passkeysAt {
		t.Fatalf("got %d\n%s\nwant it added", done.StatusCode, done.Text)
	}
	if page := desk.Get(passkeysAt); !strings.Contains(page.Text, "Phone &lt;1&gt;") {
		t.Errorf("got\n%s\nwant the passkey listed", page.Text)
	}

	signIn := b.Get("/account/sign-in?next=/account/email")
	form := testbrowser.With(signIn.Form(t, passkeySignInAt), "answer", phone.SignsIn(t, options(t, signIn)))
	for name, answer := range map[string]testbrowser.Answer{
		"another browser": h.browser().Post(passkeySignInAt, form), "another site": b.Post(passkeySignInAt, form, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"),
	} {
		if answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d, want it refused", name, answer.StatusCode)
		}
	}
	if done := b.Post(passkeySignInAt, form); done.Header.Get("Location") != "/account/email" {
		t.Fatalf("got %d\n%s\nwant to be signed in", done.StatusCode, done.Text)
	}
	other := h.browser()
	again := other.Get("/account/sign-in")
	if wrong := other.Post(passkeySignInAt, testbrowser.With(again.Form(t, passkeySignInAt), "answer", form.Get("answer"))); wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, "This passkey was not accepted") {
		t.Errorf("got %d for an answer to another question\n%s", wrong.StatusCode, wrong.Text)
	}

	h.Clock.Advance(fund.ProofLife)
	removing := testbrowser.With(desk.Get(passkeysAt).Form(t, removePasskeyAt))
	if asked := desk.Post(removePasskeyAt, removing); asked.LedTo(t, proveAt).Get("next") != passkeysAt {
		t.Errorf("got %d, want another proof asked for", asked.StatusCode)
	}
	prove := desk.Get(proveAt + "?next=" + passkeysAt)
	if wrong := desk.Post(passkeyProveAt, testbrowser.With(prove.Form(t, passkeyProveAt), "answer", "{}")); wrong.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d, want it refused", wrong.StatusCode)
	}
	if done := desk.Post(passkeyProveAt, testbrowser.With(prove.Form(t, passkeyProveAt), "answer", phone.SignsIn(t, options(t, prove)))); done.Header.Get("Location") != passkeysAt {
		t.Errorf("got %d\n%s\nwant to be led back", done.StatusCode, done.Text)
	}
	for range 2 {
		if done := desk.Post(removePasskeyAt, removing); done.Header.Get("Location") != passkeysAt {
			t.Errorf("got %d, want it removed", done.StatusCode)
		}
	}
	if page := desk.Get(passkeysAt); strings.Contains(page.Text, "Phone") {
		t.Errorf("got\n%s\nwant nothing left", page.Text)
	}
}
