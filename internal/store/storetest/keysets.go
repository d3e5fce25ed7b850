package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// paged proves that a list has these items in the order of its pages, in either direction and with any page size.
func paged[T any](t *testing.T, what string, order fund.Order, want []T, cursor func(T) fund.Cursor, list func(fund.Page) ([]T, error)) {
	t.Helper()
	get := func(p fund.Page) []T {
		t.Helper()
		p.Order = order
		return must.Get(list(p))(t)
	}
	same(t, what, get(fund.Page{Limit: 100}), want)
	for i := range want {
		here := cursor(want[i])
		above, below := want[i+1:], want[:i]
		if order == fund.NewestFirst {
			above, below = below, above
		}
		for limit := 1; limit <= len(want)+1; limit++ {
			name := fmt.Sprintf("%s, %d beside item %d", what, limit, i)
			same(t, name+", above", get(fund.Page{Limit: limit, After: &here}), nearest(above, limit, order == fund.OldestFirst))
			same(t, name+", below", get(fund.Page{Limit: limit, Before: &here}), nearest(below, limit, order == fund.NewestFirst))
		}
		for j := range want {
			there := cursor(want[j])
			between := fund.Page{Limit: 100, After: &here, Before: &there}
			if order == fund.NewestFirst {
				between.After, between.Before = &there, &here
			}
			var inside []T
			if i < j {
				inside = nearest(want[i+1:j], 100, true)
			}
			same(t, fmt.Sprintf("%s, between %d and %d", what, i, j), get(between), inside)
		}
	}
}

// nearest returns the items of a list next to its start or end; nil for none.
func nearest[T any](items []T, limit int, toBeginning bool) []T {
	switch n := min(limit, len(items)); {
	case n == 0:
		return nil
	case toBeginning:
		return items[:n]
	default:
		return items[len(items)-n:]
	}
}

func byID[T any](id func(T) fund.ID) func(T) fund.Cursor {
	return func(item T) fund.Cursor { return fund.Cursor{ID: id(item)} }
}

func factID(f fund.Fact) fund.ID { return f.ID }

// testFactPages pages facts by their ids, in an order that their legacy ids do not have.
func testFactPages(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, red := w.cause("cause"), w.user("ann"), w.team("red")
	event := w.event(cause, "event")
	top := w.campaign(cause, ann, "top", in(event))
	kinds := []fund.Kind{fund.KindPersonalCampaign, fund.KindCampaign, fund.KindTeamCampaign, fund.KindAuctionHouse, fund.KindCampaign}
	ids := make([]fund.ID, len(kinds))
	for i := range ids {
		ids[i] = w.id()
	}
	for _, i := range []int{3, 0, 4, 1, 2} {
		w.campaign(cause, ann, fmt.Sprint("below-", i), in(event), supporting(top), forTeam(red), func(f *fund.Fact) {
			f.ID, f.Kind = ids[i], kinds[i]
		})
	}
	var facts []fund.Fact
	for _, id := range ids {
		facts = append(facts, w.read(id))
	}
	all := append([]fund.Fact{top}, facts...)
	for name, c := range map[string]struct {
		filter store.FactFilter
		want   []fund.Fact
	}{
		"of parent": {store.FactFilter{Parent: top.ID}, facts},
		"of user":   {store.FactFilter{User: ann.ID}, all},
		"of team":   {store.FactFilter{Team: red.ID}, facts},
		"of event":  {store.FactFilter{Event: event.ID}, all},
		"of kinds":  {store.FactFilter{User: ann.ID, Kinds: []fund.Kind{fund.KindCampaign}}, []fund.Fact{top, facts[1], facts[4]}},
	} {
		paged(t, name, fund.OldestFirst, c.want, byID(factID), func(p fund.Page) ([]fund.Fact, error) {
			return w.s.ListFacts(ctx, c.filter, p)
		})
	}
}

// testFactFilters changes facts one by one, and lists those with a value.
func testFactFilters(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	made := func(slug string, updated time.Time, s fund.Supportable) fund.Fact {
		return w.campaign(cause, ann, slug, func(f *fund.Fact) { f.UpdatedAt, f.Supportable = updated, s })
	}
	early := made("early", day.Add(-time.Microsecond), fund.SupportNone)
	first := made("first", day, fund.SupportPrivate)
	last := made("last", day.Add(time.Hour-time.Microsecond), fund.SupportPublic)
	late := made("late", day.Add(time.Hour), fund.SupportInviteOnly)
	for name, c := range map[string]struct {
		filter store.FactFilter
		want   []fund.Fact
	}{
		"span":        {store.FactFilter{Updated: fund.Span{After: day, Before: day.Add(time.Hour)}}, []fund.Fact{first, last}},
		"from":        {store.FactFilter{Updated: fund.Span{After: day.Add(time.Hour)}}, []fund.Fact{late}},
		"until":       {store.FactFilter{Updated: fund.Span{Before: day}}, []fund.Fact{early}},
		"supportable": {store.FactFilter{Supportables: []fund.Supportable{fund.SupportNone, fund.SupportInviteOnly}}, []fund.Fact{early, late}},
	} {
		c.filter.User = ann.ID
		same(t, name, must.Get(w.s.ListFacts(ctx, c.filter, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t), c.want)
	}
	same(t, "has no schedule", early.HasSchedule, false)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertScheduleItem(ctx, &fund.ScheduleItem{ID: w.id(), FactID: early.ID, StartsAt: day, CreatedAt: day, UpdatedAt: day})
	})
	same(t, "has a schedule", w.read(early.ID).HasSchedule, true)
	same(t, "the other has none", w.read(first.ID).HasSchedule, false)
}

