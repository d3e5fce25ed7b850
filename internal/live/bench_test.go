package live_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/store"
)

// idle opens a stream of the campaign and reads nothing: what it costs is the server's part.
func (s *site) idle(t testing.TB) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(c, "GET %s?types=donation.completed HTTP/1.1\r\nHost: test\r\n\r\n", s.campaign())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func used() uint64 {
	var m runtime.MemStats
	for range 4 { // stacks shrink by half each time
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// TestAConnectionTakesLittleMemory opens a thousand streams.
func TestAConnectionTakesLittleMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the process
	if testing.Short() {
		t.Skip("a thousand connections")
	}
	// About half of it are the buffers and the two goroutines of net/http.
	const n, most = 1000, 48 << 10
	s := newSite(t, live.HubOptions{MaxPerAddress: n})
	before := used()
	for range n {
		c := s.idle(t)
		t.Cleanup(func() { _ = c.Close() })
		if _, err := bufio.NewReaderSize(c, 64).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	each := (used() - before) / n
	t.Logf("%d bytes a connection", each)
	if each > most {
		t.Errorf("got %d bytes a connection, want %d at most", each, most)
	}
}

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
