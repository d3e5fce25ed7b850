package app_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testworld"
)

func factName(f fund.Fact) string { return f.Name }

// TestFactLists lists facts by every filter.
func TestFactLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	must.Do(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: w.team.ID, User: w.owner.User, Role: fund.RoleMember}))
	w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft"), Parent: key(w.team1.ID)})
	second := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Second"), Parent: key(w.team1.ID), Status: fund.Some(fund.Published), Team: key(w.team.ID)})
	_, err := w.UpdateCampaign(ctx, w.owner, campaignKey(second), fund.CampaignPatch{Status: fund.Some(fund.Retired), Supportable: fund.Some(fund.SupportPublic)})
	must.Do(t, err)
	w.later()
	_, err = w.CreatePersonalCampaign(ctx, w.owner, fund.PersonalCampaignPatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("Personal"), Cause: key(w.cause.ID), Status: fund.Some(fund.Published),
	}})
	must.Do(t, err)
	user, team := &fund.Key{ID: w.owner.User}, &fund.Key{ID: w.team.ID}
	parent, err := w.See(ctx, w.owner, campaignKey(w.team1))
	must.Do(t, err)
	event, err := w.SeeEvent(ctx, w.owner, fund.Key{ID: w.event.ID})
	must.Do(t, err)
	cause, err := w.SeeCause(ctx, w.owner, fund.Key{LegacyID: w.cause.LegacyID})
	must.Do(t, err)
	for name, c := range map[string]struct {
		query app.FactQuery
		want  string
	}{
		"user":          {app.FactQuery{User: user}, "[Run Second]"},
		"user and kind": {app.FactQuery{User: user, Kinds: []fund.Kind{fund.KindPersonalCampaign}}, "[Personal]"},
		"team":          {app.FactQuery{Team: team}, "[Together]"},
		"team and kind": {app.FactQuery{Team: team, Kinds: []fund.Kind{fund.KindCampaign}}, "[Second]"},
		"parent":        {app.FactQuery{Parent: &parent}, "[Run Second]"},
		"event":         {app.FactQuery{Event: &event.Seen}, "[Together Run Second]"},
		"cause":         {app.FactQuery{Cause: &cause.Seen}, "[Water Marathon Together Run Second Personal]"},
		"retired":       {app.FactQuery{User: user, Statuses: []fund.Status{fund.Retired}}, "[Second]"},
		"drafts":        {app.FactQuery{User: user, Statuses: []fund.Status{fund.Unpublished}}, "[]"},
		"both":          {app.FactQuery{User: user, Statuses: []fund.Status{fund.Unpublished, fund.Published}}, "[Run]"},
		"supportable":   {app.FactQuery{User: user, Supportables: []fund.Supportable{fund.SupportPublic}}, "[Second]"},
		"changed":       {app.FactQuery{User: user, Updated: fund.Span{After: w.Clock.Now().AddDate(1, 0, 0)}}, "[]"},
	} {
		got, err := w.ListFacts(ctx, w.owner, c.query, fund.Page{Limit: 9})
		if names := names(got, factName); err != nil || names != c.want {
			t.Errorf("%s: got %s, %v, want %s", name, names, err, c.want)
		}
	}
	for name, query := range map[string]app.FactQuery{
		"user": {User: &fund.Key{LegacyID: 99}}, "team": {Team: &fund.Key{LegacyID: 99}},
	} {
		_, err := w.ListFacts(ctx, w.owner, query, fund.Page{Limit: 9})
		t.Run("no "+name, func(t *testing.T) { wantKind(t, err, "not_found") })
	}
	events, err := w.IntegrationEvents(ctx, app.Actor{}, *user, fund.Page{Limit: 9})
	if got := names(events, factName); err != nil || got != "[Run]" {
		t.Errorf("integrations: got %s, %v, want the published campaign", got, err)
	}
	events, err = w.IntegrationEvents(ctx, app.Actor{}, fund.Key{ID: w.roles[fund.RoleEventManager].User}, fund.Page{Limit: 9})
	if got := names(events, factName); err != nil || got != "[Together]" {
		t.Errorf("integrations: got %s, %v, want that of the team", got, err)
	}
	above, err := w.Ancestors(ctx, app.Actor{}, w.campaign.ID)
	if got := names(above[w.campaign.ID], func(a fund.Ancestor) string { return a.Name }); err != nil || got != "[Water Marathon Together]" {
		t.Errorf("ancestors: got %s, %v, want the cause first", got, err)
	}
}

