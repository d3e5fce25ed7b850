package dash_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/account"
)

// lastLink keeps the link of the last mail about an account.
type lastLink struct{ url string }

func (l *lastLink) Send(ctx context.Context, letter app.Letter, hand func(context.Context) error) app.Delivery {
	if err := hand(ctx); err != nil {
		return app.Delivery{Result: app.MailHeld, Err: err}
	}
	if content, is := letter.Content.(app.AccountMail); is {
		l.url = content.Link
	}
	return app.Delivery{Result: app.MailTaken}
}

// team makes a team of the owner by the page, and returns the address of its page there.
func (h *house) team() string {
	h.t.Helper()
	b := h.as("owner")
	form := b.Get("/dashboard/teams").Form(h.t, "/dashboard/teams")
	wrong := b.Post("/dashboard/teams", testbrowser.With(form, "name", " "))
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, `id="name-problem"`) {
		h.t.Errorf("got %d for no name\n%s", wrong.StatusCode, wrong.Text)
	}
	to := b.Post("/dashboard/teams", testbrowser.With(form, "name", "Night <Owls>")).Header.Get("Location")
	if !strings.HasPrefix(to, "/dashboard/") || !strings.HasSuffix(to, "/team") {
		h.t.Fatalf("got %q, want the page of the team", to)
	}
	return to
}

// TestATeamInvitesByMail makes a team, invites somebody, who joins, gets another role, and is removed.
func TestATeamInvitesByMail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner, stranger := h.as("owner"), h.as("stranger")
	at := h.team()
	page := owner.Get(at)
	if !strings.Contains(page.Text, "Night &lt;Owls&gt;") || strings.Count(page.Text, "<li><strong>") != len(fund.Roles()) {
		t.Errorf("got\n%s\nwant the team with its five roles", page.Text)
	}
	if got := stranger.Get(at); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
	form := page.Form(t, at+"/invite")
	for name, c := range map[string]struct{ email, role, want string }{"address": {"x", "member", `id="email-problem"`}, "role": {"a@example.org", "boss", "Choose a role"}} {
		if got := owner.Post(at+"/invite", testbrowser.With(form, "email", c.email, "role", c.role)); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, c.want) {
			t.Errorf("%s: got %d\n%s\nwant it refused", name, got.StatusCode, got.Text)
		}
	}
	if got := owner.Post(at+"/invite", testbrowser.With(form, "email", "mod@example.org", "role", "event_manager")); got.Header.Get("Location") != at+"#invitations" {
		t.Fatalf("got %d\n%s\nwant the invitation sent", got.StatusCode, got.Text)
	}
	sent := &lastLink{}
	h.Node(func(o *app.Options) { o.Mailer, o.Accounts = sent, account.Addresses(h.url) }).DoDue(t.Context(), fund.WorkMail)
	link := must.Get(url.Parse(sent.url))(t).RequestURI()
	if !strings.HasPrefix(link, "/dashboard/join?key=") {
		t.Fatalf("got the link %q", sent.url)
	}
	if page := owner.Get(at); !strings.Contains(page.Text, "mod@example.org") {
		t.Errorf("got\n%s\nwant the invitation in the list", page.Text)
	}
	if got := testbrowser.New(t, h.url).Get(link); got.StatusCode != http.StatusOK || !strings.Contains(got.Text, "/account/sign-in?next=%2Fdashboard%2Fjoin") || strings.Contains(got.Text, "<form method=\"post\" action=\"/dashboard/join\"") {
		t.Errorf("got %d\n%s\nwant the way to the sign-in", got.StatusCode, got.Text)
	}
	join := stranger.Get(link).Form(t, "/dashboard/join")
	if got := stranger.Post("/dashboard/join", join); got.Header.Get("Location") != at {
		t.Fatalf("got %d, want the page of the team", got.StatusCode)
	}
	for _, got := range []testbrowser.Answer{stranger.Get(link), stranger.Post("/dashboard/join", join), stranger.Get("/dashboard/join")} {
		if got.StatusCode != http.StatusNotFound {
			t.Errorf("got %d, want a link that works once", got.StatusCode)
		}
	}
	own := stranger.Get(at)
	if strings.Contains(own.Text, at+"/invite") || strings.Contains(own.Text, at+"/edit") || !strings.Contains(own.Text, "Leave") {
		t.Errorf("got\n%s\nwant what somebody who manages campaigns may do", own.Text)
	}
	if got := stranger.Get(at + "/edit"); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d, want the texts refused", got.StatusCode)
	}
	// The owner is the last super admin, until the other one is.
	me := h.owner.User.String()
	role := testbrowser.With(owner.Get(at).Form(t, at+"/role"), "user", me)
	if got := owner.Post(at+"/remove", role); got.StatusCode != http.StatusConflict || !strings.Contains(got.Text, `role="alert"`) {
		t.Errorf("got %d\n%s\nwant the last super admin to stay", got.StatusCode, got.Text)
	}
	members := must.Get(h.ListMembers(t.Context(), h.owner, fund.Key{ID: must.Get(fund.ParseID(strings.Split(at, "/")[2]))(t)}, fund.Page{Limit: 9}))(t)
	other := members[1].User.ID.String()
	if got := owner.Post(at+"/role", testbrowser.With(role, "user", other, "role", "super_admin")); got.Header.Get("Location") != at {
		t.Errorf("got %d\n%s\nwant the role changed", got.StatusCode, got.Text)
	}
	if got := owner.Post(at+"/remove", testbrowser.With(role, "user", me)); got.Header.Get("Location") != "/dashboard/teams" {
		t.Errorf("got %d\n%s\nwant to have left", got.StatusCode, got.Text)
	}
	if got := owner.Get(at); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d, want the team closed to who left", got.StatusCode)
	}
}

