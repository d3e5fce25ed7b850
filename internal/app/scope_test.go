package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// TestWritesNeedTheirScope tries every change of a user's objects with tokens that lack the scope.
func TestWritesNeedTheirScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	f, team, event := campaignKey(w.campaign), fund.Key{ID: w.team.ID}, fund.Key{ID: w.event.ID}
	poll, err := w.CreatePoll(ctx, w.owner, f, fund.PollPatch{Name: fund.Some("?"), Options: []fund.PollOptionPatch{{Name: fund.Some("!")}}})
	must.Do(t, err)
	_, err = w.CreateRegistration(ctx, w.owner, event, fund.RegistrationPatch{})
	must.Do(t, err)
	registrations, err := testworld.ThroughEvent(ctx, w.App, w.causer, event, func(s app.SeenEvent) ([]fund.Registration, error) {
		return w.Registrations(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
	})
	must.Do(t, err)
	registration := fund.Key{ID: registrations[0].ID}
	boss := w.roles[fund.RoleSuperAdmin]
	for name, c := range map[string]struct {
		actor app.Actor
		do    func(app.Actor) error
	}{
		"create campaign": {w.owner, func(a app.Actor) error { _, err := w.CreateCampaign(ctx, a, fund.CampaignPatch{}); return err }},
		"create team campaign": {boss, func(a app.Actor) error {
			_, err := w.CreateTeamCampaign(ctx, a, team, fund.CampaignPatch{})
			return err
		}},
		"create personal campaign": {w.owner, func(a app.Actor) error {
			_, err := w.CreatePersonalCampaign(ctx, a, fund.PersonalCampaignPatch{})
			return err
		}},
		"create auction house": {w.owner, func(a app.Actor) error {
			_, err := w.CreateAuctionHouse(ctx, a, fund.AuctionHousePatch{})
			return err
		}},
		"update campaign": {w.owner, func(a app.Actor) error { _, err := w.UpdateCampaign(ctx, a, f, fund.CampaignPatch{}); return err }},
		"delete campaign": {w.owner, func(a app.Actor) error { return w.DeleteCampaign(ctx, a, f) }},
		"create reward":   {w.owner, func(a app.Actor) error { _, err := w.CreateReward(ctx, a, f, fund.RewardPatch{}); return err }},
		"update poll": {w.owner, func(a app.Actor) error {
			_, err := w.UpdatePoll(ctx, a, fund.Key{ID: poll.ID}, fund.PollPatch{})
			return err
		}},
		"delete poll": {w.owner, func(a app.Actor) error { return w.DeletePoll(ctx, a, fund.Key{ID: poll.ID}) }},
		"create schedule item": {w.owner, func(a app.Actor) error {
			_, err := w.CreateScheduleItem(ctx, a, f, fund.SchedulePatch{})
			return err
		}},
		"create goal": {w.owner, func(a app.Actor) error { _, err := w.CreateFitnessGoal(ctx, a, f, fund.FitnessGoalPatch{}); return err }},
		"create team": {w.owner, func(a app.Actor) error { _, err := w.CreateTeam(ctx, a, fund.TeamPatch{}); return err }},
		"update team": {boss, func(a app.Actor) error { _, err := w.UpdateTeam(ctx, a, team, fund.TeamPatch{}); return err }},
		"set member": {boss, func(a app.Actor) error {
			_, err := w.SetMember(ctx, a, w.memberKey(w.stranger), fund.RoleMember)
			return err
		}},
		"remove member": {boss, func(a app.Actor) error { return w.RemoveMember(ctx, a, w.memberKey(w.roles[fund.RoleMember])) }},
		"register": {w.stranger, func(a app.Actor) error {
			_, err := w.CreateRegistration(ctx, a, event, fund.RegistrationPatch{})
			return err
		}},
		"delete registration": {w.owner, func(a app.Actor) error { return w.DeleteRegistration(ctx, a, event, registration) }},
		"update user":         {w.owner, func(a app.Actor) error { _, err := w.UpdateCurrentUser(ctx, a, fund.UserPatch{}); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			for _, scopes := range [][]string{nil, {fund.ScopePublic}, {fund.ScopeCause, fund.ScopeDonationsWrite}} {
				actor := c.actor
				actor.Scopes = scopes
				wantKind(t, c.do(actor), "forbidden")
			}
		})
	}
	// Reading one's own drafts requires no scope.
	draft := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft")})
	reader := app.Actor{Kind: app.ActorUser, User: w.owner.User, Scopes: []string{fund.ScopePublic}}
	_, err = w.GetFact(ctx, reader, campaignKey(draft))
	wantKind(t, err, "")
}

// TestACausesTokenNeedsTheScopeToChange tries every change of a cause's objects with the cause's own read-only tokens.
func TestACausesTokenNeedsTheScopeToChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	cause, event := fund.Key{ID: w.cause.ID}, fund.Key{ID: w.event.ID}
	eventFact := app.FactKey{Key: event, Kinds: []fund.Kind{fund.KindFundraisingEvent}}
	_, err := w.CreateRegistration(ctx, w.owner, event, fund.RegistrationPatch{})
	must.Do(t, err)
	registrations, err := testworld.ThroughEvent(ctx, w.App, w.causeToken, event, func(s app.SeenEvent) ([]fund.Registration, error) {
		return w.Registrations(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
	})
	must.Do(t, err)
	registration := fund.Key{ID: registrations[0].ID}
	for name, do := range map[string]func(app.Actor) error{
		"cause": func(a app.Actor) error { _, err := w.UpdateCause(ctx, a, cause, fund.CausePatch{}); return err },
		"permissions": func(a app.Actor) error {
			_, err := w.UpdatePermissions(ctx, a, cause, fund.PermissionsPatch{})
			return err
		},
		"visibility": func(a app.Actor) error {
			_, err := w.UpdateCauseVisibility(ctx, a, cause, fund.VisibilityPatch{})
			return err
		},
		"event": func(a app.Actor) error {
			_, err := w.UpdateFundraisingEvent(ctx, a, event, fund.EventPatch{})
			return err
		},
		"event visibility": func(a app.Actor) error {
			_, err := w.UpdateEventVisibility(ctx, a, event, fund.VisibilityPatch{})
			return err
		},
		"registration fields": func(a app.Actor) error {
			_, err := w.UpdateRegistrationFields(ctx, a, event, fund.RegistrationFieldsPatch{})
			return err
		},
		"update registration": func(a app.Actor) error {
			_, err := w.UpdateRegistration(ctx, a, event, registration, fund.RegistrationPatch{})
			return err
		},
		"delete registration": func(a app.Actor) error { return w.DeleteRegistration(ctx, a, event, registration) },
		"new event": func(a app.Actor) error {
			_, err := w.CreateFundraisingEvent(ctx, a, cause, fund.EventPatch{})
			return err
		},
		"schedule": func(a app.Actor) error {
			_, err := w.CreateEventScheduleItem(ctx, a, event, fund.SchedulePatch{})
			return err
		},
		"milestone": func(a app.Actor) error {
			_, err := w.CreateMilestone(ctx, a, eventFact, fund.MilestonePatch{})
			return err
		},
		"auction house": func(a app.Actor) error {
			_, err := w.CreateAuctionHouse(ctx, a, fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{Cause: key(w.cause.ID)}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, scopes := range [][]string{nil, {fund.ScopePublic}, {fund.ScopeWrite, fund.ScopeDonationsWrite}} {
				actor := w.causeToken
				actor.Scopes = scopes
				wantKind(t, do(actor), "forbidden")
			}
		})
	}
}
