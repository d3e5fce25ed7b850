package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// invited invites an address and returns the key of the link that was mailed.
func (w *world) invited(t *testing.T, box *letterBox, email string) string {
	t.Helper()
	must.Get(w.InviteUser(t.Context(), app.System(), email))(t)
	wantLines(t, w.posted(t, box), "invitation to "+fund.LoginEmail(email)+" +link")
	return box.key(t)
}

// TestAnInvitationMakesAnAccount accepts one: the account signs in at once, with the address that was invited.
func TestAnInvitationMakesAnAccount(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	key := w.invited(t, box, " Guest@Example.org")
	link := must.Get(w.GetInvitation(ctx, key))(t)
	if link.Email != "guest@example.org" || !link.Open(w.Clock.Now()) {
		t.Errorf("got %+v, want an open link for the guest", link)
	}
	w.account(t, "taken@example.org") // has the slug "taken"
	in := app.Joining{Key: key, Username: "Guest of Honor", Password: password, Address: home, Agent: "OBS"}
	for want, change := range map[string]func(*app.Joining){
		"username cannot be blank":                                                func(j *app.Joining) { j.Username = " " },
		"password is too short (8 characters at least)":                           func(j *app.Joining) { j.Password = "short" },
		"password cannot be blank":                                                func(j *app.Joining) { j.Password = "" },
		"slug is already taken":                                                   func(j *app.Joining) { j.Slug = "stranger" },
		"slug may only have the characters a-z, 0-9, - and _, and needs a letter": func(j *app.Joining) { j.Slug = "a b" },
	} {
		wrong := in
		change(&wrong)
		_, err := w.AcceptInvitation(ctx, wrong)
		wantFields(t, err, want)
	}
	session := must.Get(w.AcceptInvitation(ctx, in))(t)
	visit := must.Get(w.GetVisit(ctx, session))(t)
	if u := visit.User; u.Username != "Guest of Honor" || u.Slug != "guest-of-honor" || u.Email != "guest@example.org" || !u.Confirmed || u.Operator || visit.Session.Agent != "OBS" {
		t.Errorf("got %+v, want the guest's account, and no more rights than any", u)
	}
	w.wantPassword(t, true, "guest@example.org", password)
	w.wantActs(t, visit.User.ID, fund.ActCreateUser)
	w.wantActs(t, link.ID, fund.ActInviteUser)
	_, err := w.AcceptInvitation(ctx, in)
	wantKind(t, err, "not_found")
	_, err = w.GetInvitation(ctx, key)
	wantKind(t, err, "not_found")
	if open := must.Get(w.ListInvitations(ctx, app.System()))(t); len(open) != 0 {
		t.Errorf("got %+v, want no invitation left", open)
	}
}

// TestALateInvitationIsMailedAgain opens a link that is too old: its page mails another one, as long as the invitation holds.
func TestALateInvitationIsMailedAgain(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	first := w.invited(t, box, "guest@example.org")
	accept := func(key string) error {
		_, err := w.AcceptInvitation(ctx, app.Joining{Key: key, Username: "Guest", Password: password})
		return err
	}
	w.Clock.Advance(fund.AccountLinkLife)
	wantKind(t, accept(first), "not_found")
	if link := must.Get(w.GetInvitation(ctx, first))(t); link.Open(w.Clock.Now()) {
		t.Error("got a link that works, want one that is too old")
	}
	must.Get(w.ResendInvitation(ctx, app.InvitationAsk{Key: first, Language: "de"}))(t)
	wantKind(t, accept(first), "not_found")
	wantLines(t, w.posted(t, box), "invitation to guest@example.org +link")
	if box.letters[0].Language != "de" {
		t.Errorf("got the language %q, want that of the page", box.letters[0].Language)
	}
	second := box.key(t)
	_, err := w.ResendInvitation(ctx, app.InvitationAsk{Key: first})
	wantKind(t, err, "not_found")
	w.Clock.Advance(fund.InvitationLife - fund.AccountLinkLife - time.Microsecond)
	must.Get(w.GetInvitation(ctx, second))(t)
	w.Clock.Advance(time.Microsecond)
	_, err = w.ResendInvitation(ctx, app.InvitationAsk{Key: second})
	wantKind(t, err, "not_found")
	wantKind(t, accept(second), "not_found")
	if open := must.Get(w.ListInvitations(ctx, app.System()))(t); len(open) != 0 {
		t.Errorf("got %+v, want no invitation that is too old", open)
	}
}

// TestInvitationsAreMailedAgainSoOften asks for another link from everywhere.
func TestInvitationsAreMailedAgainSoOften(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	key := w.invited(t, box, "guest@example.org")
	for range shield.LinksAnHour {
		must.Get(w.ResendInvitation(t.Context(), app.InvitationAsk{Key: key, Address: home}))(t)
		w.posted(t, box)
		key = box.key(t)
	}
	_, err := w.ResendInvitation(t.Context(), app.InvitationAsk{Key: key, Address: home})
	wantKind(t, err, "rate_limited")
}

// TestInvitationsEnd follows a link after what ends it.
func TestInvitationsEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, w *world){
		"withdrawn": func(t *testing.T, w *world) {
			open := must.Get(w.ListInvitations(t.Context(), app.System()))(t)
			must.Do(t, w.WithdrawInvitation(t.Context(), app.System(), "GUEST@example.org"))
			w.wantActs(t, open[0].ID, fund.ActWithdrawInvitation, fund.ActInviteUser)
		},
		"another": func(t *testing.T, w *world) {
			must.Get(w.InviteUser(t.Context(), app.System(), "guest@example.org"))(t)
		},
		"an account": func(t *testing.T, w *world) { w.account(t, "guest@example.org") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, box := newWorld(t), &letterBox{}
			key := w.invited(t, box, "guest@example.org")
			end(t, w)
			_, err := w.GetInvitation(t.Context(), key)
			wantKind(t, err, "not_found")
			_, err = w.AcceptInvitation(t.Context(), app.Joining{Key: key, Username: "Guest", Password: password})
			wantKind(t, err, "not_found")
		})
	}
	w, box := newWorld(t), &letterBox{}
	must.Get(w.InviteUser(t.Context(), app.System(), "guest@example.org"))(t)
	w.account(t, "guest@example.org")
	wantLines(t, w.posted(t, box)) // nobody is invited who has an account
	for _, key := range []string{"", "x", strings.Repeat("0", 64)} {
		_, err := w.GetInvitation(t.Context(), key)
		wantKind(t, err, "not_found")
	}
}

// TestWhoMayInvite tries callers and addresses.
func TestWhoMayInvite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	for _, actor := range []app.Actor{{}, self(pat), w.program} {
		_, err := w.InviteUser(ctx, actor, "guest@example.org")
		if fault.From(err).Kind != fault.Forbidden && fault.From(err).Kind != fault.Unauthenticated {
			t.Errorf("%v: got %v, want a refusal", actor, err)
		}
		_, err = w.ListInvitations(ctx, actor)
		if err == nil || w.WithdrawInvitation(ctx, actor, "guest@example.org") == nil {
			t.Errorf("%v: got no refusal", actor)
		}
	}
	_, err := w.InviteUser(ctx, app.System(), "x")
	wantFields(t, err, "email is not an e-mail address")
	_, err = w.InviteUser(ctx, app.System(), "Pat@example.org")
	wantFields(t, err, "email is already taken")
	wantKind(t, w.WithdrawInvitation(ctx, app.System(), "guest@example.org"), "not_found")
}