// testPartPages pages the parts of a fact, of which some have the same amount or start.
func testPartPages(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	f, other := w.campaign(cause, ann, "one"), w.campaign(cause, ann, "two")
	var (
		polls      []fund.Poll
		targets    []fund.Target
		rewards    []fund.Reward
		milestones []fund.Milestone
		schedule   []fund.ScheduleItem
	)
	for i, of := range []fund.Fact{f, other, f, f, f} {
		poll := fund.Poll{ID: w.id(), FactID: of.ID, FactLegacyID: of.LegacyID, Currency: of.Currency, CreatedAt: w.at(), UpdatedAt: w.at()}
		target := fund.Target{ID: w.id(), FactID: of.ID, FactLegacyID: of.LegacyID, Currency: of.Currency, CreatedAt: w.at(), UpdatedAt: w.at()}
		amount := int64(500 - 100*(i/2))
		reward := fund.Reward{ID: w.id(), FactID: of.ID, FactLegacyID: of.LegacyID, Amount: amount, CreatedAt: w.at(), UpdatedAt: w.at()}
		milestone := fund.Milestone{ID: w.id(), FactID: of.ID, FactLegacyID: of.LegacyID, Currency: of.Currency, Amount: amount, Enabled: i != 3, CreatedAt: w.at(), UpdatedAt: w.at()}
		item := fund.ScheduleItem{
			ID: w.id(), FactID: of.ID, FactLegacyID: of.LegacyID, StartsAt: start.Add(-time.Duration(i/2) * time.Hour), CreatedAt: w.at(), UpdatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return first(tx.InsertPoll(ctx, &poll), tx.InsertTarget(ctx, &target), tx.InsertReward(ctx, &reward),
				tx.InsertMilestone(ctx, &milestone), tx.InsertScheduleItem(ctx, &item))
		})
		if of.ID == f.ID {
			polls, targets = append(polls, poll), append(targets, target)
			rewards, milestones, schedule = append(rewards, reward), append(milestones, milestone), append(schedule, item)
		}
	}
	paged(t, "polls", fund.OldestFirst, polls, func(p fund.Poll) fund.Cursor { return fund.Cursor{Number: p.LegacyID} },
		func(p fund.Page) ([]fund.Poll, error) { return w.s.ListPolls(ctx, f.ID, p) })
	paged(t, "targets", fund.OldestFirst, targets, func(t fund.Target) fund.Cursor { return fund.Cursor{Number: t.LegacyID} },
		func(p fund.Page) ([]fund.Target, error) { return w.s.ListTargets(ctx, f.ID, p) })
	// The amounts are 500, 400, 400, 300: made as items 0, 2, 3 and 4.
	byAmount := []int{3, 1, 2, 0}
	paged(t, "rewards", fund.OldestFirst, picked(rewards, byAmount),
		func(r fund.Reward) fund.Cursor { return fund.Cursor{Number: r.Amount, ID: r.ID} },
		func(p fund.Page) ([]fund.Reward, error) { return w.s.ListRewards(ctx, f.ID, p) })
	milestoneCursor := func(m fund.Milestone) fund.Cursor { return fund.Cursor{Number: m.Amount, ID: m.ID} }
	paged(t, "milestones", fund.OldestFirst, picked(milestones, byAmount), milestoneCursor,
		func(p fund.Page) ([]fund.Milestone, error) {
			return w.s.ListMilestones(ctx, store.MilestoneFilter{Fact: f.ID}, p)
		})
	paged(t, "enabled milestones", fund.OldestFirst, picked(milestones, []int{3, 1, 0}), milestoneCursor,
		func(p fund.Page) ([]fund.Milestone, error) {
			return w.s.ListMilestones(ctx, store.MilestoneFilter{Fact: f.ID, EnabledOnly: true}, p)
		})
	second := store.MilestoneFilter{Fact: f.ID, Created: fund.Span{After: milestones[1].CreatedAt, Before: milestones[2].CreatedAt}}
	same(t, "milestones made then", must.Get(w.s.ListMilestones(ctx, second, page(9)))(t), milestones[1:2])
	changed := store.MilestoneFilter{Fact: f.ID, Updated: fund.Span{After: milestones[3].UpdatedAt}}
	same(t, "milestones changed then", must.Get(w.s.ListMilestones(ctx, changed, page(9)))(t), milestones[3:])
	paged(t, "schedule", fund.OldestFirst, picked(schedule, byAmount),
		func(i fund.ScheduleItem) fund.Cursor { return fund.Cursor{At: i.StartsAt, Number: i.LegacyID} },
		func(p fund.Page) ([]fund.ScheduleItem, error) { return w.s.ListSchedule(ctx, f.ID, p) })
}

