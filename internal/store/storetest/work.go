package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testWork leases rows to two holders.
func testWork(t *testing.T, w *world) {
	ctx := t.Context()
	fact := w.campaign(w.cause("cause"), w.user("ann"), "fact")
	now := start.Add(time.Hour)
	for i, p := range []fund.Payment{w.begin(fact), w.begin(fact), w.begin(fact)} {
		due := start.Add(time.Duration(i+1) * time.Second)
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PostponePayment(ctx, p.DonationID, due) })
	}
	all := must.Get(w.s.DueWork(ctx, fund.WorkPayment, now, 9))(t)
	claim := func(holder string, limit int, done ...fund.Lease) []fund.Lease {
		t.Helper()
		return must.Get(w.s.ClaimWork(ctx, store.WorkClaim{
			Work: fund.WorkPayment, Holder: holder, Now: now, Until: now.Add(time.Minute), Limit: limit, Done: done,
		}))(t)
	}
	lease := func(holder string, id fund.ID, failures int) fund.Lease {
		return fund.Lease{Work: fund.WorkPayment, ID: id, Holder: holder, Until: now.Add(time.Minute), Failures: failures}
	}
	due := func() []fund.ID { return must.Get(w.s.DueWork(ctx, fund.WorkPayment, now, 9))(t) }

	same(t, "those that waited longest", claim("a", 2), []fund.Lease{lease("a", all[0], 0), lease("a", all[1], 0)})
	same(t, "left", due(), all[2:])
	same(t, "the rest", claim("b", 9), []fund.Lease{lease("b", all[2], 0)})
	same(t, "nothing left", claim("b", 9), []fund.Lease(nil))
	n, oldest, err := w.s.CountWork(ctx, fund.WorkPayment, now)
	if err != nil || n != 3 || !oldest.Equal(start.Add(time.Second)) {
		t.Errorf("got %d due since %s, %v, want all three, whoever works on them", n, oldest, err)
	}

	// A holder renews its own only, and not what has expired.
	renew := func(holder string, rows ...fund.ID) {
		t.Helper()
		must.Do(t, w.s.RenewLeases(ctx, store.WorkClaim{Work: fund.WorkPayment, Holder: holder, Now: now, Until: now.Add(time.Minute)}, rows))
	}
	now = now.Add(59 * time.Second)
	renew("a", all...)
	now = now.Add(time.Second)
	renew("b", all...)
	same(t, "not renewed", due(), all[2:])
	same(t, "claimed again", claim("b", 9), []fund.Lease{lease("b", all[2], 0)})

	// One failed and rests, one is done, and the other holder is killed.
	failed := fund.Lease{ID: all[0], Until: now.Add(10 * time.Second), Failures: 3}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PostponePayment(ctx, all[1], time.Time{}) })
	same(t, "resting", claim("a", 9, failed), []fund.Lease(nil))
	now = now.Add(10 * time.Second)
	same(t, "rested", claim("b", 9), []fund.Lease{lease("b", all[0], 3)})
	now = now.Add(50 * time.Second)
	same(t, "of who was killed", claim("a", 9), []fund.Lease{lease("a", all[2], 0)})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PostponePayment(ctx, all[1], start) })
	same(t, "due again", claim("a", 9), []fund.Lease{lease("a", all[1], 0)})

	if err := w.s.DropLeases(ctx, fund.WorkPayment, "a"); err != nil {
		t.Fatal(err)
	}
	same(t, "given back", due(), []fund.ID{all[1], all[2]})
	if err := w.s.DropExpiredLeases(ctx, now.Add(10*time.Second)); err != nil {
		t.Fatal(err)
	}
	same(t, "not expired", due(), []fund.ID{all[1], all[2]})
	if err := w.s.DropExpiredLeases(ctx, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	same(t, "expired", due(), []fund.ID{all[1], all[0], all[2]})
	for _, kind := range fund.Works() {
		if _, err := w.s.ClaimWork(ctx, store.WorkClaim{Work: kind, Holder: "a", Now: start, Until: now, Limit: 9}); err != nil {
			t.Error(err)
		}
		if _, _, err := w.s.CountWork(ctx, kind, now); err != nil {
			t.Error(err)
		}
	}
}

// testWorkRaces has many holders claim the same rows at the same moment.
func testWorkRaces(t *testing.T, w *world) {
	const rows, holders = 40, 8
	fact := w.campaign(w.cause("cause"), w.user("ann"), "fact")
	for range rows {
		w.pay(fact, "a@example.org")
	}
	var racing sync.WaitGroup
	claimed := make(chan fund.Lease, rows*holders)
	for i := range holders {
		racing.Go(func() {
			for range rows {
				leases, err := w.s.ClaimWork(t.Context(), store.WorkClaim{
					Work: fund.WorkMail, Holder: string(rune('a' + i)), Now: start.AddDate(99, 0, 0), Until: start.AddDate(100, 0, 0), Limit: 3,
				})
				if err != nil {
					t.Error(err)
				}
				for _, l := range leases {
					claimed <- l
				}
			}
		})
	}
	racing.Wait()
	close(claimed)
	got := map[fund.ID]int{}
	for l := range claimed {
		got[l.ID]++
	}
	for id, n := range got {
		if n != 1 {
			t.Errorf("row %s: got %d holders, want one", id, n)
		}
	}
	if len(got) != rows {
		t.Errorf("got %d rows claimed, want all %d", len(got), rows)
	}
}
