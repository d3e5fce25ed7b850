package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

const deleteAt, restoreAt = "/account/delete", "/account/restore"

// TestAnAccountIsDeletedByPage reads what becomes of it, deletes it, and undoes that by the link of the sign-in.
func TestAnAccountIsDeletedByPage(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	b := h.browser()
	b.signIn("")
	if page := b.Get("/account/sessions"); !strings.Contains(page.Text, `href="/account/delete"`) {
		t.Errorf("got an account page without the way to its end\n%s", page.Text)
	}
	form := b.Get(deleteAt).Form(t, deleteAt)
	form.Del("sure")
	if got := b.Post(deleteAt, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="problem"`) {
		t.Errorf("got %d\n%s\nwant to be asked whether it is meant", got.StatusCode, got.Text)
	}
	if got := h.browser().Post(deleteAt, testbrowser.With(form, "sure", "yes")); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d for nobody, want the sign-in", got.StatusCode)
	}
	done := b.Post(deleteAt, testbrowser.With(form, "sure", "yes"))
	if done.StatusCode != http.StatusOK || !strings.Contains(done.Text, "<time ") {
		t.Fatalf("got %d\n%s\nwant it done, and until when it can be undone", done.StatusCode, done.Text)
	}
	if got := b.Get("/account/sessions"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want to be signed out", got.StatusCode)
	}

	in := b.Post("/account/sign-in", testbrowser.With(b.Get("/account/sign-in").Form(t, "/account/sign-in"), "email", h.user.Email, "password", password))
	to := in.Header.Get("Location")
	if in.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, restoreAt+"?key=") {
		t.Fatalf("got %d to %q, want the page that undoes it", in.StatusCode, to)
	}
	page := b.Get(to)
	if page.StatusCode != http.StatusOK || !strings.Contains(page.Text, h.user.Username) {
		t.Fatalf("got %d\n%s\nwant the question", page.StatusCode, page.Text)
	}
	sent := page.Form(t, restoreAt)
	b.Get(to) // to open it again changes nothing
	if got := h.browser().Post(restoreAt, sent); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for another browser, want the form refused", got.StatusCode)
	}
	if got := b.Post(restoreAt, sent); got.StatusCode != http.StatusOK || !strings.Contains(got.Text, `href="/account/sign-in"`) {
		t.Errorf("got %d\n%s\nwant it undone", got.StatusCode, got.Text)
	}
	for _, got := range []testbrowser.Answer{b.Get(to), b.Post(restoreAt, sent), b.Get(restoreAt), b.Post(restoreAt, testbrowser.With(sent, "key", "x"))} {
		if got.StatusCode != http.StatusNotFound {
			t.Errorf("got %d, want a link that works once", got.StatusCode)
		}
	}
	b.signIn("")
}

// TestTheDeletionSaysWhatComesFirst shows the team without another super admin, and takes a proof.
func TestTheDeletionSaysWhatComesFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	b := h.browser()
	b.signIn("")
	form := url.Values{"form": b.Get(deleteAt).Form(t, deleteAt)["form"], "sure": {"yes"}}
	must.Get(h.CreateTeam(ctx, app.Actor{Kind: app.ActorUser, User: h.user.ID, Scopes: fund.Scopes()}, fund.TeamPatch{Name: fund.Some("Night <Owls>")}))(t)
	if page := b.Get(deleteAt); !strings.Contains(page.Text, "Night &lt;Owls&gt;") || strings.Contains(page.Text, "<form method=\"post\" action=\"/account/delete\"") {
		t.Errorf("got\n%s\nwant the team, and no button", page.Text)
	}
	if got := b.Post(deleteAt, form); got.StatusCode != http.StatusConflict || !strings.Contains(got.Text, "Night &lt;Owls&gt;") {
		t.Errorf("got %d\n%s\nwant it refused, with the team", got.StatusCode, got.Text)
	}
	h.Clock.Advance(fund.ProofLife)
	for _, got := range []testbrowser.Answer{b.Get(deleteAt), b.Post(deleteAt, form)} {
		if got.Header.Get("Location") != "/account/prove?next=%2Faccount%2Fdelete" {
			t.Errorf("got %d to %q, want to be asked for the password", got.StatusCode, got.Header.Get("Location"))
		}
	}
}
