package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

func TestPollsMergeTheirOptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	poll, err := w.CreatePoll(ctx, w.owner, campaignKey(w.campaign), fund.PollPatch{
		Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{{Name: fund.Some("A")}, {Name: fund.Some("B")}},
	})
	must.Do(t, err)
	if !poll.Enabled || poll.LegacyID == 0 || poll.FactLegacyID != w.campaign.LegacyID {
		t.Errorf("got %+v, want an enabled poll of campaign %d", poll, w.campaign.LegacyID)
	}
	poll, err = w.UpdatePoll(ctx, w.owner, fund.Key{LegacyID: poll.LegacyID}, fund.PollPatch{
		Enabled: fund.Some(false),
		Options: []fund.PollOptionPatch{{LegacyID: poll.Options[1].LegacyID, Name: fund.Some("Bee")}, {Name: fund.Some("C")}},
	})
	must.Do(t, err)
	names := ""
	for _, o := range poll.Options {
		names += o.Name + " "
	}
	if names != "A Bee C " || poll.Enabled || poll.Name != "Which?" {
		t.Errorf("got options %q, enabled %v, want A, Bee and C, disabled", names, poll.Enabled)
	}
	before := w.position(ctx, t)
	_, err = w.UpdatePoll(ctx, w.owner, fund.Key{ID: poll.ID}, fund.PollPatch{
		Name: fund.Some(""), Options: []fund.PollOptionPatch{{LegacyID: 999}, {Name: fund.Some(" ")}},
	})
	wantFields(t, err, "name cannot be blank", "options.0.id does not exist", "options.1.name cannot be blank")
	must.Do(t, w.DeletePoll(ctx, w.owner, fund.Key{ID: poll.ID}))
	events := w.events(ctx, t, before)
	if len(events) != 1 || events[0].Topic != fund.TopicPollRemoved {
		t.Errorf("got %v, want the one change that was made", events)
	}
	_, err = w.GetPoll(ctx, w.owner, fund.Key{ID: poll.ID})
	wantKind(t, err, "not_found")
}

func TestIncentivesOfHiddenCampaignsDoNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hidden := w.newCampaign(ctx, t, fund.CampaignPatch{})
	target, err := w.CreateTarget(ctx, w.owner, campaignKey(hidden), fund.TargetPatch{Name: fund.Some("x"), Amount: fund.Some("1")})
	must.Do(t, err)
	open, err := w.CreateTarget(ctx, w.owner, campaignKey(w.campaign), fund.TargetPatch{Name: fund.Some("y"), Amount: fund.Some("1")})
	must.Do(t, err)
	number := fund.Key{LegacyID: target.LegacyID}
	_, err = w.GetTarget(ctx, w.stranger, number)
	wantKind(t, err, "not_found")
	_, err = w.UpdateTarget(ctx, w.stranger, number, fund.TargetPatch{})
	wantKind(t, err, "not_found")
	_, err = w.UpdateTarget(ctx, w.stranger, fund.Key{LegacyID: open.LegacyID}, fund.TargetPatch{})
	wantKind(t, err, "forbidden")
	_, err = w.UpdateTarget(ctx, w.owner, number, fund.TargetPatch{Amount: fund.Some("0")})
	wantFields(t, err, "amount must be more than zero")
	_, err = testworld.Through(ctx, w.App, w.stranger, campaignKey(hidden), func(s app.Seen) ([]fund.Target, error) {
		return w.Targets(ctx, s, fund.Page{Limit: fund.MaxPerFact})
	})
	wantKind(t, err, "not_found")
	all, err := w.ListAllTargets(ctx, w.stranger, fund.Page{Limit: 9})
	must.Do(t, err)
	if len(all) != 1 || all[0].ID != open.ID {
		t.Errorf("got %v, want the public target only", all)
	}
	_, err = w.ListAllTargets(ctx, w.owner, fund.Page{Limit: 9, Before: &fund.Cursor{Number: target.LegacyID}})
	wantKind(t, err, "not_found")
	must.Do(t, w.DeleteTarget(ctx, w.owner, number))
}

