package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// refund returns part of a donation's money.
func (w *world) refund(d fund.Donation, amount int64) (back fund.Donation, err error) {
	err = w.s.Write(w.tb.Context(), d.CauseID, func(ctx context.Context, tx *store.Tx) (err error) {
		back, err = tx.Refund(ctx, d.ID, amount)
		return err
	})
	return back, err
}

// clean requires an audit without differences.
func (w *world) clean() {
	w.tb.Helper()
	report := must.Get(w.s.Audit(w.tb.Context()))(w.tb)
	if len(report.Differences) > 0 || report.Behind > 0 {
		w.tb.Errorf("got %v, %d behind, want a clean audit", report.Differences, report.Behind)
	}
}

func testRefunds(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, red := w.cause("cause"), w.user("ann"), w.team("red")
	event := w.event(cause, "event")
	fact := w.campaign(cause, ann, "fact", in(event), forTeam(red))
	poll := fund.Poll{ID: w.id(), FactID: fact.ID, Name: "poll", Options: []fund.PollOption{{ID: w.id(), Name: "yes"}}}
	target := fund.Target{ID: w.id(), FactID: fact.ID, Name: "target", Enabled: true}
	mug := fund.Reward{ID: w.id(), FactID: fact.ID, Name: "mug", Currency: "USD"}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertPoll(ctx, &poll); err != nil {
			return err
		}
		if err := tx.InsertTarget(ctx, &target); err != nil {
			return err
		}
		return tx.InsertReward(ctx, &mug)
	})
	d := w.give(fact, 1000, func(c *store.Completion) {
		c.USD = 333 // does not divide by 1000
		c.Donation.DonorID, c.Donation.Name = w.id(), "Ada"
		c.Donation.PollOption, c.Donation.Target = &fund.Ref{ID: poll.Options[0].ID}, &fund.Ref{ID: target.ID}
		c.Donation.Claims = []fund.Claim{{ID: w.id(), Reward: fund.Ref{ID: mug.ID}, Quantity: 2}}
	})
	w.give(fact, 50)
	totals := func(wantFact, wantVoice, wantClaimed, wantUSD int64) {
		t.Helper()
		got := []int64{
			w.read(fact.ID).Raised, w.read(event.ID).Supported, w.read(cause.ID).Supported,
			must.Get(w.s.GetPoll(ctx, fund.Key{ID: poll.ID}))(t).Options[0].Raised, must.Get(w.s.GetTarget(ctx, fund.Key{ID: target.ID}))(t).Raised,
			must.Get(w.s.GetReward(ctx, fund.Key{ID: mug.ID}))(t).Claimed,
			must.Get(w.s.GetUser(ctx, fund.Key{ID: ann.ID}))(t).RaisedUSD, must.Get(w.s.GetTeam(ctx, fund.Key{ID: red.ID}))(t).RaisedUSD,
		}
		same(t, "totals", got, []int64{wantFact, wantFact, wantFact, wantVoice, wantVoice, wantClaimed, wantUSD, wantUSD})
		w.clean()
	}
	totals(1050, 1000, 2, 383)

	for _, amount := range []int64{0, -1, 1001} {
		_, err := w.refund(d, amount)
		same(t, "fields of a wrong refund", len(fault.From(err).Fields), 1)
	}
	part := must.Get(w.refund(d, 400))(t)
	if part.State != fund.DonationPartiallyRefunded || part.Net() != 600 || part.Amount != 1000 || !part.UpdatedAt.After(d.CompletedAt) {
		t.Errorf("got %s, want a partial refund that leaves 600", show(part))
	}
	totals(650, 600, 2, 50+333*600/1000) // the claims stay
	same(t, "list", len(must.Get(w.s.ListDonations(ctx, store.DonationFilter{Fact: fact.ID}, page(9)))(t)), 2)
	if _, err := w.refund(d, 601); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v, want that no more goes back than is left", err)
	}
	full := must.Get(w.refund(d, 600))(t)
	same(t, "state", full.State, fund.DonationRefunded)
	totals(50, 0, 0, 50)
	same(t, "list", len(must.Get(w.s.ListDonations(ctx, store.DonationFilter{Fact: fact.ID}, page(9)))(t)), 1)
	if _, err := w.refund(d, 1); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want a conflict: nothing is left", err)
	}
	place := must.Get(w.s.FindRank(ctx, store.DonationFilter{Fact: fact.ID}, d.LegacyID))(t)
	same(t, "place in the list", place, fund.Cursor{At: d.CompletedAt, ID: d.ID})

	w.catchUp()
	board := store.BoardFilter{Fact: cause.ID, Board: fund.BoardDonor, Period: fund.PeriodAll}
	if got := must.Get(w.s.Leaderboard(ctx, board, page(9)))(t); len(got) != 1 || got[0].Raised != 50 {
		t.Errorf("got %s, want the other donor alone", show(got))
	}
	w.clean()
}

