package storetest

import (
	"context"
	"math"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// hidden makes a campaign that only its owner sees.
func hidden(f *fund.Fact) { f.Status = fund.Unpublished }

func inYen(f *fund.Fact) { f.Currency = "JPY" }

// testIncentiveOrder gives incentives places, which nothing else of them follows.
func testIncentiveOrder(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	fact := w.campaign(cause, ann, "shown")
	var ids []fund.ID
	for _, name := range []string{"a", "b", "c"} {
		target := fund.Target{ID: w.id(), FactID: fact.ID, Name: name, Amount: 100, Enabled: true, CreatedAt: w.at(), UpdatedAt: w.at()}
		reward := fund.Reward{ID: w.id(), FactID: fact.ID, Name: name, Amount: 100, Currency: fact.Currency, Kind: fund.RewardVirtual, CreatedAt: w.at(), UpdatedAt: w.at()}
		poll := fund.Poll{ID: w.id(), FactID: fact.ID, Name: name, CreatedAt: w.at(), UpdatedAt: w.at()}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertPoll(ctx, &poll); err != nil {
				return err
			}
			if err := tx.InsertReward(ctx, &reward); err != nil {
				return err
			}
			return tx.InsertTarget(ctx, &target)
		})
		ids = append(ids, poll.ID, target.ID, reward.ID)
	}
	for i, kind := range []fund.IncentiveKind{fund.IncentivePoll, fund.IncentiveTarget, fund.IncentiveReward} {
		a, b, c := ids[i], ids[3+i], ids[6+i]
		same(t, "age", must.Get(w.s.IncentiveOrder(ctx, kind, fact.ID))(t), []fund.Placed{{ID: a}, {ID: b}, {ID: c}})
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PlaceIncentive(ctx, kind, fund.Placed{ID: c, Position: 1}); err != nil {
				return err
			}
			return tx.PlaceIncentive(ctx, kind, fund.Placed{ID: b, Position: 2})
		})
		same(t, "places", must.Get(w.s.IncentiveOrder(ctx, kind, fact.ID))(t), []fund.Placed{{ID: c, Position: 1}, {ID: b, Position: 2}, {ID: a}})
	}
	var options []fund.ID
	for _, name := range []string{"x", "y", "z"} {
		option := fund.PollOption{ID: w.id(), PollID: ids[0], Name: name, CreatedAt: w.at(), UpdatedAt: w.at()}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertPollOption(ctx, &option) })
		options = append(options, option.ID)
	}
	same(t, "age of options", must.Get(w.s.OptionOrder(ctx, ids[0]))(t), []fund.Placed{{ID: options[0]}, {ID: options[1]}, {ID: options[2]}})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.PlaceOption(ctx, fund.Placed{ID: options[2], Position: 1})
	})
	same(t, "places of options", must.Get(w.s.OptionOrder(ctx, ids[0]))(t), []fund.Placed{{ID: options[2], Position: 1}, {ID: options[0]}, {ID: options[1]}})
	placed := must.Get(w.s.GetPoll(ctx, fund.Key{ID: ids[0]}))(t)
	same(t, "options in the order of their age", []int64{placed.Options[0].Position, placed.Options[2].Position}, []int64{0, 1})
	same(t, "options in their order", []string{placed.Ordered()[0].Name, placed.Ordered()[1].Name, placed.Ordered()[2].Name}, []string{"z", "x", "y"})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdatePollOption(ctx, placed.Options[2]) })
	same(t, "place of an option after a change", must.Get(w.s.GetPollByOption(ctx, fund.Key{ID: options[2]}))(t).Options[2].Position, int64(1))
	polls := must.Get(w.s.ListPolls(ctx, fact.ID, fund.Page{Limit: 9}))(t)
	same(t, "place of an option in lists", polls[2].Options[2].Position, int64(1))
	targets := must.Get(w.s.ListTargets(ctx, fact.ID, fund.Page{Limit: 9}))(t)
	rewards := must.Get(w.s.ListRewards(ctx, fact.ID, fund.Page{Limit: 9}))(t)
	same(t, "newest first", []string{polls[0].Name, targets[0].Name, rewards[0].Name}, []string{"c", "c", "c"})
	same(t, "places in lists", []int64{polls[0].Position, targets[1].Position, rewards[2].Position}, []int64{1, 2, 0})
	same(t, "place of one", must.Get(w.s.GetPoll(ctx, fund.Key{ID: ids[6]}))(t).Position, int64(1))
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdatePoll(ctx, polls[0]) })
	same(t, "place after a change", must.Get(w.s.GetPoll(ctx, fund.Key{ID: ids[6]}))(t).Position, int64(1))
}

