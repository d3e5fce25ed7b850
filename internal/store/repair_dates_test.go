package store_test

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testclock"
	"github.com/almoner/almoner/internal/testcost"
)

// wronged is an appeal whose server has a clock that jumps.
type wronged struct {
	*appeal
	s     *store.Store
	clock *testclock.Clock
	now   time.Time
	// given are the donations that came without a payment, which can be refunded by hand.
	given []fund.ID
}

func (w *wronged) donation(amount int64) store.Completion {
	c := w.appeal.donation(amount)
	id, err := fund.NewID(w.clock.Now(), rand.Reader)
	if err != nil {
		panic(err)
	}
	c.Donation.ID = id
	return c
}

// order lists the donations of the cause, oldest first.
func (w *wronged) order(t must.Test) (ids []fund.ID, last time.Time) {
	page := must.Get(w.s.ListDonations(context.Background(), store.DonationFilter{Cause: w.cause.ID}, fund.Page{Limit: fund.MaxPage, Order: fund.OldestFirst}))(t)
	for _, d := range page {
		ids, last = append(ids, d.ID), d.CompletedAt
	}
	return ids, last
}

// steps are what can happen between jumps of the clock.
func (w *wronged) steps() map[string]func(*rapid.T) {
	ctx := context.Background()
	begin := func(t *rapid.T) {
		d := must.Get(w.s.Begin(ctx, store.PendingDonation{Completion: w.donation(500), Payment: fund.Payment{Provider: "fake", DueAt: w.now.Add(time.Hour)}}))(t)
		w.pass(t)
		p := must.Get(w.s.GetPayment(ctx, d.ID))(t)
		must.Do(t, w.s.Settle(ctx, store.Settlement{Payment: p, Reported: fund.PaymentState{Status: fund.PaymentPaid, Paid: 500, Currency: "USD"}}))
	}
	return map[string]func(*rapid.T){
		"jump": func(t *rapid.T) {
			ahead := time.Duration(rapid.IntRange(-100, 100).Draw(t, "hours")) * time.Hour
			w.clock.Advance(w.now.Add(ahead).Sub(w.clock.Now()))
		},
		"give": func(t *rapid.T) {
			w.pass(t)
			w.given = append(w.given, must.Get(w.s.Complete(ctx, w.donation(rapid.Int64Range(1, 1000).Draw(t, "amount"))))(t).ID)
		},
		"pay": begin,
		"match": func(t *rapid.T) {
			from := w.clock.Now().Add(time.Duration(rapid.IntRange(-50, 50).Draw(t, "from")) * time.Hour)
			m := fund.DonationMatch{
				ID: newID(), DonationID: newID(), FactID: w.solo.ID, Type: fund.MatchAll, MatchedBy: "Bo", Pledged: 10_000, Currency: "USD",
				StartsAt: from, EndsAt: from.Add(24 * time.Hour), CreatedAt: w.clock.Now(), UpdatedAt: w.clock.Now(),
			}
			must.Do(t, w.s.Write(ctx, w.cause.ID, func(ctx context.Context, tx *store.Tx) error {
				if err := tx.LockChain(ctx, w.solo.ID); err != nil {
					return err
				}
				if err := tx.InsertMatch(ctx, m); err != nil || rapid.Bool().Draw(t, "open") {
					return err
				}
				return tx.EndMatch(ctx, m, nil)
			}))
		},
		"refund": func(t *rapid.T) {
			if len(w.given) == 0 {
				t.Skip("nothing to refund")
			}
			id := rapid.SampledFrom(w.given).Draw(t, "donation")
			w.pass(t)
			must.Do(t, w.s.Write(ctx, w.cause.ID, func(ctx context.Context, tx *store.Tx) error {
				d, err := tx.GetDonation(ctx, fund.Key{ID: id})
				if err != nil || d.Net() == 0 {
					return err
				}
				_, err = tx.Refund(ctx, id, rapid.Int64Range(1, d.Net()).Draw(t, "back"))
				return err
			}))
		},
	}
}

