package storetest

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func testDonations(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	event := w.event(cause, "event")
	fact := w.campaign(cause, ann, "fact", in(event))
	poll := fund.Poll{ID: w.id(), FactID: fact.ID, Name: "poll", Options: []fund.PollOption{{ID: w.id(), Name: odd}}}
	target := fund.Target{ID: w.id(), FactID: fact.ID, Name: "target", Enabled: true}
	rewards := []fund.Reward{{ID: w.id(), FactID: fact.ID, Name: "mug"}, {ID: w.id(), FactID: fact.ID, Name: odd}}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, err := range []error{
			tx.InsertPoll(ctx, &poll), tx.InsertTarget(ctx, &target),
			tx.InsertReward(ctx, &rewards[0]), tx.InsertReward(ctx, &rewards[1]),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	full := w.give(fact, 1234, at(start), func(c *store.Completion) {
		d := &c.Donation
		d.Name, d.Comment, d.Email, d.Anonymous, d.Sustained = odd, odd, "donor@example.org", true, true
		d.PollOption, d.Target, d.CreatedAt = &fund.Ref{ID: poll.Options[0].ID}, &fund.Ref{ID: target.ID}, start.Add(-time.Hour)
		for _, r := range rewards {
			d.Claims = append(d.Claims, fund.Claim{ID: w.id(), Reward: fund.Ref{ID: r.ID}, Quantity: 3})
		}
	})
	want := full
	want.Fact, want.FactKind, want.CauseID, want.EventID = *factRef(fact), fund.KindCampaign, cause.ID, event.ID
	want.PollOption = &fund.Ref{ID: poll.Options[0].ID, LegacyID: poll.Options[0].LegacyID, Name: odd}
	want.Poll = &fund.Ref{ID: poll.ID, LegacyID: poll.LegacyID, Name: "poll"}
	want.Target = &fund.Ref{ID: target.ID, LegacyID: target.LegacyID, Name: "target"}
	want.Claims = slices.Clone(full.Claims)
	for i, r := range rewards {
		want.Claims[i].Reward = fund.Ref{ID: r.ID, LegacyID: r.LegacyID, Name: r.Name}
	}
	for _, key := range []fund.Key{{ID: full.ID}, {LegacyID: full.LegacyID}} {
		same(t, "donation by "+key.String(), must.Get(w.s.GetDonation(ctx, key))(t), want)
	}
	bare := w.give(cause.Fact, 1, at(start.Add(time.Second)))
	got := must.Get(w.s.GetDonation(ctx, fund.Key{ID: bare.ID}))(t)
	bare.Fact, bare.FactKind = *factRef(cause.Fact), fund.KindCause
	same(t, "bare donation", got, bare)
	same(t, "of the fact", must.Get(w.s.ListDonations(ctx, store.DonationFilter{Fact: fact.ID}, page(9)))(t), []fund.Donation{want})
	same(t, "newest of the fact", must.Get(w.s.NewestDonations(ctx, fact.ID, 9))(t), []fund.PublicDonation{want.Public()})
	same(t, "of the event", must.Get(w.s.ListDonations(ctx, store.DonationFilter{Event: event.ID}, page(9)))(t), []fund.Donation{want})
	same(t, "of the cause", must.Get(w.s.ListDonations(ctx, store.DonationFilter{Cause: cause.ID}, page(9)))(t), []fund.Donation{bare, want})
	withdrawn := w.campaign(cause, ann, "withdrawn", in(event))
	w.give(withdrawn, 5, at(start.Add(time.Minute)))
	withdrawn = w.read(withdrawn.ID)
	withdrawn.Status = fund.Unpublished
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, withdrawn) })
	for name, c := range map[string]struct {
		store.DonationFilter
		want []fund.PublicDonation
	}{
		"event": {store.DonationFilter{Event: event.ID}, []fund.PublicDonation{want.Public()}},
		"cause": {store.DonationFilter{Cause: cause.ID}, []fund.PublicDonation{bare.Public(), want.Public()}},
	} {
		same(t, "newest within the "+name, must.Get(w.s.NewestDonationsWithin(ctx, c.DonationFilter, 9))(t), c.want)
		same(t, "one within the "+name, must.Get(w.s.NewestDonationsWithin(ctx, c.DonationFilter, 1))(t), c.want[:1])
	}
	both := []fund.ID{fact.ID, w.campaign(cause, ann, "quiet").ID}
	same(t, "donated to since", must.Get(w.s.LastDonated(ctx, both, want.CompletedAt))(t), map[fund.ID]time.Time{fact.ID: want.CompletedAt})
	same(t, "donated to after", must.Get(w.s.LastDonated(ctx, both, want.CompletedAt.Add(time.Microsecond)))(t), map[fund.ID]time.Time{})
}