func testPolls(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	shown, secret := w.campaign(cause, ann, "shown", inYen), w.campaign(cause, ann, "secret", hidden)
	poll := func(fact fund.Fact, name string, options ...string) fund.Poll {
		p := fund.Poll{
			ID: w.id(), FactID: fact.ID, FactLegacyID: fact.LegacyID, Currency: fact.Currency, Name: name, Enabled: true, EndsAt: w.at(),
			CreatedAt: w.at(), UpdatedAt: w.at(),
		}
		for _, o := range options {
			p.Options = append(p.Options, fund.PollOption{ID: w.id(), Name: o, CreatedAt: w.at(), UpdatedAt: w.at()})
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertPoll(ctx, &p) })
		return p
	}
	first, second, unseen := poll(shown, odd, "b", "a"), poll(shown, "none"), poll(secret, "s", "x")
	same(t, "legacy ids", []int64{first.LegacyID, first.Options[0].LegacyID, first.Options[1].PollLegacyID}, []int64{1, 1, 1})
	for _, key := range []fund.Key{{ID: first.ID}, {LegacyID: 1}} {
		same(t, "poll by "+key.String(), must.Get(w.s.GetPoll(ctx, key))(t), first)
	}
	for _, key := range []fund.Key{{ID: first.Options[1].ID}, {LegacyID: first.Options[1].LegacyID}} {
		same(t, "poll by option "+key.String(), must.Get(w.s.GetPollByOption(ctx, key))(t), first)
	}
	same(t, "of a fact", must.Get(w.s.ListPolls(ctx, shown.ID, page(9)))(t), []fund.Poll{second, first})
	same(t, "of a secret fact", must.Get(w.s.ListPolls(ctx, secret.ID, page(9)))(t), []fund.Poll{unseen})
	same(t, "of all", must.Get(w.s.ListPolls(ctx, fund.ID{}, page(9)))(t), []fund.Poll{second, first})

	w.give(shown, 50, func(c *store.Completion) { c.Donation.PollOption = &fund.Ref{ID: first.Options[0].ID} })
	first.Name, first.Enabled, first.EndsAt, first.UpdatedAt = "n", false, fund.Poll{}.EndsAt, w.at()
	first.Options[0].Name, first.Options[0].UpdatedAt = odd, w.at()
	extra := fund.PollOption{ID: w.id(), PollID: first.ID, PollLegacyID: 1, Name: "new", CreatedAt: w.at(), UpdatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		with := first
		with.Options = append(with.Options[:2:2], extra)
		if err := tx.UpdatePoll(ctx, with); err != nil {
			return err
		}
		return tx.InsertPollOption(ctx, &extra)
	})
	first.Options[0].Raised = 50
	first.Options = append(first.Options, extra)
	same(t, "changed", must.Get(w.s.GetPoll(ctx, fund.Key{ID: first.ID}))(t), first)
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeletePoll(ctx, first.ID) })
	same(t, "kept", must.Get(w.s.GetPoll(ctx, fund.Key{ID: first.ID}))(t), first)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeletePoll(ctx, unseen.ID) })
	missing[fund.Poll](t, "deleted")(w.s.GetPoll(ctx, fund.Key{ID: unseen.ID}))
	missing[fund.Poll](t, "option of deleted")(w.s.GetPollByOption(ctx, fund.Key{ID: unseen.Options[0].ID}))
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertPoll(ctx, &fund.Poll{ID: w.id(), FactID: w.id()})
	})
}