// pass lets time go by.
func (w *wronged) pass(t *rapid.T) {
	d := time.Duration(rapid.IntRange(0, 7200).Draw(t, "seconds")) * time.Second
	w.now = w.now.Add(d)
	w.clock.Advance(d)
}

// TestDatesAreRepairedWhateverTheClockDid lets the clock jump between donations, matches and refunds. Once it is right, no
// date is ahead of it, donations keep their order, and what comes next has the present time.
func TestDatesAreRepairedWhateverTheClockDid(t *testing.T) {
	testcost.SkipRace(t)
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := testclock.At(epoch)
			var s *store.Store
			now, runs := epoch, 0
			rapid.Check(t, func(rt *rapid.T) {
				switch runs++; {
				case name == "sqlite":
					// A database of its own: in one that grows, each run would look through what all runs before it left.
					s = storetest.OpenAt(rt, url(t), store.Options{Now: clock.Now})
				case runs == 1:
					s = open(t, url(t), store.Options{Now: clock.Now})
				case runs > runsOnPostgres:
					return
				}
				w := &wronged{appeal: newAppeal(t, s, 1), s: s, clock: clock, now: now}
				rt.Repeat(w.steps())
				clock.Advance(w.now.Sub(clock.Now()))
				w.check(rt)
				now = w.now.Add(time.Hour)
				clock.Advance(time.Hour)
			})
		})
	}
}

func (w *wronged) check(t *rapid.T) {
	ctx := context.Background()
	for must.Get(w.s.FoldHours(ctx))(t).Events > 0 {
	}
	before, last := w.order(t)
	planned := must.Get(w.s.RepairDates(ctx, store.DatesRepair{DryRun: true}))(t)
	if got, at := w.order(t); !slices.Equal(got, before) || !at.Equal(last) {
		t.Fatalf("a dry run changed %v to %v", before, got)
	}
	done := must.Get(w.s.RepairDates(ctx, store.DatesRepair{}))(t)
	if !slices.Equal(done.Donations, planned.Donations) || done.Entries != planned.Entries {
		t.Errorf("got %+v, want what the dry run said: %+v", done, planned)
	}
	if after, _ := w.order(t); !slices.Equal(after, before) {
		t.Errorf("got the order %v, want %v", after, before)
	}
	// So many in one instant follow each other by a microsecond.
	latest := w.now.Add(time.Millisecond)
	if at := must.Get(w.s.LastDonation(ctx))(t); at.After(latest) {
		t.Errorf("the last donation is at %s, ahead of %s", at, w.now)
	}
	w.wantNoDatesAhead(t, latest)
	w.wantReceiptsDated(t)
	if again := must.Get(w.s.RepairDates(ctx, store.DatesRepair{}))(t); len(again.Donations) > 0 && again.Donations[0].From.After(latest) {
		t.Errorf("got %+v the second time", again)
	}
	report := must.Get(w.s.Audit(ctx))(t)
	if len(report.Differences) > 0 || report.Behind > 0 {
		t.Errorf("got %+v, want a clean audit", report)
	}
	w.clock.Advance(time.Second)
	next := must.Get(w.s.Complete(ctx, w.donation(1)))(t)
	if !next.CompletedAt.Equal(w.clock.Now()) {
		t.Errorf("the next donation is at %s, want now, %s", next.CompletedAt, w.clock.Now())
	}
	w.now = w.clock.Now()
}

// wantReceiptsDated wants the valid receipts of payments to state when their money came.
func (w *wronged) wantReceiptsDated(t interface {
	must.Test
	Errorf(format string, args ...any)
},
) {
	ctx := context.Background()
	ids, _ := w.order(t)
	for _, id := range ids {
		d := must.Get(w.s.GetDonation(ctx, fund.Key{ID: id}))(t)
		for _, r := range must.Get(w.s.ListIssuedReceipts(ctx, id))(t) {
			if r.Valid() && !r.Facts.PaidAt.Equal(d.CompletedAt) {
				t.Errorf("receipt %d is valid, and says %s of a donation of %s", r.Number, r.Facts.PaidAt, d.CompletedAt)
			}
		}
	}
}

