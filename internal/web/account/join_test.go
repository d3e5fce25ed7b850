package account_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

const joinAt = "/account/join"

// invite invites an address and returns the link that was mailed.
func (h *house) invite(email string) string {
	h.t.Helper()
	must.Get(h.InviteUser(h.t.Context(), app.System(), email))(h.t)
	return h.mailed()[email]
}

func TestJoiningByInvitation(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	link := h.invite("guest@example.org")
	for range 2 { // programs that look at mails open links, too
		if page := h.browser().Follow(link); page.StatusCode != http.StatusOK {
			t.Errorf("got %d\n%s", page.StatusCode, page.Text)
		}
	}
	b := h.browser()
	page := b.Follow(link)
	for _, want := range []string{"You sign in with <bdi>guest@example.org</bdi>.", `autocomplete="new-password"`, "/@</bdi>"} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got a page without %s\n%s", want, page.Text)
		}
	}
	for what, c := range map[string]struct{ name, slug, password, want string }{
		"no name":    {" ", "guest", password, "Enter a name with at most 255 characters"},
		"long name":  {strings.Repeat("n", 256), "guest", password, "Enter a name with at most 255 characters"},
		"taken slug": {"Guest", "ana", password, "Somebody has this address already. Choose another one"},
		"wrong slug": {"Guest", "a b", password, "Use only the letters a to z, digits, - and _, with at least one letter and at most 100 characters"},
		"short":      {"Guest", "guest", "short", "Choose a password with at least 8 characters"},
	} {
		got := b.Post(joinAt, testbrowser.With(page.Form(t, joinAt), "username", c.name, "slug", c.slug, "password", c.password))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `role="alert">`+c.want) || !strings.Contains(got.Text, "<title>Error: ") ||
			!strings.Contains(got.Text, `name="slug" autocomplete="off" autocapitalize="none" spellcheck="false" value="`+c.slug+`"`) || strings.Contains(got.Text, c.password+`"`) {
			t.Errorf("%s: got %d\n%s", what, got.StatusCode, got.Text)
		}
	}
	if old := b.Post(joinAt, testbrowser.With(page.Form(t, joinAt), "form", "x", "username", "Guest")); old.StatusCode != http.StatusForbidden || !strings.Contains(old.Text, `value="Guest"`) {
		t.Errorf("got %d, want the form again with what was typed\n%s", old.StatusCode, old.Text)
	}
	done := b.Post(joinAt, testbrowser.With(page.Form(t, joinAt), "username", "Guest", "password", password))
	if done.StatusCode != http.StatusSeeOther || done.Header.Get("Location") != "/dashboard" {
		t.Errorf("got %d to %s\n%s", done.StatusCode, done.Header.Get("Location"), done.Text)
	}
	if home := b.Get("/account/sessions"); home.StatusCode != http.StatusOK || !strings.Contains(home.Text, "guest@example.org") {
		t.Errorf("got %d, want to be signed in\n%s", home.StatusCode, home.Text)
	}
	for name, again := range map[string]testbrowser.Answer{"followed": b.Follow(link), "sent": b.Post(joinAt, testbrowser.With(page.Form(t, joinAt), "form", "x")), "made up": b.Get(joinAt + "?key=x"), "no key": b.Get(joinAt)} {
		if again.StatusCode != http.StatusNotFound || !strings.Contains(again.Text, "This invitation does not work") {
			t.Errorf("%s: got %d\n%s", name, again.StatusCode, again.Text)
		}
	}
}

func TestALateInvitationSendsAnotherLink(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	link := h.invite("guest@example.org")
	h.Clock.Advance(fund.AccountLinkLife)
	b := h.browser()
	late := b.Follow(link)
	if late.StatusCode != http.StatusOK || !strings.Contains(late.Text, "This link is too old") || strings.Contains(late.Text, "password") {
		t.Errorf("got %d\n%s", late.StatusCode, late.Text)
	}
	const resendAt = joinAt + "/resend"
	if stranger := h.browser().Post(resendAt, late.Form(t, resendAt)); stranger.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another browser, want 403", stranger.StatusCode)
	}
	sent := b.Post(resendAt, late.Form(t, resendAt))
	if sent.StatusCode != http.StatusOK || !strings.Contains(sent.Text, "<bdi>guest@example.org</bdi>") || !strings.Contains(sent.Text, "within 30 minutes") {
		t.Errorf("got %d\n%s", sent.StatusCode, sent.Text)
	}
	if page := b.Follow(h.mailed()["guest@example.org"]); !strings.Contains(page.Text, `action="/account/join"`) {
		t.Errorf("got %d, want the form\n%s", page.StatusCode, page.Text)
	}
	if again := b.Post(resendAt, late.Form(t, resendAt)); again.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for the old link, want 404", again.StatusCode)
	}
}
