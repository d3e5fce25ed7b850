package oauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
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
		if page := h.browser().follow(link); page.StatusCode != http.StatusOK {
			t.Errorf("got %d\n%s", page.StatusCode, page.body)
		}
	}
	b := h.browser()
	page := b.follow(link)
	for _, want := range []string{"You sign in with <bdi>guest@example.org</bdi>.", `autocomplete="new-password"`, "/@</bdi>"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("got a page without %s\n%s", want, page.body)
		}
	}
	for what, c := range map[string]struct{ name, slug, password, want string }{
		"no name":    {" ", "guest", password, "Enter a name with at most 255 characters"},
		"long name":  {strings.Repeat("n", 256), "guest", password, "Enter a name with at most 255 characters"},
		"taken slug": {"Guest", "ana", password, "Somebody has this address already. Choose another one"},
		"wrong slug": {"Guest", "a b", password, "Use only the letters a to z, digits, - and _, with at least one letter and at most 100 characters"},
		"short":      {"Guest", "guest", "short", "Choose a password with at least 8 characters"},
	} {
		got := b.post(joinAt, with(page.form(t, joinAt), "username", c.name, "slug", c.slug, "password", c.password))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, `role="alert">`+c.want) || !strings.Contains(got.body, "<title>Error: ") ||
			!strings.Contains(got.body, `name="slug" autocomplete="off" autocapitalize="none" spellcheck="false" value="`+c.slug+`"`) || strings.Contains(got.body, c.password+`"`) {
			t.Errorf("%s: got %d\n%s", what, got.StatusCode, got.body)
		}
	}
	if old := b.post(joinAt, with(page.form(t, joinAt), "form", "x", "username", "Guest")); old.StatusCode != http.StatusForbidden || !strings.Contains(old.body, `value="Guest"`) {
		t.Errorf("got %d, want the form again with what was typed\n%s", old.StatusCode, old.body)
	}
	done := b.post(joinAt, with(page.form(t, joinAt), "username", "Guest", "password", password))
	if done.StatusCode != http.StatusSeeOther || done.Header.Get("Location") != "/account/sessions" {
		t.Errorf("got %d to %s\n%s", done.StatusCode, done.Header.Get("Location"), done.body)
	}
	if home := b.get("/account/sessions"); home.StatusCode != http.StatusOK || !strings.Contains(home.body, "guest@example.org") {
		t.Errorf("got %d, want to be signed in\n%s", home.StatusCode, home.body)
	}
	for name, again := range map[string]answered{"followed": b.follow(link), "sent": b.post(joinAt, with(page.form(t, joinAt), "form", "x")), "made up": b.get(joinAt + "?key=x"), "no key": b.get(joinAt)} {
		if again.StatusCode != http.StatusNotFound || !strings.Contains(again.body, "This invitation does not work") {
			t.Errorf("%s: got %d\n%s", name, again.StatusCode, again.body)
		}
	}
}

func TestALateInvitationSendsAnotherLink(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	link := h.invite("guest@example.org")
	h.Clock.Advance(fund.AccountLinkLife)
	b := h.browser()
	late := b.follow(link)
	if late.StatusCode != http.StatusOK || !strings.Contains(late.body, "This link is too old") || strings.Contains(late.body, "password") {
		t.Errorf("got %d\n%s", late.StatusCode, late.body)
	}
	const resendAt = joinAt + "/resend"
	if stranger := h.browser().post(resendAt, late.form(t, resendAt)); stranger.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another browser, want 403", stranger.StatusCode)
	}
	sent := b.post(resendAt, late.form(t, resendAt))
	if sent.StatusCode != http.StatusOK || !strings.Contains(sent.body, "<bdi>guest@example.org</bdi>") || !strings.Contains(sent.body, "within 30 minutes") {
		t.Errorf("got %d\n%s", sent.StatusCode, sent.body)
	}
	if page := b.follow(h.mailed()["guest@example.org"]); !strings.Contains(page.body, `action="/account/join"`) {
		t.Errorf("got %d, want the form\n%s", page.StatusCode, page.body)
	}
	if again := b.post(resendAt, late.form(t, resendAt)); again.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for the old link, want 404", again.StatusCode)
	}
}