// newestFirst is the order of all lists of donations.
func newestFirst(a, b fund.Donation) int {
	return cmp.Or(b.CompletedAt.Compare(a.CompletedAt), bytes.Compare(b.ID[:], a.ID[:]))
}

// donated makes many donations to two campaigns, many of them at the same instant, and returns them in the order of a
// list.
func donated(w *world) (facts []fund.Fact, event fund.FundraisingEvent, all []fund.Donation) {
	cause, ann := w.cause("cause"), w.user("ann")
	event = w.event(cause, "event")
	facts = []fund.Fact{w.campaign(cause, ann, "one", in(event)), w.campaign(cause, ann, "two")}
	var completions []store.Completion
	for i := range 60 {
		fact := facts[i%5/3]
		d := fund.Donation{
			ID: w.id(), Fact: fund.Ref{ID: fact.ID}, FactKind: fact.Kind, CauseID: cause.ID, EventID: fact.Event.IDOrZero(),
			Amount: 1, Currency: "USD", CompletedAt: start.Add(time.Duration(i*7%20/2) * time.Microsecond),
		}
		all = append(all, d)
		completions = append(completions, store.Completion{Donation: d, USD: 1, At: d.CompletedAt})
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.CompleteAll(ctx, completions) })
	slices.SortFunc(all, newestFirst)
	return facts, event, all
}

func donationCursor(d fund.Donation) *fund.Cursor { return &fund.Cursor{At: d.CompletedAt, ID: d.ID} }

func donationIDs(all []fund.Donation) []string {
	ids := []string{}
	for _, d := range all {
		ids = append(ids, d.ID.String())
	}
	return ids
}

func testDonationPages(t *testing.T, w *world) {
	ctx := t.Context()
	facts, event, all := donated(w)
	cause := facts[0].Cause.ID

	t.Run("walk to the oldest", func(t *testing.T) {
		var seen []fund.Donation
		for next := page(7); ; next.Before = donationCursor(seen[len(seen)-1]) {
			part := must.Get(w.s.ListDonations(ctx, store.DonationFilter{Cause: cause}, next))(t)
			if seen = append(seen, part...); len(part) == 0 || len(seen) > len(all) {
				break
			}
		}
		same(t, "walk", donationIDs(seen), donationIDs(all))
	})
	t.Run("walk to the newest", func(t *testing.T) {
		seen := all[len(all)-1:]
		for {
			next := fund.Page{Limit: 7, After: donationCursor(seen[0])}
			part := must.Get(w.s.ListDonations(ctx, store.DonationFilter{Cause: cause}, next))(t)
			if len(part) == 0 || len(seen) > len(all) {
				break
			}
			seen = append(part, seen...)
		}
		same(t, "walk", donationIDs(seen), donationIDs(all))
	})
	t.Run("any page", rapid.MakeCheck(func(t *rapid.T) {
		filter := rapid.SampledFrom([]store.DonationFilter{
			{Cause: cause}, {Event: event.ID}, {Fact: facts[0].ID}, {Fact: facts[1].ID},
		}).Draw(t, "filter")
		instant := rapid.Custom(func(t *rapid.T) time.Time {
			return start.Add(time.Duration(rapid.IntRange(-1, 11).Draw(t, "µs")) * time.Microsecond)
		})
		if rapid.Bool().Draw(t, "from") {
			filter.CompletedAfter = instant.Draw(t, "completed after")
		}
		if rapid.Bool().Draw(t, "until") {
			filter.CompletedBefore = instant.Draw(t, "completed before")
		}
		cursor := rapid.Custom(func(t *rapid.T) *fund.Cursor {
			if !rapid.Bool().Draw(t, "set") {
				return nil
			}
			c := donationCursor(rapid.SampledFrom(all).Draw(t, "at"))
			c.ID[15] += byte(rapid.IntRange(0, 1).Draw(t, "beside")) // also places where no donation is
			return c
		})
		asked := fund.Page{
			Limit: rapid.IntRange(1, 70).Draw(t, "limit"), Before: cursor.Draw(t, "before"), After: cursor.Draw(t, "after"),
		}
		got, err := w.s.ListDonations(ctx, filter, asked)
		if err != nil {
			t.Fatalf("list: %v", err)
		}
		if want := modelPage(all, filter, asked); !slices.Equal(donationIDs(got), donationIDs(want)) {
			t.Fatalf("got %v, want %v", donationIDs(got), donationIDs(want))
		}
	}))
}