func testTargets(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	ends := w.at()
	shown := w.campaign(cause, ann, "shown", func(f *fund.Fact) { f.EndsAt = ends })
	secret := w.campaign(cause, ann, "secret", hidden)
	full := fund.Target{
		ID: w.id(), FactID: shown.ID, FactLegacyID: shown.LegacyID, Currency: shown.Currency, FactEndsAt: ends, Name: odd, Amount: money.Max, Enabled: true,
		ActivatesAt: w.at(), EndsAt: w.at(), CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	unseen := fund.Target{ID: w.id(), FactID: secret.ID, FactLegacyID: secret.LegacyID, Currency: secret.Currency, CreatedAt: w.at(), UpdatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertTarget(ctx, &full); err != nil {
			return err
		}
		return tx.InsertTarget(ctx, &unseen)
	})
	for _, key := range []fund.Key{{ID: full.ID}, {LegacyID: full.LegacyID}} {
		same(t, "target by "+key.String(), must.Get(w.s.GetTarget(ctx, key))(t), full)
	}
	same(t, "of a fact", must.Get(w.s.ListTargets(ctx, secret.ID, page(9)))(t), []fund.Target{unseen})
	same(t, "of all", must.Get(w.s.ListTargets(ctx, fund.ID{}, page(9)))(t), []fund.Target{full})

	w.give(shown, 7, func(c *store.Completion) { c.Donation.Target = &fund.Ref{ID: full.ID} })
	filled := full
	full.Name, full.Amount, full.Enabled, full.UpdatedAt = "", 0, false, w.at()
	full.ActivatesAt, full.EndsAt = fund.Target{}.EndsAt, fund.Target{}.EndsAt
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTarget(ctx, full) })
	full.Raised = 7
	same(t, "changed", must.Get(w.s.GetTarget(ctx, fund.Key{ID: full.ID}))(t), full)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTarget(ctx, filled) })
	filled.Raised = 7
	same(t, "filled in again", must.Get(w.s.GetTarget(ctx, fund.Key{ID: full.ID}))(t), filled)
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteTarget(ctx, full.ID) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteTarget(ctx, unseen.ID) })
	missing[fund.Target](t, "deleted")(w.s.GetTarget(ctx, fund.Key{ID: unseen.ID}))
}

func testRewards(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	shown, secret := w.campaign(cause, ann, "shown"), w.campaign(cause, ann, "secret", hidden)
	full := fund.Reward{
		ID: w.id(), FactID: shown.ID, FactLegacyID: shown.LegacyID, Name: odd, Description: odd, Amount: money.Max,
		Currency: "JPY", Kind: fund.RewardPhysical, Quantity: ptr(int64(math.MaxInt64)), FairMarketValue: ptr(int64(0)),
		ShippingAddressRequired: true, ShippingNote: "n", CustomQuestion: "q", Image: "i", Enabled: true,
		AlwaysActive: true, StartsAt: w.at(), EndsAt: w.at(), ActivatedAt: w.at(), DeactivatedAt: w.at(),
		RetiredAt: w.at(), CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	unseen := fund.Reward{ID: w.id(), FactID: secret.ID, FactLegacyID: secret.LegacyID, CreatedAt: w.at(), UpdatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertReward(ctx, &full); err != nil {
			return err
		}
		return tx.InsertReward(ctx, &unseen)
	})
	for _, key := range []fund.Key{{ID: full.ID}, {LegacyID: full.LegacyID}} {
		same(t, "reward by "+key.String(), must.Get(w.s.GetReward(ctx, key))(t), full)
	}
	same(t, "of a fact", must.Get(w.s.ListRewards(ctx, secret.ID, page(9)))(t), []fund.Reward{unseen})
	same(t, "of all", must.Get(w.s.ListRewards(ctx, fund.ID{}, page(9)))(t), []fund.Reward{full})

	w.give(shown, 7, func(c *store.Completion) {
		c.Donation.Claims = []fund.Claim{{ID: w.id(), Reward: fund.Ref{ID: full.ID}, Quantity: 2}}
	})
	changed := unseen
	changed.ID, changed.LegacyID, changed.FactID, changed.FactLegacyID = full.ID, full.LegacyID, shown.ID, shown.LegacyID
	changed.CreatedAt, changed.UpdatedAt = full.CreatedAt, w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateReward(ctx, changed) })
	changed.Claimed = 2
	same(t, "changed", must.Get(w.s.GetReward(ctx, fund.Key{ID: full.ID}))(t), changed)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateReward(ctx, full) })
	full.Claimed = 2
	same(t, "filled in again", must.Get(w.s.GetReward(ctx, fund.Key{ID: full.ID}))(t), full)
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteReward(ctx, full.ID) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteReward(ctx, unseen.ID) })
	missing[fund.Reward](t, "deleted")(w.s.GetReward(ctx, fund.Key{ID: unseen.ID}))
}