// TestATeamIsChangedAndDisbandedByPage changes texts, address and picture.
func TestATeamIsChangedAndDisbandedByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner, at := h.as("owner"), h.team()
	edit, pictures := at+"/edit", at+"/pictures"
	for field, c := range map[string]struct{ typed, want string }{
		"name": {"", "Fill this in"}, "slug": {"Ä", "Use a to z"}, "about": {strings.Repeat("a", fund.MaxAbout+1), "Shorten this"}, "social.website": {"javascript:alert(1)", "Enter an address"},
	} {
		got := owner.Post(edit, filled(t, owner.Get(edit), edit, field, c.typed))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+strings.ReplaceAll(field, ".", "-")+`-problem">`+c.want) {
			t.Errorf("%s: got %d\n%s\nwant %q", field, got.StatusCode, got.Text, c.want)
		}
	}
	all := filled(t, owner.Get(edit), edit, "name", "Owls", "slug", "owls", "about", "We stay up.", "social.twitch", "owls", "invite_only", "yes")
	for range 2 {
		if got := owner.Post(edit, all); got.Header.Get("Location") != at+"?done=saved" {
			t.Fatalf("got %d\n%s\nwant it saved", got.StatusCode, got.Text)
		}
	}
	key := must.Get(h.GetTeam(t.Context(), h.owner, fund.Key{Slug: "night-owls"}))(t).ID
	now := func() fund.Team { return must.Get(h.GetTeam(t.Context(), h.owner, fund.Key{ID: key}))(t) }
	if team := now(); team.Name != "Owls" || team.Slug != "owls" || team.About != "We stay up." || team.Social.Twitch != "owls" || !team.InviteOnly {
		t.Errorf("got %+v, want what was typed, found by the old address, too", team)
	}
	if got := owner.Get(at + "?done=saved"); !strings.Contains(got.Text, "Saved.") {
		t.Errorf("got no word of it\n%s", got.Text)
	}
	// Somebody else changes it while a form is open.
	stale := filled(t, owner.Get(edit), edit, "about", "New.")
	must.Get(h.UpdateTeam(t.Context(), h.owner, fund.Key{ID: key}, fund.TeamPatch{Name: fund.Some("Theirs")}))(t)
	clash := owner.Post(edit, stale)
	if clash.StatusCode != http.StatusPreconditionFailed || !strings.Contains(clash.Text, "Theirs") || !strings.Contains(clash.Text, "New.") || now().About != "We stay up." {
		t.Errorf("got %d\n%s\nwant what they changed, and what was typed", clash.StatusCode, clash.Text)
	}
	if got := owner.Post(edit, filled(t, clash, edit)); got.StatusCode != http.StatusSeeOther || now().Name != "Theirs" || now().About != "New." {
		t.Errorf("got %d and %+v, want both changes", got.StatusCode, now())
	}
	form := fields(t, owner.Get(pictures), pictures)
	if got := h.sendAs(owner, pictures, form, "avatar", []byte("no picture")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="avatar-problem"`) {
		t.Errorf("got %d for a file that is no picture\n%s", got.StatusCode, got.Text)
	}
	if got := h.sendAs(owner, pictures, form, "avatar", cover(t)); got.Header.Get("Location") != pictures+"?done=saved" || now().Avatar == "" {
		t.Errorf("got %d, want the picture taken\n%s", got.StatusCode, got.Text)
	}
	if got := owner.Post(pictures, testbrowser.With(form, "no_avatar", "yes")); got.StatusCode != http.StatusSeeOther || now().Avatar != "" {
		t.Errorf("got %d, want the picture removed", got.StatusCode)
	}
	disband := owner.Get(at).Form(t, at+"/disband")
	disband.Del("sure")
	if got := owner.Post(at+"/disband", disband); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d, want to be asked whether it is meant", got.StatusCode)
	}
	if got := owner.Post(at+"/disband", testbrowser.With(disband, "sure", "yes")); got.Header.Get("Location") != "/dashboard/teams" {
		t.Errorf("got %d\n%s\nwant it disbanded", got.StatusCode, got.Text)
	}
	gone := owner.Get(at)
	if gone.StatusCode != http.StatusOK || strings.Contains(gone.Text, "<form") {
		t.Errorf("got %d\n%s\nwant the team as it was, without anything to do", gone.StatusCode, gone.Text)
	}
}
