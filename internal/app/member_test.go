package app_test

import (
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func (w *world) memberKey(actor app.Actor) app.MemberKey {
	return app.MemberKey{Team: fund.Key{ID: w.team.ID}, User: fund.Key{ID: actor.User}}
}

// TestWhoManagesMembers tries every role of an actor against every role of a member.
func TestWhoManagesMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	may := map[fund.Role][]fund.Role{
		fund.RoleSuperAdmin:  fund.Roles(),
		fund.RoleAdmin:       {fund.RoleAdmin, fund.RoleUserManager, fund.RoleEventManager, fund.RoleMember},
		fund.RoleUserManager: {fund.RoleMember},
	}
	allowed := func(by, other fund.Role) bool {
		for _, role := range may[by] {
			if role == other {
				return true
			}
		}
		return false
	}
	for _, by := range fund.Roles() {
		for _, was := range append([]fund.Role{""}, fund.Roles()...) {
			for _, is := range fund.Roles() {
				target := w.user(ctx, t, fmt.Sprintf("%s-%s-%s", by, was, is))
				if was != "" {
					must.Do(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: w.team.ID, User: target.User, Role: was}))
				}
				member, err := w.SetMember(ctx, w.roles[by], w.memberKey(target), is)
				name := fmt.Sprintf("%s makes %q a %s", by, was, is)
				switch want := allowed(by, is) && (was == "" || allowed(by, was)); {
				case !want && !fault.Is(err, fault.Forbidden):
					t.Errorf("%s: got %v, want forbidden", name, err)
				case want && (err != nil || member.Role != is || member.User.ID != target.User):
					t.Errorf("%s: got %+v, %v, want it", name, member, err)
				}
			}
			if was == "" {
				continue
			}
			target := w.user(ctx, t, fmt.Sprintf("%s-%s-leaves", by, was))
			must.Do(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: w.team.ID, User: target.User, Role: was}))
			err := w.RemoveMember(ctx, w.roles[by], w.memberKey(target))
			if allowed(by, was) != (err == nil) || err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s removes a %s: got %v, want allowed %t", by, was, err, allowed(by, was))
			}
		}
	}
}

func TestMembersComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	boss := w.roles[fund.RoleSuperAdmin]
	_, err := w.SetMember(ctx, boss, w.memberKey(boss), fund.RoleAdmin)
	wantKind(t, err, "conflict")
	wantKind(t, w.RemoveMember(ctx, boss, w.memberKey(boss)), "conflict")
	_, err = w.SetMember(ctx, boss, w.memberKey(boss), fund.RoleSuperAdmin)
	wantKind(t, err, "")
	_, err = w.SetMember(ctx, boss, app.MemberKey{Team: fund.Key{ID: w.team.ID}, User: fund.Key{LegacyID: 999}}, "king")
	wantFields(t, err, "role is not one of the allowed values", "user does not exist")
	_, err = w.SetMember(ctx, boss, app.MemberKey{Team: fund.Key{LegacyID: 999}, User: fund.Key{ID: boss.User}}, fund.RoleAdmin)
	wantKind(t, err, "not_found")
	_, err = w.SetMember(ctx, w.stranger, w.memberKey(w.stranger), fund.RoleMember)
	wantKind(t, err, "forbidden")
	_, err = w.SetMember(ctx, w.program, w.memberKey(w.stranger), fund.RoleMember)
	wantKind(t, err, "unauthenticated")
	wantKind(t, w.RemoveMember(ctx, boss, w.memberKey(w.stranger)), "not_found")

	before := w.position(ctx, t)
	must.Do(t, w.RemoveMember(ctx, w.roles[fund.RoleMember], w.memberKey(w.roles[fund.RoleMember])))
	events := w.events(ctx, t, before)
	if len(events) != 1 || events[0].Topic != fund.TopicTeamChanged || events[0].Subject != w.team.ID ||
		len(events[0].Facts) != 1 || events[0].Facts[0] != w.roles[fund.RoleMember].User {
		t.Errorf("got %v, want one change of the team that names the member", events)
	}
	// With another super admin, the first one can be removed.
	_, err = w.SetMember(ctx, boss, w.memberKey(w.owner), fund.RoleSuperAdmin)
	must.Do(t, err)
	must.Do(t, w.RemoveMember(ctx, boss, w.memberKey(boss)))
	wantKind(t, w.RemoveMember(ctx, boss, w.memberKey(w.owner)), "forbidden")
	must.Do(t, w.DisbandTeam(ctx, w.owner, fund.Key{ID: w.team.ID}))
	_, err = w.SetMember(ctx, w.owner, w.memberKey(w.stranger), fund.RoleMember)
	wantKind(t, err, "conflict")
}

func TestTeamsByRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	second, err := w.CreateTeam(ctx, w.owner, fund.TeamPatch{Name: fund.Some("Second")})
	must.Do(t, err)
	must.Do(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: w.team.ID, User: w.owner.User, Role: fund.RoleEventManager}))
	gone, err := w.CreateTeam(ctx, w.owner, fund.TeamPatch{Name: fund.Some("Gone")})
	must.Do(t, err)
	must.Do(t, w.DisbandTeam(ctx, w.owner, fund.Key{ID: gone.ID}))
	for role, want := range map[string][]fund.Team{
		"": {w.team, second}, "event_manager": {w.team}, "team_event_manager": {w.team}, "Team_Super_Admin": {second},
		"administrator": {second}, "team_administrator": {second}, "admin": nil, "member": nil, "owner": nil, "team_": {w.team, second},
	} {
		got, err := w.UserTeams(ctx, app.Actor{}, fund.Key{ID: w.owner.User}, role, fund.Page{Limit: 9, Order: fund.OldestFirst})
		must.Do(t, err)
		var names, wanted []string
		for _, m := range got {
			names = append(names, m.Team.Name)
		}
		for _, team := range want {
			wanted = append(wanted, team.Name)
		}
		if fmt.Sprint(names) != fmt.Sprint(wanted) {
			t.Errorf("teams as %q: got %v, want %v", role, names, wanted)
		}
	}
	_, err = w.UserTeams(ctx, app.Actor{}, fund.Key{LegacyID: 999}, "", fund.Page{Limit: 9})
	wantKind(t, err, "not_found")
	members, err := w.ListMembers(ctx, app.Actor{}, fund.Key{ID: w.team.ID}, fund.Page{Limit: 1, After: &fund.Cursor{Number: 1}})
	if err != nil || len(members) != 1 || members[0].User.ID != w.roles[fund.RoleAdmin].User || members[0].ID != fund.MemberID(w.team.ID, members[0].User.ID) {
		t.Errorf("got %v, %v, want the admin", members, err)
	}
}