// TestFactsBySlugs gives a user, a team and a cause the same slug, and each of them a fact with the same slug.
func TestFactsBySlugs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	user := w.user(ctx, t, "Same")
	team, err := w.CreateTeam(ctx, user, fund.TeamPatch{Name: fund.Some("Same")})
	must.Do(t, err)
	cause, err := w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Same", Slug: "same", Currency: "USD"}})
	must.Do(t, err)
	patch := fund.CampaignPatch{Name: fund.Some("One"), Cause: key(cause.ID), Status: fund.Some(fund.Published)}
	mine, err := w.CreateCampaign(ctx, user, patch)
	must.Do(t, err)
	ours, err := w.CreateTeamCampaign(ctx, user, fund.Key{ID: team.ID}, patch)
	must.Do(t, err)
	event, err := w.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{Fact: fund.Fact{Name: "One", Slug: "one", Cause: fund.Ref{ID: cause.ID}}})
	must.Do(t, err)
	find := func(owner, slug string, want fund.ID, kinds ...fund.Kind) {
		t.Helper()
		seen, err := w.SeeBySlugs(ctx, app.Actor{}, owner, slug, kinds...)
		f := seen.Fact()
		if want.IsZero() {
			wantKind(t, err, "not_found")
		} else if err != nil || f.ID != want {
			t.Errorf("%s/%s: got %s, %v, want %s", owner, slug, f.ID, err, want)
		}
	}
	find("@same", "one", mine.ID)
	find("+same", "one", ours.ID)
	find("same", "one", mine.ID)
	find("SAME", "One", mine.ID)
	find("same", "one", ours.ID, fund.KindTeamCampaign)
	find("same", "one", event.ID, fund.KindFundraisingEvent)
	find("@same", "one", fund.ID{}, fund.KindTeamCampaign)
	for _, nothing := range [][2]string{{"", "one"}, {"@", "one"}, {"same", ""}, {"nobody", "one"}, {"same", "two"}, {"+nobody", "one"}} {
		find(nothing[0], nothing[1], fund.ID{})
	}
	_, err = w.UpdateCampaign(ctx, user, app.FactKey{Key: fund.Key{ID: mine.ID}}, fund.CampaignPatch{Status: fund.Some(fund.Unpublished)})
	must.Do(t, err)
	find("same", "one", ours.ID)
}

func TestPartsInPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	f := campaignKey(w.campaign)
	for i, amount := range []string{"30", "10", "20"} {
		name := fund.Some(amount)
		_, err := w.CreateReward(ctx, w.owner, f, fund.RewardPatch{Name: name, Amount: name})
		must.Do(t, err)
		_, err = w.CreateMilestone(ctx, w.owner, f, fund.MilestonePatch{Name: name, Amount: name, Enabled: fund.Some(i != 2)})
		must.Do(t, err)
		_, err = w.CreateTarget(ctx, w.owner, f, fund.TargetPatch{Name: name, Amount: name})
		must.Do(t, err)
		_, err = w.CreatePoll(ctx, w.owner, f, fund.PollPatch{Name: name, Options: []fund.PollOptionPatch{{Name: name}}})
		must.Do(t, err)
		_, err = w.CreateScheduleItem(ctx, w.owner, f, fund.SchedulePatch{Name: name, StartsAt: fund.Some(w.Clock.Now().AddDate(0, 0, -i))})
		must.Do(t, err)
	}
	page := fund.Page{Limit: 9, Order: fund.NewestFirst}
	rewards, err := testworld.Through(ctx, w.App, app.Actor{}, f, func(s app.Seen) ([]fund.Reward, error) {
		return w.Rewards(ctx, s, fund.Page{Limit: page.Limit, Order: fund.OldestFirst})
	})
	must.Do(t, err)
	targets, err := testworld.Through(ctx, w.App, app.Actor{}, f, func(s app.Seen) ([]fund.Target, error) {
		return w.Targets(ctx, s, fund.Page{Limit: page.Limit, Order: fund.OldestFirst})
	})
	must.Do(t, err)
	polls, err := testworld.Through(ctx, w.App, app.Actor{}, f, func(s app.Seen) ([]fund.Poll, error) {
		return w.Polls(ctx, s, fund.Page{Limit: page.Limit, Order: fund.OldestFirst})
	})
	must.Do(t, err)
	items, err := testworld.Through(ctx, w.App, app.Actor{}, f, func(s app.Seen) ([]fund.ScheduleItem, error) {
		return w.Schedule(ctx, s, page)
	})
	must.Do(t, err)
	enabled, err := testworld.Through(ctx, w.App, app.Actor{}, f, func(s app.Seen) ([]fund.Milestone, error) {
		return w.Milestones(ctx, s, app.MilestoneQuery{}, page)
	})
	must.Do(t, err)
	all, err := testworld.Through(ctx, w.App, app.Actor{}, f, func(s app.Seen) ([]fund.Milestone, error) {
		return w.Milestones(ctx, s, app.MilestoneQuery{IncludeDisabled: true}, page)
	})
	must.Do(t, err)
	for what, c := range map[string][2]string{
		"rewards":  {names(rewards, func(r fund.Reward) string { return r.Name }), "[10 20 30]"},
		"targets":  {names(targets, func(t fund.Target) string { return t.Name }), "[30 10 20]"},
		"polls":    {names(polls, func(p fund.Poll) string { return p.Name }), "[30 10 20]"},
		"schedule": {names(items, func(i fund.ScheduleItem) string { return i.Name }), "[20 10 30]"},
		"enabled":  {names(enabled, func(m fund.Milestone) string { return m.Name }), "[10 30]"},
		"all":      {names(all, func(m fund.Milestone) string { return m.Name }), "[10 20 30]"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: got %s, want %s", what, c[0], c[1])
		}
	}
	draft := campaignKey(w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft")}))
	_, err = testworld.Through(ctx, w.App, w.stranger, draft, func(s app.Seen) ([]fund.Poll, error) {
		return w.Polls(ctx, s, fund.Page{Limit: page.Limit, Order: fund.OldestFirst})
	})
	wantKind(t, err, "not_found")
	_, err = testworld.Through(ctx, w.App, w.owner, draft, func(s app.Seen) ([]fund.Poll, error) {
		return w.Polls(ctx, s, fund.Page{Limit: page.Limit, Order: fund.OldestFirst})
	})
	wantKind(t, err, "")
}

// TestPagesAreBounded requests more items than a page may have.
func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	must.Do(t, w.Store.Write(ctx, w.cause.ID, func(ctx context.Context, tx *store.Tx) error {
		for i := range fund.MaxPerFact + 1 {
			id, err := fund.NewID(w.Clock.Now(), idBits)
			if err != nil {
				return err
			}
			at := w.Clock.Now()
			if err := tx.InsertTarget(ctx, &fund.Target{ID: id, FactID: w.campaign.ID, Name: fmt.Sprint(i), Amount: 1, CreatedAt: at, UpdatedAt: at}); err != nil {
				return err
			}
		}
		return nil
	}))
	targets, err := testworld.Through(ctx, w.App, app.Actor{}, campaignKey(w.campaign), func(s app.Seen) ([]fund.Target, error) {
		return w.Targets(ctx, s, fund.Page{Limit: 1_000_000, Order: fund.OldestFirst})
	})
	if err != nil || len(targets) != fund.MaxPerFact {
		t.Errorf("got %d, %v, want %d", len(targets), err, fund.MaxPerFact)
	}
}