func TestRewards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.CreateReward(ctx, w.owner, campaignKey(w.campaign), fund.RewardPatch{Kind: fund.Some(fund.RewardKind("car"))})
	wantFields(t, err, "name cannot be blank", "kind is not one of the allowed values", "amount cannot be blank")
	reward, err := w.CreateReward(ctx, w.owner, campaignKey(w.campaign), fund.RewardPatch{
		Name: fund.Some("Pin"), Amount: fund.Some("2.50"), FairMarketValue: fund.Some("1"), AlwaysActive: fund.Some(true),
	})
	must.Do(t, err)
	if reward.Amount != 250 || *reward.FairMarketValue != 100 || reward.Currency != "USD" || !reward.Active(w.Clock.Now()) || reward.ActivatedAt.IsZero() {
		t.Errorf("got %+v, want an active reward of 2.50 USD", reward)
	}
	reward, err = w.UpdateReward(ctx, w.owner, fund.Key{ID: reward.ID}, fund.RewardPatch{Enabled: fund.Some(false), FairMarketValue: fund.Some("")})
	must.Do(t, err)
	if reward.Active(w.Clock.Now()) || reward.FairMarketValue != nil || reward.DeactivatedAt.IsZero() {
		t.Errorf("got %+v, want an inactive reward of unknown value", reward)
	}
	rewards, err := testworld.Through(ctx, w.App, app.Actor{}, campaignKey(w.campaign), func(s app.Seen) ([]fund.Reward, error) {
		return w.Rewards(ctx, s, fund.Page{Limit: fund.MaxPerFact})
	})
	must.Do(t, err)
	if len(rewards) != 1 {
		t.Errorf("got %d rewards, want 1", len(rewards))
	}
	wantKind(t, w.RetireReward(ctx, w.stranger, fund.Key{ID: reward.ID}), "forbidden")
	must.Do(t, w.RetireReward(ctx, w.owner, fund.Key{ID: reward.ID}))
	_, err = w.UpdateReward(ctx, w.owner, fund.Key{ID: reward.ID}, fund.RewardPatch{Enabled: fund.Some(true)})
	wantFields(t, err, "status is retired: a retired reward cannot be changed")
	_, err = w.donate(t, fund.DonationInput{Claims: []fund.ClaimInput{{Reward: fund.Key{ID: reward.ID}, Quantity: 1}}})
	wantFields(t, err, "rewards.0.reward cannot be claimed now")
}

