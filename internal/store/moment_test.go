package store_test

import (
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/store"
)

// TestAuditIsCleanWhileDonationsArrive completes donations while several connections audit them.
func TestAuditIsCleanWhileDonationsArrive(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		store.SmallRanges(s)
		a, _ := everything(t, s)
		var giving sync.WaitGroup
		done := make(chan struct{})
		for range 4 {
			giving.Go(func() {
				for range 50 {
					if _, err := s.Complete(t.Context(), a.donation(100)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		go func() { giving.Wait(); close(done) }()
		for looking := true; looking; {
			select {
			case <-done:
				looking = false
			default:
			}
			wantClean(t, s)
		}
	})
}

func TestSnapshotsOfOneMomentHaveNothingBetweenThem(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		if got := store.Moments(t, s, func() {}); got != 2 {
			t.Errorf("got %d snapshots of one moment without a write, want 2", got)
		}
		give := func() {
			if _, err := s.Complete(t.Context(), a.donation(100)); err != nil {
				t.Error(err)
			}
		}
		if got := store.Moments(t, s, give); got != 1 {
			t.Errorf("got %d snapshots of one moment around a donation, want only the later one", got)
		}
	})
}
