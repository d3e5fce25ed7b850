package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// TestTwoDesksLoseNoAct has two desks, on nodes of their own where the database is a server, pause a stage and take it off the air at the same time. Their work is
// in different lanes, as it is while the campaign moves to another cause.
func TestTwoDesksLoseNoAct(t *testing.T) {
	onBothAt(t, func(t *testing.T, at func(testing.TB) string) {
		ctx, url := t.Context(), at(t)
		desks := []*store.Store{open(t, url, store.Options{})}
		desks = append(desks, desks[0])
		if !store.Lite(desks[0]) {
			desks[1] = open(t, url, store.Options{})
		}
		a := newAppeal(t, desks[0], 0)
		now := time.Now().UTC().Truncate(time.Microsecond)
		o := fund.Overlay{ID: newID(), FactID: a.solo.ID, Name: "one", Kind: fund.OverlayGoal, Theme: fund.ThemeCard, Key: "k", CreatedAt: now, UpdatedAt: now}
		change := func(s *store.Store, lane byte, work func(*fund.Stage)) error {
			return s.Write(ctx, fund.ID{15: lane}, func(ctx context.Context, tx *store.Tx) error {
				stage, err := tx.LockStage(ctx, fund.FirstStage(a.solo.ID))
				if err != nil {
					return err
				}
				work(&stage)
				return tx.UpdateStage(ctx, stage)
			})
		}
		must.Do(t, desks[0].Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.InsertOverlay(ctx, &o, []byte("k"), newID()) }))
		for range 50 {
			must.Do(t, change(desks[0], 0, func(s *fund.Stage) { s.PausedAt, s.OffAt = time.Time{}, time.Time{} }))
			var acting sync.WaitGroup
			for i, work := range []func(*fund.Stage){func(s *fund.Stage) { s.PausedAt = now }, func(s *fund.Stage) { s.OffAt = now }} {
				acting.Go(func() {
					if err := change(desks[i], byte(i), work); err != nil {
						t.Error(err)
					}
				})
			}
			acting.Wait()
			if got := must.Get(desks[0].GetStage(ctx, fund.FirstStage(a.solo.ID)))(t); got.PausedAt.IsZero() || got.OffAt.IsZero() {
				t.Fatalf("got %+v, want what both did", got)
			}
		}
	})
}
