package live_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/store"
)

// BenchmarkFanOut commits events while 5,000 connections of the hub watch, and reports when the last of them has each.
func BenchmarkFanOut(b *testing.B) {
	const n = 5000
	s := newSite(b, live.HubOptions{MaxPerAddress: n})
	var arrived sync.WaitGroup
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	for range n {
		c := s.stage.join(ctx)
		b.Cleanup(c.Close)
		s.Must(c.Watch(live.Watch{Facts: []fund.ID{s.Campaign.ID}, From: s.hub.Here()}))
		go func() {
			for {
				some, err := c.Next(ctx)
				if err != nil {
					return
				}
				arrived.Add(-len(some))
			}
		}()
	}
	var took []time.Duration
	for b.Loop() {
		arrived.Add(n)
		began := time.Now()
		s.Must(s.Store.Write(ctx, fund.ID{}, func(_ context.Context, tx *store.Tx) error {
			tx.Append(fund.Event{Topic: fund.TopicDonationCompleted, Subject: fund.ID{1}, Facts: []fund.ID{s.Campaign.ID}, At: began})
			return nil
		}))
		arrived.Wait()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "us-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "us-p99")
}
