package store_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// BenchmarkComplete is durable donations for one campaign from 64 callers.
func BenchmarkComplete(b *testing.B) {
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(b.TempDir(), "x.db") },
		"postgres": func() string { return testpg.Start(b) },
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
						if _, err := s.Complete(b.Context(), a.gift(100)); err != nil {
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
