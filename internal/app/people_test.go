package app_test

import (
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

func TestUpdateCurrentUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.UpdateCurrentUser(ctx, w.program, fund.UserPatch{})
	wantKind(t, err, "unauthenticated")
	_, err = w.UpdateCurrentUser(ctx, w.owner, fund.UserPatch{
		Username: fund.Some(""), Slug: fund.Some("stranger"), Email: fund.Some("STRANGER@example.org"), Social: fund.SocialPatch{"x": "y"},
	})
	wantFields(t, err, "username cannot be blank", "social.x is not a known name", "slug is already taken")
	user, err := w.UpdateCurrentUser(ctx, w.owner, fund.UserPatch{Username: fund.Some("New"), Social: fund.SocialPatch{"twitch": "new"}})
	must.Do(t, err)
	if user.Username != "New" || user.Slug != "owner" || user.Social.Twitch != "new" {
		t.Errorf("got %+v, want the new name and handle, the old slug", user)
	}
	_, err = w.ListUsers(ctx, w.causeToken, fund.Page{Limit: 5})
	wantKind(t, err, "unauthenticated")
	users, err := w.ListUsers(ctx, w.owner, fund.Page{Limit: 2, Before: &fund.Cursor{Number: 4}})
	must.Do(t, err)
	if len(users) != 2 || users[0].LegacyID != 3 {
		t.Errorf("got %v, want the users 3 and 2", users)
	}
	_, err = w.ListUsers(ctx, w.owner, fund.Page{Limit: 2, After: &fund.Cursor{Number: 99}})
	wantKind(t, err, "not_found")
}

func TestTeams(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	team := fund.Key{ID: w.team.ID}
	owned, err := w.ListOwnedTeams(ctx, app.Actor{}, fund.Key{ID: w.roles[fund.RoleSuperAdmin].User})
	must.Do(t, err)
	if len(owned) != 1 || owned[0].ID != w.team.ID || owned[0].Slug != "the-team" {
		t.Errorf("got %v, want the team of its maker", owned)
	}
	memberships, err := w.UserTeams(ctx, app.Actor{}, fund.Key{ID: w.roles[fund.RoleMember].User}, "", fund.Page{Limit: fund.MaxPerFact})
	must.Do(t, err)
	if len(memberships) != 1 || memberships[0].Role != fund.RoleMember {
		t.Errorf("got %v, want one membership", memberships)
	}
	second, err := w.CreateTeam(ctx, w.owner, fund.TeamPatch{Name: fund.Some("The Team")})
	must.Do(t, err)
	if second.Slug != "the-team-2" {
		t.Errorf("got slug %q, want the-team-2", second.Slug)
	}
	_, err = w.CreateTeam(ctx, w.owner, fund.TeamPatch{Slug: fund.Some("the-team")})
	wantFields(t, err, "name cannot be blank", "slug is already taken")
	_, err = w.CreateTeam(ctx, w.program, fund.TeamPatch{Name: fund.Some("x")})
	wantKind(t, err, "unauthenticated")
	for role, actor := range w.roles {
		_, err := w.UpdateTeam(ctx, actor, team, fund.TeamPatch{About: fund.Some("we")})
		want := "forbidden"
		if role.MayEditTeam() {
			want = ""
		}
		wantKind(t, err, want)
	}
	wantKind(t, w.DisbandTeam(ctx, w.roles[fund.RoleAdmin], team), "forbidden")
	must.Do(t, w.DisbandTeam(ctx, w.roles[fund.RoleSuperAdmin], team))
	_, err = w.UpdateTeam(ctx, w.roles[fund.RoleAdmin], team, fund.TeamPatch{})
	wantKind(t, err, "conflict")
	_, err = w.CreateTeamCampaign(ctx, w.roles[fund.RoleAdmin], team, fund.CampaignPatch{Name: fund.Some("x"), Cause: key(w.cause.ID)})
	wantKind(t, err, "conflict")
	teams, err := w.ListTeams(ctx, app.Actor{}, fund.Page{Limit: 9})
	must.Do(t, err)
	if len(teams) != 1 || teams[0].ID != second.ID {
		t.Errorf("got %v, want the living team only", teams)
	}
	gone, err := w.GetTeam(ctx, app.Actor{}, team)
	must.Do(t, err)
	if gone.DisbandedAt.IsZero() {
		t.Error("the disbanded team has no end")
	}
	_, err = w.ListTeams(ctx, app.Actor{}, fund.Page{Limit: 9, Before: &fund.Cursor{Number: w.team.LegacyID}})
	wantKind(t, err, "not_found")
	wantKind(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: w.team.ID, User: w.owner.User, Role: "boss"}), "invalid")
}

