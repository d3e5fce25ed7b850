package app_test

import (
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

func (w *world) teamKey() fund.Key { return fund.Key{ID: w.team.ID} }

// asked mails an invitation to the team by somebody with a role there, and returns the key of its link.
func (w *world) asked(t *testing.T, box *letterBox, by fund.Role, email string, role fund.Role) string {
	t.Helper()
	must.Get(w.InviteMember(t.Context(), w.roles[by], app.TeamInvite{Team: w.teamKey(), Email: email, Role: role}))(t)
	wantLines(t, w.posted(t, box), "team_invitation to "+fund.LoginEmail(email)+" +link")
	return box.key(t)
}

// TestAnInvitationToATeamIsAccepted invites somebody, who joins with an account that has another address, once.
func TestAnInvitationToATeamIsAccepted(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	key := w.asked(t, box, fund.RoleAdmin, " Mod@Example.org", fund.RoleEventManager)
	i := must.Get(w.GetTeamInvitation(ctx, key))(t)
	if i.Team.ID != w.team.ID || i.Role != fund.RoleEventManager || i.By.ID != w.roles[fund.RoleAdmin].User || i.Email != "mod@example.org" {
		t.Errorf("got %+v, want the invitation", i)
	}
	w.Clock.Advance(fund.InvitationLife - 1)
	team := must.Get(w.AcceptTeamInvitation(ctx, w.stranger, key))(t)
	if role := must.Get(w.Store.GetRole(ctx, w.team.ID, w.stranger.User))(t); role != fund.RoleEventManager || team.ID != w.team.ID {
		t.Errorf("got %q in %s, want the role of the invitation", role, team.Slug)
	}
	_, err := w.AcceptTeamInvitation(ctx, w.owner, key)
	wantKind(t, err, "not_found")
	if open := must.Get(w.ListTeamInvitations(ctx, w.roles[fund.RoleUserManager], w.teamKey()))(t); len(open) != 0 {
		t.Errorf("got %+v, want none left", open)
	}
	// A member keeps the role, and the link.
	key = w.asked(t, box, fund.RoleUserManager, "other@example.org", fund.RoleMember)
	_, err = w.AcceptTeamInvitation(ctx, w.roles[fund.RoleSuperAdmin], key)
	wantKind(t, err, "conflict")
	must.Get(w.AcceptTeamInvitation(ctx, w.owner, key))(t)
	_, err = w.AcceptTeamInvitation(ctx, app.Actor{}, key)
	wantKind(t, err, "unauthenticated")
}

// TestWhoInvitesToATeam has each role invite to each role, as fund.Role.MayManage says.
func TestWhoInvitesToATeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for _, by := range fund.Roles() {
		for _, role := range fund.Roles() {
			want := ""
			if !by.MayManage(role) {
				want = "forbidden"
			}
			made, err := w.InviteMember(ctx, w.roles[by], app.TeamInvite{Team: w.teamKey(), Email: fmt.Sprintf("%s-%s@example.org", by, role), Role: role})
			wantKind(t, err, want)
			if err != nil {
				continue
			}
			for _, other := range fund.Roles() {
				if !other.MayManage(role) {
					wantKind(t, w.WithdrawTeamInvitation(ctx, w.roles[other], w.teamKey(), made.ID), "forbidden")
				}
			}
			must.Do(t, w.WithdrawTeamInvitation(ctx, w.roles[by], w.teamKey(), made.ID))
			wantKind(t, w.WithdrawTeamInvitation(ctx, w.roles[by], w.teamKey(), made.ID), "not_found")
		}
	}
	for name, by := range map[string]app.Actor{"stranger": w.stranger, "program": w.program, "nobody": {}} {
		if _, err := w.InviteMember(ctx, by, app.TeamInvite{Team: w.teamKey(), Email: "x@example.org", Role: fund.RoleMember}); err == nil {
			t.Errorf("%s: got an invitation, want it refused", name)
		}
		if _, err := w.ListTeamInvitations(ctx, by, w.teamKey()); err == nil {
			t.Errorf("%s: got the invitations, want them refused", name)
		}
	}
	_, err := w.InviteMember(ctx, w.roles[fund.RoleAdmin], app.TeamInvite{Team: w.teamKey(), Email: "x", Role: "boss"})
	wantFields(t, err, "email is not an e-mail address", "role is not one of the allowed values")
}

// TestAnInvitationToATeamEnds withdraws it, replaces it, lets it get too old, takes the right from who invited, and disbands the team.
func TestAnInvitationToATeamEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(w *world, t *testing.T, id fund.ID){
		"withdrawn": func(w *world, t *testing.T, id fund.ID) {
			must.Do(t, w.WithdrawTeamInvitation(t.Context(), w.roles[fund.RoleSuperAdmin], w.teamKey(), id))
		},
		"replaced": func(w *world, t *testing.T, _ fund.ID) {
			must.Get(w.InviteMember(t.Context(), w.roles[fund.RoleAdmin], app.TeamInvite{Team: w.teamKey(), Email: "mod@example.org", Role: fund.RoleMember}))(t)
		},
		"old": func(w *world, _ *testing.T, _ fund.ID) { w.Clock.Advance(fund.InvitationLife) },
		"from who may no more": func(w *world, t *testing.T, _ fund.ID) {
			must.Do(t, w.SetRole(t.Context(), app.System(), app.TeamRole{Team: w.team.ID, User: w.roles[fund.RoleAdmin].User, Role: fund.RoleUserManager}))
		},
		"from who left": func(w *world, t *testing.T, _ fund.ID) {
			must.Do(t, w.RemoveMember(t.Context(), w.roles[fund.RoleAdmin], app.MemberKey{Team: w.teamKey(), User: fund.Key{ID: w.roles[fund.RoleAdmin].User}}))
		},
		"of a team that is no more": func(w *world, t *testing.T, _ fund.ID) {
			must.Do(t, w.DisbandTeam(t.Context(), w.roles[fund.RoleSuperAdmin], w.teamKey()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, box := newWorld(t), &letterBox{}
			key := w.asked(t, box, fund.RoleAdmin, "mod@example.org", fund.RoleAdmin)
			end(w, t, must.Get(w.GetTeamInvitation(t.Context(), key))(t).ID)
			_, err := w.GetTeamInvitation(t.Context(), key)
			wantKind(t, err, "not_found")
			_, err = w.AcceptTeamInvitation(t.Context(), w.stranger, key)
			wantKind(t, err, "not_found")
		})
	}
}

// TestInvitationsToATeamHaveALimit invites as many as there may be at once, and as often as one may.
func TestInvitationsToATeamHaveALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	invite := func(email string) error {
		_, err := w.InviteMember(ctx, w.roles[fund.RoleAdmin], app.TeamInvite{Team: w.teamKey(), Email: email, Role: fund.RoleMember})
		return err
	}
	for i := range fund.MaxTeamInvitations {
		must.Do(t, invite(fmt.Sprintf("%d@example.org", i)))
	}
	wantKind(t, invite("more@example.org"), "conflict")
	for range shield.LinksAnHour - 1 {
		must.Do(t, invite("1@example.org")) // in place of the one before
	}
	wantKind(t, invite("1@example.org"), "rate_limited")
	if open := must.Get(w.ListTeamInvitations(ctx, w.roles[fund.RoleAdmin], w.teamKey()))(t); len(open) != fund.MaxTeamInvitations {
		t.Errorf("got %d, want %d", len(open), fund.MaxTeamInvitations)
	}
}