func TestMilestonesAreReached(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	milestone := func(amount string) fund.Milestone {
		m, err := w.CreateMilestone(ctx, w.owner, campaignKey(w.campaign), fund.MilestonePatch{Name: fund.Some(amount), Amount: fund.Some(amount)})
		must.Do(t, err)
		return m
	}
	milestone("10")
	_, err := w.donate(t, fund.DonationInput{Amount: "10"})
	must.Do(t, err)
	milestone("5")
	milestone("20")
	milestones, err := testworld.Through(ctx, w.App, app.Actor{}, campaignKey(w.campaign), func(s app.Seen) ([]fund.Milestone, error) {
		return w.Milestones(ctx, s, app.MilestoneQuery{IncludeDisabled: true}, fund.Page{Limit: fund.MaxPerFact})
	})
	must.Do(t, err)
	got := ""
	for _, m := range milestones {
		got += fmt.Sprintf("%d=%v ", m.Amount, !m.ReachedAt.IsZero())
	}
	if want := "500=true 1000=true 2000=false "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = w.CreateMilestone(ctx, w.owner, campaignKey(w.campaign), fund.MilestonePatch{})
	wantFields(t, err, "name cannot be blank", "amount cannot be blank")
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	now := w.Clock.Now()
	patch := fund.SchedulePatch{Name: fund.Some("Start"), StartsAt: fund.Some(now.Add(time.Hour))}
	item, err := w.CreateScheduleItem(ctx, w.owner, campaignKey(w.campaign), patch)
	must.Do(t, err)
	_, err = w.CreateEventScheduleItem(ctx, w.owner, fund.Key{ID: w.event.ID}, patch)
	wantKind(t, err, "forbidden")
	opening, err := w.CreateEventScheduleItem(ctx, w.causer, fund.Key{ID: w.event.ID}, patch)
	must.Do(t, err)
	campaign, event := campaignKey(w.campaign), fund.Key{ID: w.event.ID}
	number := fund.Key{LegacyID: item.LegacyID}
	_, err = w.UpdateScheduleItem(ctx, w.owner, app.ScheduleKey{Campaign: &campaign, Item: number}, fund.SchedulePatch{EndsAt: fund.Some(now)})
	wantFields(t, err, "ends_at must be after starts_at")
	changed, err := w.UpdateScheduleItem(ctx, w.owner, app.ScheduleKey{Campaign: &campaign, Item: number}, fund.SchedulePatch{StartsAt: fund.Some(now)})
	must.Do(t, err)
	if !changed.StartsAt.Equal(now) || changed.Name != "Start" {
		t.Errorf("got %+v, want a new start and the old name", changed)
	}
	_, err = w.UpdateScheduleItem(ctx, w.causer, app.ScheduleKey{Event: &event, Item: number}, fund.SchedulePatch{})
	wantKind(t, err, "not_found")
	for kind, actor := range map[string]app.Actor{"": w.owner, "forbidden": w.stranger} {
		_, err = w.UpdateScheduleItem(ctx, actor, app.ScheduleKey{Item: number}, fund.SchedulePatch{})
		wantKind(t, err, kind)
	}
	wantKind(t, w.DeleteScheduleItem(ctx, w.stranger, app.ScheduleKey{Campaign: &campaign, Item: number}), "forbidden")
	must.Do(t, w.DeleteScheduleItem(ctx, w.owner, app.ScheduleKey{Campaign: &campaign, Item: number}))
	must.Do(t, w.DeleteScheduleItem(ctx, w.causer, app.ScheduleKey{Event: &event, Item: fund.Key{ID: opening.ID}}))
	for _, list := range []func() ([]fund.ScheduleItem, error){
		func() ([]fund.ScheduleItem, error) {
			return testworld.Through(ctx, w.App, app.Actor{}, campaign, func(s app.Seen) ([]fund.ScheduleItem, error) {
				return w.Schedule(ctx, s, fund.Page{Limit: fund.MaxPerFact})
			})
		},
		func() ([]fund.ScheduleItem, error) {
			return testworld.ThroughEvent(ctx, w.App, app.Actor{}, event, func(s app.SeenEvent) ([]fund.ScheduleItem, error) {
				return w.Schedule(ctx, s.Seen, fund.Page{Limit: fund.MaxPerFact})
			})
		},
	} {
		items, err := list()
		must.Do(t, err)
		if len(items) != 0 {
			t.Errorf("got %v, want nothing", items)
		}
	}
	_, err = w.CreateIncentive(ctx, app.System(), fund.Incentive{EventID: w.event.ID, Title: "Badge"})
	must.Do(t, err)
	incentives, err := testworld.ThroughEvent(ctx, w.App, app.Actor{}, event, func(s app.SeenEvent) ([]fund.Incentive, error) {
		return w.Incentives(ctx, s.Seen)
	})
	must.Do(t, err)
	if len(incentives) != 1 || incentives[0].Title != "Badge" {
		t.Errorf("got %v, want the badge", incentives)
	}
}

func TestListsOfIncentives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for _, name := range []string{"one", "two", "three"} {
		_, err := w.CreatePoll(ctx, w.owner, campaignKey(w.campaign), fund.PollPatch{
			Name: fund.Some(name), Options: []fund.PollOptionPatch{{Name: fund.Some("a")}},
		})
		must.Do(t, err)
		_, err = w.CreateReward(ctx, w.owner, campaignKey(w.campaign), fund.RewardPatch{Name: fund.Some(name), Amount: fund.Some("1")})
		must.Do(t, err)
	}
	polls, err := testworld.Through(ctx, w.App, app.Actor{}, campaignKey(w.campaign), func(s app.Seen) ([]fund.Poll, error) {
		return w.Polls(ctx, s, fund.Page{Limit: fund.MaxPerFact})
	})
	must.Do(t, err)
	if len(polls) != 3 || polls[0].Name != "three" {
		t.Errorf("got %v, want three, newest first", polls)
	}
	polls, err = w.ListAllPolls(ctx, w.program, fund.Page{Limit: 2, Before: &fund.Cursor{Number: polls[0].LegacyID}})
	must.Do(t, err)
	if len(polls) != 2 || polls[0].Name != "two" || polls[1].Name != "one" {
		t.Errorf("got %v, want two and one", polls)
	}
	rewards, err := w.ListAllRewards(ctx, w.program, fund.Page{Limit: 2})
	must.Do(t, err)
	if len(rewards) != 2 || rewards[0].Name != "three" {
		t.Errorf("got %v, want the newest two", rewards)
	}
	_, err = w.ListAllRewards(ctx, w.program, fund.Page{Limit: 2, After: &fund.Cursor{Number: 99}})
	wantKind(t, err, "not_found")
}