func testMilestones(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	fact, other := w.campaign(cause, ann, "fact", inYen), w.campaign(cause, ann, "other")
	var all []fund.Milestone
	for i, amount := range []int64{300, 100, 300, 200} {
		m := fund.Milestone{
			ID: w.id(), FactID: fact.ID, FactLegacyID: fact.LegacyID, Currency: fact.Currency, Name: odd, Amount: amount, Enabled: i == 0,
			CreatedAt: w.at(), UpdatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertMilestone(ctx, &m) })
		all = append(all, m)
	}
	same(t, "by amount", must.Get(w.s.ListMilestones(ctx, store.MilestoneFilter{Fact: fact.ID}, fund.Page{Limit: 100, Order: fund.OldestFirst}))(t), []fund.Milestone{all[1], all[3], all[0], all[2]})
	same(t, "of another", len(must.Get(w.s.ListMilestones(ctx, store.MilestoneFilter{Fact: other.ID}, fund.Page{Limit: 100, Order: fund.OldestFirst}))(t)), 0)

	all[1].Name, all[1].Amount, all[1].Enabled, all[1].ReachedAt, all[1].UpdatedAt = "n", 400, true, w.at(), w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.UpdateMilestone(ctx, all[1]); err != nil {
			return err
		}
		return tx.DeleteMilestone(ctx, all[3].ID)
	})
	same(t, "changed", must.Get(w.s.ListMilestones(ctx, store.MilestoneFilter{Fact: fact.ID}, fund.Page{Limit: 100, Order: fund.OldestFirst}))(t), []fund.Milestone{all[0], all[2], all[1]})
}

func testIncentives(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	event, other := w.event(cause, "event"), w.event(cause, "other")
	var all []fund.Incentive
	for _, e := range []fund.FundraisingEvent{event, other, event} {
		i := fund.Incentive{
			ID: w.id(), EventID: e.ID, EventLegacyID: e.LegacyID, Title: odd, Description: "d", Image: "i", CreatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertIncentive(ctx, &i) })
		all = append(all, i)
	}
	same(t, "of an event", must.Get(w.s.ListIncentives(ctx, event.ID))(t), []fund.Incentive{all[2], all[0]})
	same(t, "of nothing", len(must.Get(w.s.ListIncentives(ctx, w.id()))(t)), 0)
}

func testSchedule(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	fact, other := w.campaign(cause, ann, "fact"), w.campaign(cause, ann, "other")
	var all []fund.ScheduleItem
	for _, starts := range []int{2, 1, 2} {
		i := fund.ScheduleItem{
			ID: w.id(), FactID: fact.ID, FactLegacyID: fact.LegacyID, Name: odd, Description: "d",
			StartsAt: start.AddDate(0, starts, 0), EndsAt: w.at(), CreatedAt: w.at(), UpdatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertScheduleItem(ctx, &i) })
		all = append(all, i)
	}
	same(t, "by time", must.Get(w.s.ListSchedule(ctx, fact.ID, fund.Page{Limit: 100, Order: fund.OldestFirst}))(t), []fund.ScheduleItem{all[1], all[0], all[2]})
	same(t, "of another", len(must.Get(w.s.ListSchedule(ctx, other.ID, fund.Page{Limit: 100, Order: fund.OldestFirst}))(t)), 0)
	for _, key := range []fund.Key{{ID: all[2].ID}, {LegacyID: all[2].LegacyID}} {
		same(t, "item by "+key.String(), must.Get(w.s.GetScheduleItem(ctx, key))(t), all[2])
	}
	all[2].Name, all[2].Description, all[2].StartsAt, all[2].EndsAt = "", "", start, fund.ScheduleItem{}.EndsAt
	all[2].UpdatedAt = w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.UpdateScheduleItem(ctx, all[2]); err != nil {
			return err
		}
		return tx.DeleteScheduleItem(ctx, all[0].ID)
	})
	same(t, "changed", must.Get(w.s.ListSchedule(ctx, fact.ID, fund.Page{Limit: 100, Order: fund.OldestFirst}))(t), []fund.ScheduleItem{all[2], all[1]})
	missing[fund.ScheduleItem](t, "deleted")(w.s.GetScheduleItem(ctx, fund.Key{ID: all[0].ID}))
}