// modelPage computes what ListDonations should return, the slow way.
func modelPage(all []fund.Donation, filter store.DonationFilter, asked fund.Page) []fund.Donation {
	left := slices.DeleteFunc(slices.Clone(all), func(d fund.Donation) bool {
		place := func(c *fund.Cursor) fund.Donation { return fund.Donation{CompletedAt: c.At, ID: c.ID} }
		return !filter.Fact.IsZero() && d.Fact.ID != filter.Fact || !filter.Event.IsZero() && d.EventID != filter.Event ||
			!filter.CompletedAfter.IsZero() && d.CompletedAt.Before(filter.CompletedAfter) ||
			!filter.CompletedBefore.IsZero() && !d.CompletedAt.Before(filter.CompletedBefore) ||
			asked.Before != nil && newestFirst(d, place(asked.Before)) <= 0 ||
			asked.After != nil && newestFirst(d, place(asked.After)) >= 0
	})
	size := min(asked.Limit, len(left))
	if asked.After != nil {
		return left[len(left)-size:]
	}
	return left[:size]
}

// testNumberPages pages lists that are ordered by legacy id.
func testNumberPages(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, bob := w.cause("cause"), w.user("ann"), w.user("bob")
	want := map[fund.ID][]int64{}
	for i := range 12 {
		owner := []fund.User{ann, bob, ann}[i%3]
		f := w.campaign(cause, owner, string(rune('a'+i)))
		want[owner.ID] = slices.Insert(want[owner.ID], 0, f.LegacyID)
		want[fund.ID{}] = slices.Insert(want[fund.ID{}], 0, f.LegacyID)
	}
	rapid.Check(t, func(t *rapid.T) {
		filter := store.FactFilter{
			Kinds: []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign},
			User:  rapid.SampledFrom([]fund.ID{{}, ann.ID, bob.ID}).Draw(t, "user"),
		}
		cursor := rapid.Custom(func(t *rapid.T) *fund.Cursor {
			if !rapid.Bool().Draw(t, "set") {
				return nil
			}
			return &fund.Cursor{Number: rapid.Int64Range(-1, 14).Draw(t, "number")}
		})
		asked := fund.Page{
			Limit: rapid.IntRange(1, 14).Draw(t, "limit"), Before: cursor.Draw(t, "before"), After: cursor.Draw(t, "after"),
		}
		facts, err := w.s.ListFacts(ctx, filter, asked)
		if err != nil {
			t.Fatalf("list: %v", err)
		}
		model := slices.DeleteFunc(slices.Clone(want[filter.User]), func(n int64) bool {
			return asked.Before != nil && n >= asked.Before.Number || asked.After != nil && n <= asked.After.Number
		})
		if size := min(asked.Limit, len(model)); asked.After != nil {
			model = model[len(model)-size:]
		} else {
			model = model[:size]
		}
		if got := numbers(facts, factNumber); !slices.Equal(got, model) {
			t.Fatalf("got %v, want %v", got, model)
		}
	})
}