func testRefundEvents(t *testing.T, w *world) {
	cause, ann := w.cause("cause"), w.user("ann")
	fact := w.campaign(cause, ann, "fact")
	d := w.give(fact, 10)
	must.Get(w.refund(d, 4))(t)
	events := must.Get(w.s.EventsAfter(t.Context(), 0, 9))(t)
	for i, want := range []struct {
		topic  fund.Topic
		amount int64
	}{{fund.TopicDonationCompleted, 10}, {fund.TopicDonationRefunded, -4}} {
		e := events[i]
		if e.Topic != want.topic || e.Amount != want.amount || e.Subject != d.ID {
			t.Errorf("got %s, want %s of %d", show(e), want.topic, want.amount)
		}
		same(t, "facts", e.Facts, []fund.ID{fact.ID, cause.ID, ann.ID})
	}
}

// testRefundRaces refunds the same money from many goroutines.
func testRefundRaces(t *testing.T, w *world) {
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	d := w.give(fact, 100)
	var back atomic.Int64
	var wg sync.WaitGroup
	for range 12 {
		id := w.id()
		wg.Go(func() {
			if _, err := w.refund(d, 30); err == nil {
				back.Add(30)
			} else if !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v, want a refund, or that too little is left", err)
			}
		})
		wg.Go(func() {
			c := store.Completion{USD: 1, Donation: fund.Donation{
				ID: id, Fact: fund.Ref{ID: fact.ID}, CauseID: cause.ID, Amount: 1, Currency: "USD",
			}}
			if _, err := w.s.Complete(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	same(t, "given back", back.Load(), int64(90))
	same(t, "raised", w.read(fact.ID).Raised, int64(100-90+12))
	w.clean()
}

func testMatches(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	other := w.campaign(cause, w.user("bob"), "other", supporting(fact))
	w.give(fact, 7, at(start.Add(-time.Hour)))
	early := w.give(fact, 100, at(start))
	m := fund.DonationMatch{
		ID: w.id(), DonationID: w.id(), FactID: fact.ID, FactLegacyID: fact.LegacyID, Type: fund.MatchAmount, MatchedBy: odd, Pledged: 150, Currency: "USD",
		StartsAt: start, EndsAt: start.AddDate(5, 0, 0), CreatedAt: start, UpdatedAt: start,
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertMatch(ctx, m) })
	wantMatch := func(raised int64) fund.DonationMatch {
		t.Helper()
		got := must.Get(w.s.GetMatch(ctx, m.ID))(t)
		same(t, "raised of the match", got.Raised, raised)
		w.clean()
		return got
	}
	same(t, "what was raised when the match began", wantMatch(100).StartedAt, int64(7))
	counted := w.give(fact, 20, at(start.Add(time.Minute)))
	w.give(other, 1000, at(start.Add(time.Minute))) // only direct donations to the fact count
	same(t, "matches of the donation", must.Get(w.s.GetDonation(ctx, fund.Key{ID: counted.ID}))(t).Matches, []fund.DonationMatch{wantMatch(120)})
	listed := must.Get(w.s.ListDonations(ctx, store.DonationFilter{Fact: fact.ID}, page(9)))(t)
	same(t, "matches in the list", []int{len(listed[0].Matches), len(listed[1].Matches), len(listed[2].Matches)}, []int{1, 1, 0})

	must.Get(w.refund(counted, 5))(t)
	m = wantMatch(115)
	m.EndsAt = start.Add(time.Second) // the second donation and its refund were later
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateMatch(ctx, m) })
	wantMatch(100)
	must.Get(w.refund(early, 1))(t)
	wantMatch(99) // a refund after the window still counts, because the matcher has not paid
	m.EndsAt = start.AddDate(5, 0, 0)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateMatch(ctx, m) })
	m = wantMatch(114)

	donation := store.Completion{USD: 114, Entry: fund.EntryMatch, Donation: fund.Donation{
		ID: m.DonationID, Fact: fund.Ref{ID: fact.ID}, CauseID: cause.ID, Amount: m.Amount(), Currency: "USD", Name: odd, IsMatch: true,
	}}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.LockChain(ctx, fact.ID); err != nil {
			return err
		}
		return tx.EndMatch(ctx, m, &donation)
	})
	ended, made := wantMatch(114), must.Get(w.s.GetDonation(ctx, fund.Key{ID: donation.Donation.ID}))(t)
	if ended.DonationID != made.ID || !ended.CompletedAt.Equal(made.CompletedAt) || !made.IsMatch || len(made.Matches) != 0 {
		t.Errorf("got %s and %s, want the donation of the matcher, which counts for no match", show(ended), show(made))
	}
	same(t, "raised", w.read(fact.ID).Raised, int64(7+99+15+114))
	must.Get(w.refund(early, 9))(t)
	w.give(fact, 3)
	wantMatch(114) // what comes after the end changes nothing
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.EndMatch(ctx, ended, nil) })

	m.ID, m.DonationID, m.EndsAt = w.id(), w.id(), start.AddDate(5, 0, 0)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertMatch(ctx, m) })
	wantMatch(90 + 15 + 3) // a matcher's donation is not matched again
}
