package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// BenchmarkComplete measures durable donations for one campaign from 64 callers.
func BenchmarkComplete(b *testing.B) {
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(b.TempDir(), "x.db") },
		"postgres": func() string { return storetest.Postgres(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b, url(), store.Options{})
			a := newAppeal(b, s, 1)
			var groups atomic.Int64
			s.OnGroup(func(int) { groups.Add(1) })
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			var wg sync.WaitGroup
			for range 64 {
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						if _, err := s.Complete(b.Context(), a.donation(100)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "donations/s")
			b.ReportMetric(float64(b.N)/float64(groups.Load()), "donations/group")
		})
	}
}

// BenchmarkCompleteProjected is BenchmarkComplete with a donor for each donation, and the leaderboards following as
// in a server.
func BenchmarkCompleteProjected(b *testing.B) {
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(b.TempDir(), "x.db") },
		"postgres": func() string { return storetest.Postgres(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b, url(), store.Options{})
			a := newAppeal(b, s, 1)
			ctx, stop := context.WithCancel(b.Context())
			var projector, donors sync.WaitGroup
			var folded, turns atomic.Int64
			projector.Go(func() {
				for ctx.Err() == nil {
					began := time.Now()
					done, err := s.Project(b.Context())
					if err != nil {
						b.Error(err)
						return
					}
					folded.Add(int64(done))
					turns.Add(1)
					rest := time.NewTimer(max(3*time.Since(began), 200*time.Millisecond))
					select {
					case <-ctx.Done():
					case <-rest.C:
					}
				}
			})
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			for range 64 {
				donors.Go(func() {
					for left.Add(-1) >= 0 {
						g := a.donation(100)
						g.Donation.DonorID = newID()
						if _, err := s.Complete(b.Context(), g); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			donors.Wait()
			b.StopTimer()
			stop()
			projector.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "donations/s")
			b.ReportMetric(float64(folded.Load())/b.Elapsed().Seconds(), "folded/s")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(turns.Load()), "ms/turn")
		})
	}
}

// BenchmarkLeaderboard reads a page of a leaderboard, at its start and far down.
func BenchmarkLeaderboard(b *testing.B) {
	for _, entrants := range []int{1_000, 1_000_000} {
		s := open(b, storetest.SQLite(b), store.Options{})
		fact := newID()
		const numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
		store.Damage(b, s, numbers+"INSERT INTO donors (id, name) SELECT CAST(printf('%016d', i) AS BLOB), 'Ada' FROM n", entrants)
		filter := store.BoardFilter{Fact: fact, Board: fund.BoardDonor, Period: fund.PeriodAll, Rows: 1000}
		store.Damage(b, s, numbers+`INSERT INTO scores (board_id, entrant_id, score)
			SELECT $2, CAST(printf('%016d', i) AS BLOB), i * 7919 % 100003 FROM n`, entrants, store.BoardID(filter))
		first, err := s.Leaderboard(b.Context(), filter, fund.Page{Limit: 500})
		if err != nil {
			b.Fatal(err)
		}
		last := first[len(first)-1]
		for name, page := range map[string]fund.Page{
			"first": {Limit: 25}, "after-500": {Limit: 25, Before: &fund.Cursor{Number: last.Raised, ID: last.ID}},
		} {
			b.Run(fmt.Sprintf("%d/%s", entrants, name), func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Leaderboard(b.Context(), filter, page); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