func TestRegistrations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	event := fund.Key{ID: w.event.ID}
	fields := fund.RegistrationFieldsPatch{Fields: map[string]fund.RegistrationFieldPatch{
		"shirt_size": {Enabled: fund.Some(true), Required: fund.Some(true)},
	}}
	_, err := w.UpdateRegistrationFields(ctx, w.owner, event, fields)
	wantKind(t, err, "forbidden")
	got, err := w.UpdateRegistrationFields(ctx, w.causeToken, event, fields)
	must.Do(t, err)
	if !got["shirt_size"].Required {
		t.Errorf("got %v, want the shirt size required", got)
	}
	_, err = w.CreateRegistration(ctx, w.causeToken, event, fund.RegistrationPatch{})
	wantKind(t, err, "unauthenticated")
	_, err = w.CreateRegistration(ctx, w.owner, event, fund.RegistrationPatch{Email: fund.Some("x")})
	wantFields(t, err, "email is not an e-mail address", "shirt_size cannot be blank")
	r, err := w.CreateRegistration(ctx, w.owner, event, fund.RegistrationPatch{ShirtSize: fund.Some("M")})
	must.Do(t, err)
	if r.Email != "owner@example.org" || r.UserID != w.owner.User {
		t.Errorf("got %+v, want the owner's registration", r)
	}
	_, err = w.CreateRegistration(ctx, w.owner, event, fund.RegistrationPatch{ShirtSize: fund.Some("M")})
	wantKind(t, err, "conflict")
	number := fund.Key{LegacyID: r.LegacyID}
	for _, one := range []struct {
		actor app.Actor
		want  string
	}{{app.Actor{}, "unauthenticated"}, {w.stranger, "forbidden"}, {w.owner, ""}, {w.causer, ""}, {w.causeToken, ""}} {
		_, err := w.UpdateRegistration(ctx, one.actor, event, number, fund.RegistrationPatch{ShirtSize: fund.Some("L")})
		wantKind(t, err, one.want)
	}
	_, err = w.UpdateRegistration(ctx, w.owner, event, number, fund.RegistrationPatch{ShirtSize: fund.Some("")})
	wantFields(t, err, "shirt_size cannot be blank")
	_, err = testworld.ThroughEvent(ctx, w.App, w.owner, event, func(s app.SeenEvent) ([]fund.Registration, error) {
		return w.Registrations(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
	})
	wantKind(t, err, "forbidden")
	list, err := testworld.ThroughEvent(ctx, w.App, w.causer, event, func(s app.SeenEvent) ([]fund.Registration, error) {
		return w.Registrations(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
	})
	must.Do(t, err)
	if len(list) != 1 || list[0].ShirtSize != "L" {
		t.Errorf("got %v, want one with shirt size L", list)
	}
	wantKind(t, w.DeleteRegistration(ctx, w.stranger, event, number), "forbidden")
	must.Do(t, w.DeleteRegistration(ctx, w.owner, event, number))
	wantKind(t, w.DeleteRegistration(ctx, w.owner, event, number), "not_found")
}

func TestOptionsOfCauses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	cause := fund.Key{LegacyID: w.cause.LegacyID}
	switches := fund.PermissionsPatch{Switches: map[string]bool{"regions": true, "fly": true}, Invalid: fault.Fields{{Path: "dashboard_enabled", Text: "is not true or false"}}}
	for want, actor := range map[string]app.Actor{"unauthenticated": {}, "forbidden": w.program, "invalid": w.causeToken} {
		_, err := w.UpdatePermissions(ctx, actor, cause, switches)
		wantKind(t, err, want)
	}
	_, err := w.UpdatePermissions(ctx, w.causer, cause, switches)
	wantFields(t, err, "dashboard_enabled is not true or false", "fly is not a known name")
	for i, name := range []string{"regions", "gift_aid"} {
		got, err := w.UpdatePermissions(ctx, w.causer, cause, fund.PermissionsPatch{Switches: map[string]bool{name: true}})
		must.Do(t, err)
		if len(got) != i+1 || !got["regions"] {
			t.Errorf("got %v, want %d switches, the first unchanged", got, i+1)
		}
	}
	_, err = w.UpdateCauseVisibility(ctx, w.owner, cause, fund.VisibilityPatch{})
	wantKind(t, err, "forbidden")
	_, err = w.UpdateEventVisibility(ctx, w.owner, fund.Key{ID: w.event.ID}, fund.VisibilityPatch{})
	wantKind(t, err, "forbidden")
	shown, err := w.UpdateCauseVisibility(ctx, w.causeToken, cause, fund.VisibilityPatch{Options: map[string]fund.VisibilityOptionPatch{
		"donate": {Visible: fund.Some(false)},
	}})
	must.Do(t, err)
	if shown.Shown("donate") || !shown.Shown("toolkit") {
		t.Errorf("got %v, want donate hidden only", shown)
	}
	_, err = w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Currency: "abc", Slug: "water"}})
	wantFields(t, err, "name cannot be blank", "currency is not a known currency")
	_, err = w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Again", Currency: "USD", Slug: "water"}})
	wantFields(t, err, "slug is already taken")
	_, err = w.ImportCause(ctx, w.owner, fund.Cause{})
	wantKind(t, err, "forbidden")
}

func TestHiddenCausesAndEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hidden, err := w.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{Fact: fund.Fact{
		Name: "Later", Slug: "later", Status: fund.Unpublished, Cause: fund.Ref{ID: w.cause.ID},
	}})
	must.Do(t, err)
	for want, actor := range map[string]app.Actor{"not_found": w.stranger, "": w.causer} {
		_, err := w.GetFundraisingEvent(ctx, actor, fund.Key{ID: hidden.ID})
		wantKind(t, err, want)
	}
	events, err := testworld.ThroughCause(ctx, w.App, app.Actor{}, fund.Key{Slug: "water"}, func(s app.SeenCause) ([]fund.FundraisingEvent, error) {
		return w.ListFundraisingEvents(ctx, app.Actor{}, app.EventQuery{Cause: &s.Seen}, fund.Page{Limit: 9})
	})
	must.Do(t, err)
	if len(events) != 1 || events[0].ID != w.event.ID {
		t.Errorf("got %v, want the published event only", events)
	}
	causes, err := w.ListCauses(ctx, app.Actor{}, fund.Page{Limit: 9})
	must.Do(t, err)
	if got := fmt.Sprint(len(causes), causes[0].Slug); got != "2 forest" && got != "2forest" {
		t.Errorf("got %q, want two, newest first", got)
	}
	for _, n := range []int64{hidden.LegacyID, 99} {
		_, err = w.ListFundraisingEvents(ctx, app.Actor{}, app.EventQuery{}, fund.Page{Limit: 9, Before: &fund.Cursor{Number: n}})
		wantKind(t, err, "not_found")
	}
	_, err = w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{Name: fund.Some("x"), Cause: key(w.cause.ID), Event: key(hidden.ID)})
	wantFields(t, err, "event does not exist")
}