func TestWhatACauseShows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	draft, err := w.CreateFundraisingEvent(ctx, w.causer, fund.Key{ID: w.cause.ID}, fund.EventPatch{Name: fund.Some("Draft")})
	must.Do(t, err)
	w.later()
	over, err := w.CreateFundraisingEvent(ctx, w.causer, fund.Key{ID: w.cause.ID}, fund.EventPatch{Name: fund.Some("Over"), Status: fund.Some(fund.Published)})
	must.Do(t, err)
	_, err = w.UpdateFundraisingEvent(ctx, w.causer, fund.Key{ID: over.ID}, fund.EventPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	events, err := testworld.ThroughCause(ctx, w.App, w.causer, fund.Key{ID: w.cause.ID}, func(s app.SeenCause) ([]fund.FundraisingEvent, error) {
		return w.ListFundraisingEvents(ctx, w.causer, app.EventQuery{Cause: &s.Seen, Retired: true}, fund.Page{Limit: 9, Order: fund.OldestFirst})
	})
	if got := names(events, func(e fund.FundraisingEvent) string { return e.Name }); err != nil || got != "[Marathon Over]" {
		t.Errorf("got %s, %v, want what was published, oldest first", got, err)
	}
	for _, actor := range []app.Actor{w.stranger, w.owner} {
		w.later()
		_, err = w.CreateRegistration(ctx, actor, fund.Key{ID: w.event.ID}, fund.RegistrationPatch{})
		must.Do(t, err)
	}
	list := func(actor app.Actor, event fund.ID) ([]fund.Registration, error) {
		return testworld.ThroughEvent(ctx, w.App, actor, fund.Key{ID: event}, func(s app.SeenEvent) ([]fund.Registration, error) {
			return w.Registrations(ctx, s.Seen, fund.Page{Limit: 9, Order: fund.OldestFirst})
		})
	}
	registrations, err := list(w.causer, w.event.ID)
	if err != nil || len(registrations) != 2 || registrations[0].UserID != w.stranger.User {
		t.Errorf("got %v, %v, want both, the first first", registrations, err)
	}
	for kind, actor := range map[string]app.Actor{"unauthenticated": {}, "forbidden": w.owner} {
		_, err = list(actor, w.event.ID)
		wantKind(t, err, kind)
	}
	_, err = list(w.owner, draft.ID)
	wantKind(t, err, "not_found")
	_, err = list(app.Actor{Kind: app.ActorUser, User: w.causer.User, Scopes: []string{fund.ScopePublic, fund.ScopeWrite}}, w.event.ID)
	wantKind(t, err, "forbidden")
}

// TestMatchesOfAFact finds donation matches wherever their fact is visible.
func TestMatchesOfAFact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	draft := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft")})
	_, err := testworld.Through(ctx, w.App, w.stranger, campaignKey(draft), func(s app.Seen) ([]fund.DonationMatch, error) {
		return w.Matches(ctx, s, app.MatchQuery{}, fund.Page{Limit: 9})
	})
	wantKind(t, err, "not_found")
	matches, err := testworld.Through(ctx, w.App, w.stranger, campaignKey(w.campaign), func(s app.Seen) ([]fund.DonationMatch, error) {
		return w.Matches(ctx, s, app.MatchQuery{}, fund.Page{Limit: 9})
	})
	if err != nil || len(matches) != 0 {
		t.Errorf("got %v, %v, want none", matches, err)
	}
	_, err = w.GetMatch(ctx, w.stranger, fund.Key{ID: w.campaign.ID})
	wantKind(t, err, "not_found")
}
