package store_test

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TestResetKeepsExercise resets a database with exercise that the leaderboards have, and with some that they do not have yet.
func TestResetKeepsExercise(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		a := newAppeal(t, s, 1)
		run := func() {
			t.Helper()
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.RecordFitness(ctx, fund.FitnessActivity{
					ID: newID(), FactID: a.solo.ID, UserID: a.user.ID, Type: "Running", Meters: 500, Seconds: 60, At: epoch, CreatedAt: epoch,
				})
			})
		}
		run()
		if _, err := s.Complete(ctx, a.donation(5)); err != nil {
			t.Fatal(err)
		}
		project(t, s)
		run()
		if _, err := reset(t, s); err != nil {
			t.Fatal(err)
		}
		wantClean(t, s)
		for range 2 { // once is enough
			project(t, s)
			entries, err := s.Leaderboard(ctx, store.BoardFilter{Fact: a.cause.ID, Board: fund.BoardUserDistance, Period: fund.PeriodAll}, fund.Page{Limit: 9})
			if err != nil || len(entries) != 1 || entries[0].Raised != 1000 {
				t.Errorf("got %+v, %v, want one user with 1000 m", entries, err)
			}
			wantClean(t, s)
		}
	})
}