// testForeignIncentives proves that legacy ids find only incentives of campaigns.
func testForeignIncentives(t *testing.T, w *world) {
	ctx := t.Context()
	f := w.campaign(w.cause("cause"), w.user("ann"), "house", func(f *fund.Fact) { f.Kind = fund.KindPersonalCampaign })
	poll := fund.Poll{ID: w.id(), FactID: f.ID, FactLegacyID: f.LegacyID, Currency: f.Currency, CreatedAt: w.at(), UpdatedAt: w.at()}
	target := fund.Target{ID: w.id(), FactID: f.ID, FactLegacyID: f.LegacyID, Currency: f.Currency, CreatedAt: w.at(), UpdatedAt: w.at()}
	reward := fund.Reward{ID: w.id(), FactID: f.ID, FactLegacyID: f.LegacyID, CreatedAt: w.at(), UpdatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return first(tx.InsertPoll(ctx, &poll), tx.InsertTarget(ctx, &target), tx.InsertReward(ctx, &reward))
	})
	same(t, "poll", must.Get(w.s.GetPoll(ctx, fund.Key{ID: poll.ID}))(t), poll)
	same(t, "target", must.Get(w.s.GetTarget(ctx, fund.Key{ID: target.ID}))(t), target)
	same(t, "reward", must.Get(w.s.GetReward(ctx, fund.Key{ID: reward.ID}))(t), reward)
	missing[fund.Poll](t, "poll by number")(w.s.GetPoll(ctx, fund.Key{LegacyID: poll.LegacyID}))
	missing[fund.Target](t, "target by number")(w.s.GetTarget(ctx, fund.Key{LegacyID: target.LegacyID}))
	missing[fund.Reward](t, "reward by number")(w.s.GetReward(ctx, fund.Key{LegacyID: reward.LegacyID}))
	same(t, "all polls", must.Get(w.s.ListPolls(ctx, fund.ID{}, page(9)))(t), []fund.Poll(nil))
	same(t, "all targets", must.Get(w.s.ListTargets(ctx, fund.ID{}, page(9)))(t), []fund.Target(nil))
	same(t, "all rewards", must.Get(w.s.ListRewards(ctx, fund.ID{}, page(9)))(t), []fund.Reward(nil))
}

// first returns the first error.
func first(errs ...error) error {
	at := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if at < 0 {
		return nil
	}
	return errs[at]
}

// picked returns the items at those places.
func picked[T any](items []T, places []int) []T {
	var all []T
	for _, i := range places {
		all = append(all, items[i])
	}
	return all
}

// testAncestors reads the chains above several facts at once.
func testAncestors(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	event := w.event(cause, "event")
	upper := w.campaign(cause, ann, "upper", in(event))
	hidden := w.campaign(cause, ann, "hidden", supporting(upper), func(f *fund.Fact) { f.Status = fund.Unpublished })
	lower := w.campaign(cause, ann, "lower", supporting(hidden))
	alone := w.campaign(cause, ann, "alone")
	above := func(f fund.Fact) fund.Ancestor { return fund.Ancestor{ID: f.ID, Name: f.Name, Kind: f.Kind} }
	same(t, "of three", must.Get(w.s.Ancestors(ctx, []fund.ID{lower.ID, alone.ID, cause.ID}))(t), map[fund.ID][]fund.Ancestor{
		lower.ID: {above(cause.Fact), above(event.Fact), above(upper)}, alone.ID: {above(cause.Fact)},
	})
	same(t, "of none", must.Get(w.s.Ancestors(ctx, nil))(t), map[fund.ID][]fund.Ancestor{})
	same(t, "chain", must.Get(w.s.ChainIDs(ctx, lower.ID))(t), []fund.ID{lower.ID, hidden.ID, upper.ID, event.ID, cause.ID})
	same(t, "chain of a cause", must.Get(w.s.ChainIDs(ctx, cause.ID))(t), []fund.ID{cause.ID})
	same(t, "chain of nothing", len(must.Get(w.s.ChainIDs(ctx, fund.ID{15: 9}))(t)), 0)
	settings := must.Get(w.s.SettingsChain(ctx, must.Get(w.s.GetFact(ctx, store.FactKey{Key: fund.Key{ID: lower.ID}}))(t)))(t)
	var kinds []fund.Kind
	for _, one := range settings {
		kinds = append(kinds, one.Kind)
	}
	same(t, "settings, the nearest first", kinds, []fund.Kind{
		fund.KindCampaign, fund.KindCampaign, fund.KindCampaign, fund.KindFundraisingEvent, fund.KindCause,
	})
}
