package account_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testbrowser"
)

const passwordAt, forgotAt, resetAt = "/account/password", "/account/password/forgot", "/account/password/new"

const otherPassword = "four words of my own"

func TestPasswordIsChangedByPage(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	desk, phone := h.browser(), h.browser()
	desk.signIn("")
	phone.signIn("")
	if page := desk.Get("/account/sessions"); !strings.Contains(page.Text, `href="/account/password"`) {
		t.Errorf("got an account page without the link to change the password\n%s", page.Text)
	}
	page := desk.Get(passwordAt)
	for what, c := range map[string]struct{ present, chosen, want string }{
		"wrong": {"no password", otherPassword, `id="present-problem" role="alert">The current password is wrong.`},
		"short": {password, "short", `role="alert">Choose a password with at least 8 characters`},
		"long":  {password, strings.Repeat("long", 300), `role="alert">Choose a shorter password`},
	} {
		refused := desk.Post(passwordAt, testbrowser.With(page.Form(t, passwordAt), "present", c.present, "password", c.chosen))
		if refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refused.Text, c.want) || !strings.Contains(refused.Text, "<title>Error: Change password") ||
			strings.Contains(refused.Text, c.present) || strings.Contains(refused.Text, c.chosen+`"`) {
			t.Errorf("%s: got %d\n%s\nwant %s, and nothing that was typed", what, refused.StatusCode, refused.Text, c.want)
		}
	}
	done := desk.Post(passwordAt, testbrowser.With(page.Form(t, passwordAt), "present", password, "password", otherPassword))
	if done.StatusCode != http.StatusOK || !strings.Contains(done.Text, "<h1>Password changed</h1>") {
		t.Errorf("got %d\n%s", done.StatusCode, done.Text)
	}
	if page := desk.Get("/account/sessions"); page.StatusCode != http.StatusOK {
		t.Errorf("got %d in the browser that changed the password, want it to stay signed in", page.StatusCode)
	}
	for name, b := range map[string]browser{"the other browser": phone, "nobody": h.browser()} {
		for _, got := range []testbrowser.Answer{b.Get(passwordAt), b.Post(passwordAt, page.Form(t, passwordAt))} {
			if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/account/sign-in?next=%2Faccount%2Fpassword" {
				t.Errorf("%s: got %d to %s, want the sign-in", name, got.StatusCode, got.Header.Get("Location"))
			}
		}
	}
}

// forgot asks for a link for an address on the page.
func (b browser) forgot(address string) testbrowser.Answer {
	b.h.t.Helper()
	return b.Post(forgotAt, testbrowser.With(b.Get(forgotAt).Form(b.h.t, forgotAt), "email", address))
}

func TestForgottenPasswordIsReplacedByPage(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	desk, b := h.browser(), h.browser()
	desk.signIn("")
	if page := b.Get("/account/sign-in"); !strings.Contains(page.Text, `href="/account/password/forgot"`) {
		t.Errorf("got a sign-in page without a way for who forgot the password\n%s", page.Text)
	}
	have, free := b.forgot("ana@example.org"), b.forgot("free@example.org")
	if have.StatusCode != http.StatusOK || !strings.Contains(have.Text, "within 30 minutes") || strings.ReplaceAll(free.Text, "free@", "ana@") != have.Text {
		t.Errorf("got %d\n%s\nand %d\n%s\nwant the same", have.StatusCode, have.Text, free.StatusCode, free.Text)
	}
	sent := h.mailed()
	if _, got := sent["free@example.org"]; got || len(sent) != 1 {
		t.Errorf("got mails to %v, want one to ana", sent)
	}
	link := sent["ana@example.org"]
	for range 2 { // programs that look at mails open links, too
		if page := h.browser().Follow(link); page.StatusCode != http.StatusOK || page.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("got %d %s", page.StatusCode, page.Header.Get("Cache-Control"))
		}
	}
	page := b.Follow(link)
	for _, want := range []string{"<bdi>Ana</bdi>", "<bdi>ana@example.org</bdi>", `autocomplete="new-password"`, "At least 8 characters", "signed out in all browsers"} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got a page without %s\n%s", want, page.Text)
		}
	}
	short := b.Post(resetAt, testbrowser.With(page.Form(t, resetAt), "password", "short"))
	if short.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(short.Text, `role="alert">Choose a password with at least 8 characters`) {
		t.Errorf("got %d\n%s", short.StatusCode, short.Text)
	}
	if stranger := h.browser().Post(resetAt, testbrowser.With(page.Form(t, resetAt), "password", otherPassword)); stranger.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another browser, want 403", stranger.StatusCode)
	}
	done := b.Post(resetAt, testbrowser.With(short.Form(t, resetAt), "password", otherPassword))
	if done.StatusCode != http.StatusOK || !strings.Contains(done.Text, "Sign in with your new password.") {
		t.Errorf("got %d\n%s", done.StatusCode, done.Text)
	}
	if page := desk.Get("/account/sessions"); page.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d in the browser that was signed in, want the sign-in", page.StatusCode)
	}
	for name, again := range map[string]testbrowser.Answer{
		"followed": b.Follow(link), "chosen": b.Post(resetAt, testbrowser.With(page.Form(t, resetAt), "password", password)), "made up": b.Get(resetAt + "?key=x"), "no key": b.Get(resetAt),
	} {
		if again.StatusCode != http.StatusNotFound || !strings.Contains(again.Text, "Ask for a new one.") || !strings.Contains(again.Text, `action="/account/password/forgot"`) {
			t.Errorf("%s: got %d\n%s", name, again.StatusCode, again.Text)
		}
	}
}

func TestForgotPageRefuses(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	b := h.browser()
	for typed, want := range map[string]string{"x": "Enter an e-mail address, like name@example.org", "": "Enter an e-mail address, like name@example.org", strings.Repeat("a", 300) + "@example.org": "Enter a shorter e-mail address"} {
		if got := b.forgot(typed); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, want) || !strings.Contains(got.Text, "<title>Error: ") {
			t.Errorf("%q: got %d\n%s", typed, got.StatusCode, got.Text)
		}
	}
	if got := b.Post(forgotAt, testbrowser.With(b.Get(forgotAt).Form(t, forgotAt), "form", "x", "email", "ana@example.org")); got.StatusCode != http.StatusForbidden || !strings.Contains(got.Text, `value="ana@example.org"`) {
		t.Errorf("got %d for an old form, want it again with what was typed\n%s", got.StatusCode, got.Text)
	}
	for range shield.LinksAnHour {
		b.forgot("ana@example.org")
	}
	if got := b.forgot("ana@example.org"); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") == "" || !strings.Contains(got.Text, "Too many links were sent. Try again in ") {
		t.Errorf("got %d\n%s", got.StatusCode, got.Text)
	}
	none := newHouse(t)
	form := b.Get(forgotAt).Form(t, forgotAt)
	for name, page := range map[string]testbrowser.Answer{"form": none.browser().Get(forgotAt), "closed": none.browser().Get(resetAt)} {
		if !strings.Contains(page.Text, "This site sends no e-mail.") || strings.Contains(page.Text, `<form method="post" action="/account/password`) || len(form) == 0 {
			t.Errorf("%s: got %d\n%s", name, page.StatusCode, page.Text)
		}
	}
}
