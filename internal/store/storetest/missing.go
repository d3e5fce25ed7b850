package storetest

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// testLegacyIDs proves that each space counts separately, and that a refused write leaves no gap.
func testLegacyIDs(t *testing.T, w *world) {
	cause, ann := w.cause("cause"), w.user("ann")
	event := w.event(cause, "event")
	one := w.campaign(cause, ann, "one")
	w.taken("slug", func(ctx context.Context, tx *store.Tx) error {
		again := one
		again.ID = w.id()
		return tx.InsertFact(ctx, &again)
	})
	two := w.campaign(cause, ann, "two", forTeam(w.team("red")), func(f *fund.Fact) { f.Kind = fund.KindTeamCampaign })
	house := w.campaign(cause, ann, "house", func(f *fund.Fact) { f.Kind = fund.KindAuctionHouse })
	same(t, "cause, event, campaign, team campaign, auction house",
		[]int64{cause.LegacyID, event.LegacyID, one.LegacyID, two.LegacyID, house.LegacyID}, []int64{1, 1, 1, 2, 1})
}

// testMissing asks for missing rows in every way that a caller can.
func testMissing(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	for _, key := range []fund.Key{{}, {ID: w.id()}, {LegacyID: 99}, {LegacyID: -1}, {Slug: "nobody"}} {
		name := "key " + key.String()
		missing[fund.Fact](t, "fact by "+name)(w.s.GetFact(ctx, store.FactKey{Key: key}))
		missing[fund.Cause](t, "cause by "+name)(w.s.GetCause(ctx, key))
		missing[fund.FundraisingEvent](t, "event by "+name)(w.s.GetFundraisingEvent(ctx, key))
		missing[fund.User](t, "user by "+name)(w.s.GetUser(ctx, key))
		missing[fund.Team](t, "team by "+name)(w.s.GetTeam(ctx, key))
		missing[fund.Poll](t, "poll by "+name)(w.s.GetPoll(ctx, key))
		missing[fund.Poll](t, "poll by option, "+name)(w.s.GetPollByOption(ctx, key))
		missing[fund.Target](t, "target by "+name)(w.s.GetTarget(ctx, key))
		missing[fund.Reward](t, "reward by "+name)(w.s.GetReward(ctx, key))
		missing[fund.ScheduleItem](t, "schedule item by "+name)(w.s.GetScheduleItem(ctx, key))
		missing[fund.Registration](t, "registration by "+name)(w.s.GetRegistration(ctx, cause.ID, key))
		missing[fund.Donation](t, "donation by "+name)(w.s.GetDonation(ctx, key))
	}
	missing[fund.Token](t, "token")(w.s.GetToken(ctx, []byte{1}))
	missing[fund.Application](t, "application")(w.s.GetApplication(ctx, w.id()))
	if _, _, err := w.s.GetApplicationByClientID(ctx, "nobody"); !fault.Is(err, fault.NotFound) {
		t.Errorf("application by client id: got %v, want a not-found fault", err)
	}

	id := w.id()
	fact := w.fact(fund.KindCampaign, "lost")
	fact.Cause = cause.Cause
	for name, change := range map[string]func(context.Context, *store.Tx) error{
		"update fact":  func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, fact) },
		"update cause": func(ctx context.Context, tx *store.Tx) error { return tx.UpdateCause(ctx, fund.Cause{Fact: fact}) },
		"update event": func(ctx context.Context, tx *store.Tx) error {
			return tx.UpdateFundraisingEvent(ctx, fund.FundraisingEvent{Fact: fact})
		},
		"update user": func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, fund.User{ID: id}) },
		"update team": func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTeam(ctx, fund.Team{ID: id}) },
		"update poll": func(ctx context.Context, tx *store.Tx) error { return tx.UpdatePoll(ctx, fund.Poll{ID: id}) },
		"update option": func(ctx context.Context, tx *store.Tx) error {
			return tx.UpdatePollOption(ctx, fund.PollOption{ID: id})
		},
		"update target": func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTarget(ctx, fund.Target{ID: id}) },
		"update reward": func(ctx context.Context, tx *store.Tx) error { return tx.UpdateReward(ctx, fund.Reward{ID: id}) },
		"update schedule": func(ctx context.Context, tx *store.Tx) error {
			return tx.UpdateScheduleItem(ctx, fund.ScheduleItem{ID: id})
		},
		"update milestone": func(ctx context.Context, tx *store.Tx) error {
			return tx.UpdateMilestone(ctx, fund.Milestone{ID: id})
		},
		"update registration": func(ctx context.Context, tx *store.Tx) error {
			return tx.UpdateRegistration(ctx, fund.Registration{ID: id})
		},
		"delete fact":         func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, id) },
		"delete poll":         func(ctx context.Context, tx *store.Tx) error { return tx.DeletePoll(ctx, id) },
		"delete target":       func(ctx context.Context, tx *store.Tx) error { return tx.DeleteTarget(ctx, id) },
		"delete reward":       func(ctx context.Context, tx *store.Tx) error { return tx.DeleteReward(ctx, id) },
		"delete schedule":     func(ctx context.Context, tx *store.Tx) error { return tx.DeleteScheduleItem(ctx, id) },
		"delete milestone":    func(ctx context.Context, tx *store.Tx) error { return tx.DeleteMilestone(ctx, id) },
		"delete registration": func(ctx context.Context, tx *store.Tx) error { return tx.DeleteRegistration(ctx, id) },
	} {
		if err := w.s.Write(ctx, fund.ID{}, change); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want a not-found fault", name, err)
		}
	}
}
