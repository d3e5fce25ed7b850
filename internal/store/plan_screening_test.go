package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestWhatWaitsIsFoundByItsIndex wants an act at a screening desk to cost the same however much waits: SQLite walks along an index, and sorts no more than the leases.
func TestWhatWaitsIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, storetest.SQLite(t), store.Options{})
	fact, now := newAppeal(t, s, 0).solo.ID, time.Now()
	lease := fund.ScreeningLease{FactID: fact, Screener: fund.Ref{ID: newID()}, EndsAt: now}
	plans := map[string][][]string{
		"count":     store.Plans(t, s, func(q store.Queries) { must.Get(q.CountHeld(ctx, fact, 9))(t) }),
		"screeners": store.Plans(t, s, func(q store.Queries) { must.Get(q.ListScreeners(ctx, fact, now))(t) }),
		"list": store.Plans(t, s, func(q store.Queries) {
			must.Get(q.ListDonations(ctx, store.DonationFilter{Fact: fact, Held: true}, fund.Page{Limit: 1}))(t)
		}),
		"take": store.ChangePlans(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.TakeLeases(ctx, lease, 1, now, now) }),
		"take in two passes": store.ChangePlans(t, s, func(ctx context.Context, tx *store.Tx) error {
			two := lease
			two.TwoPasses = true
			return tx.TakeLeases(ctx, two, 1, now, now)
		}),
		"park": store.ChangePlans(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.ReleaseParked(ctx, fact, now) }),
	}
	for name, all := range plans {
		held := name == "screeners"
		for _, plan := range all {
			whole := strings.Join(plan, "; ")
			if strings.Contains(whole, "TEMP B-TREE") || strings.Contains(whole, "SCAN") && !strings.Contains(whole, "SCAN w") {
				t.Errorf("%s: got the plan %s, want no scan and nothing sorted", name, whole)
			}
			held = held || strings.Contains(whole, "INDEX donations_held")
		}
		if !held {
			t.Errorf("%s: got the plans %v, want one along donations_held", name, all)
		}
	}
	for _, plan := range store.Plans(t, s, func(q store.Queries) { must.Get(q.ListLeases(ctx, fact, now))(t) }) {
		if whole := strings.Join(plan, "; "); !strings.Contains(whole, "INDEX screening_leases_fact") || strings.Contains(whole, "SCAN") {
			t.Errorf("leases: got the plan %s, want those of the fact alone", whole)
		}
	}
}