func (w *wronged) wantNoDatesAhead(t *rapid.T, latest time.Time) {
	for _, of := range []string{
		"ledger.at", "donations.completed_at", "donations.created_at", "donations.updated_at", "receipts.issued_at", "mails.due_at", "mails.created_at",
		"donation_matches.completed_at", "milestones.reached_at",
	} {
		if n := store.CountAfter(w.s, of, latest); n > 0 {
			t.Errorf("%d of %s are ahead of now", n, of)
		}
	}
}

// TestDatesComeFromTheBestSource has one payment of which the provider says when it was made, one of which only its event
// here is dated right, one that was begun at the right time, and a donation in cash of a wrong time altogether.
func TestDatesComeFromTheBestSource(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := testclock.At(epoch)
			s := open(t, url(t), store.Options{Now: clock.Now})
			w := &wronged{appeal: newAppeal(t, s, 1), s: s, clock: clock, now: epoch}
			ctx := t.Context()
			var begun []fund.ID
			for range 3 {
				clock.Advance(time.Minute)
				d := must.Get(s.Begin(ctx, store.PendingDonation{Completion: w.donation(500), Payment: fund.Payment{Provider: "fake", DueAt: epoch.Add(time.Hour)}}))(t)
				begun = append(begun, d.ID)
			}
			clock.Advance(100 * time.Hour)
			cash := must.Get(s.Complete(ctx, w.donation(1)))(t)
			for _, id := range begun {
				p := must.Get(s.GetPayment(ctx, id))(t)
				must.Do(t, s.Settle(ctx, store.Settlement{Payment: p, Reported: fund.PaymentState{Status: fund.PaymentPaid, Paid: 500, Currency: "USD"}}))
			}
			clock.Advance(-99 * time.Hour)
			event := func(n byte, donation fund.ID, topic string, received time.Time) {
				must.Do(t, s.SaveProviderEvent(ctx, fund.ProviderEvent{
					ID: fund.ID{n}, Provider: "fake", EventID: string(rune('a' + n)), Topic: topic, DonationID: donation, Header: "{}", Body: []byte("{}"), ReceivedAt: received,
				}))
			}
			event(1, begun[0], "paid", epoch.Add(200*time.Hour))
			event(2, begun[1], "late", epoch.Add(30*time.Minute))
			event(3, begun[2], "other", epoch.Add(40*time.Minute))
			paidAt := func(e fund.ProviderEvent) time.Time {
				return map[string]time.Time{"paid": epoch.Add(20 * time.Minute), "late": epoch.Add(200 * time.Hour)}[e.Topic]
			}
			done := must.Get(s.RepairDates(ctx, store.DatesRepair{PaidAt: paidAt}))(t)
			const tick = time.Microsecond
			want := []struct {
				donation fund.ID
				after    time.Duration
				source   string
			}{
				{cash.ID, 20*time.Minute - tick, store.DatedByOrder}, {begun[0], 20 * time.Minute, store.DatedByProvider},
				// The third was begun before the second came, and stays after it.
				{begun[1], 30 * time.Minute, store.DatedByReceipt}, {begun[2], 30*time.Minute + tick, store.DatedByBeginning},
			}
			if len(done.Donations) != len(want) {
				t.Fatalf("got %+v, want %d donations", done.Donations, len(want))
			}
			for i, w := range want {
				if got := done.Donations[i]; got.Donation != w.donation || !got.To.Equal(epoch.Add(w.after)) || got.Source != w.source {
					t.Errorf("%d: got %+v, want %s at %s by %s", i, got, w.donation, epoch.Add(w.after), w.source)
				}
			}
			w.wantReceiptsDated(t)
			if all := must.Get(s.ListIssuedReceipts(ctx, begun[0]))(t); len(all) != 2 || all[0].Void != fund.VoidRedated || all[1].Facts.Replaces != all[0].Number {
				t.Errorf("got the receipts %+v, want the wrong one void, and one in its place", all)
			}
			wantClean(t, s)
		})
	}
}
