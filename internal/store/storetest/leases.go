package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testLeases gives donations that wait to screeners of two facts, and takes them back in each way.
func testLeases(t *testing.T, w *world) {
	ctx, cause, ann := t.Context(), w.cause("cause"), w.user("ann")
	fact, other := w.campaign(cause, ann, "fact"), w.campaign(cause, ann, "other")
	var ids []fund.ID
	for _, f := range []fund.Fact{fact, other} {
		w.screens(f.ID, fund.DonationSettings{Screening: fund.ScreenEverything})
	}
	for i := range 5 {
		ids = append(ids, w.give(fact, 100, at(start.Add(time.Duration(i)*time.Second))).ID)
	}
	elsewhere := w.give(other, 100)
	first, second := ann.ID, w.user("bob").ID
	now := start.Add(time.Hour)
	take := func(f, screener fund.ID, most int) {
		t.Helper()
		w.write(func(ctx context.Context, tx *store.Tx) error {
			l := fund.ScreeningLease{FactID: f, Screener: fund.Ref{ID: screener}, EndsAt: now.Add(time.Minute)}
			return tx.TakeLeases(ctx, l, most, now.Add(-time.Hour), now)
		})
	}
	has := func(what string, f, screener fund.ID, want ...fund.ID) {
		t.Helper()
		got := []fund.ID{}
		for _, l := range must.Get(w.s.ListLeases(ctx, f, now))(t) {
			if l.Screener.ID == screener {
				got = append(got, l.DonationID)
			}
		}
		same(t, what, got, append([]fund.ID{}, want...))
	}
	take(fact.ID, first, 2)
	take(fact.ID, second, 9)
	take(other.ID, second, 9)
	has("the first", fact.ID, first, ids[0], ids[1])
	has("the rest", fact.ID, second, ids[2:]...)
	has("another fact", other.ID, second, elsewhere.ID)
	same(t, "counted", []int{must.Get(w.s.CountHeld(ctx, fact.ID, 9))(t), must.Get(w.s.CountHeld(ctx, fact.ID, 3))(t)}, []int{5, 3})

	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.ScreenDonation(ctx, ids[0], fund.ScreeningShown, now)
	})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Refund(ctx, ids[2], 100)
		return err
	})
	has("without what was decided", fact.ID, first, ids[1])
	has("without what went back", fact.ID, second, ids[3:]...)
	if l := must.Get(w.s.LeaseOf(ctx, ids[1], now))(t); l.Screener.ID != first || !l.EndsAt.Equal(now.Add(time.Minute)) {
		t.Errorf("got %+v, want that of the first screener", l)
	}
	now = now.Add(time.Minute)
	has("after the end", fact.ID, first)
	if l := must.Get(w.s.LeaseOf(ctx, ids[1], now))(t); !l.DonationID.IsZero() {
		t.Errorf("got %+v, want no lease after its end", l)
	}
	take(fact.ID, second, 2)
	has("taken over", fact.ID, second, ids[1], ids[3])
	same(t, "screeners", len(must.Get(w.s.ListScreeners(ctx, fact.ID, now.Add(-time.Hour)))(t)), 2)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndLeasesOf(ctx, fact.ID, second) })
	has("given back", fact.ID, second)
	screeners := must.Get(w.s.ListScreeners(ctx, fact.ID, now.Add(-time.Hour)))(t)
	same(t, "who is left", []any{len(screeners), screeners[0].ID, screeners[0].Name != ""}, []any{1, first, true})
	now = now.Add(time.Hour)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.PassDonation(ctx, fund.ScreeningPass{DonationID: ids[1], FactID: fact.ID, Screener: fund.Ref{ID: second}, At: now})
	})
	passes := must.Get(w.s.ScreeningPasses(ctx, fact.ID, ids))(t)
	same(t, "passed on", []any{len(passes), passes[ids[1]].Screener.ID, passes[ids[1]].At.Equal(now)}, []any{1, second, true})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		l := fund.ScreeningLease{FactID: fact.ID, Screener: fund.Ref{ID: second}, EndsAt: now.Add(time.Minute), TwoPasses: true}
		return tx.TakeLeases(ctx, l, 1, now.Add(-time.Hour), now)
	})
	has("not what they passed on", fact.ID, second, ids[3])
	unpass := func(screener fund.ID) (was bool) {
		w.write(func(ctx context.Context, tx *store.Tx) (err error) {
			was, err = tx.UnpassDonation(ctx, ids[1], screener)
			return err
		})
		return was
	}
	same(t, "taken back by who passed it on", []bool{unpass(first), unpass(second), unpass(fund.ID{})}, []bool{false, true, false})
	take(fact.ID, second, 1)
	same(t, "forgotten", len(must.Get(w.s.ListScreeners(ctx, fact.ID, start))(t)), 1)
}
