package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// positions is a format that renders the position of an event.
type positions struct{}

// Render writes a number.
func (*positions) Render(_ context.Context, _ app.Actor, o live.Occurrence) ([]byte, error) {
	return json.Marshal(o.Position)
}

// stage is a hub over a store, running until the test ends.
type stage struct {
	*testworld.Service
	url    string
	hub    *live.Hub
	feed   *feed.Follower
	format live.Format
}

func newStage(t *testing.T, o live.HubOptions) *stage {
	t.Helper()
	url := storetest.SQLite(t)
	s := runStage(t, testworld.NewAt(t, url, testworld.Options{At: testworld.Start}), o)
	s.url = url
	return s
}

func runStage(t testing.TB, s *testworld.Service, o live.HubOptions) *stage {
	t.Helper()
	position, err := s.Store.LastPosition(t.Context())
	s.Must(err)
	epoch, err := s.Store.Epoch(t.Context())
	s.Must(err)
	o.App, o.Feed = s.App, feed.New(feed.Options{Store: s.Store, From: position, Epoch: epoch})
	s.Store.OnCommit(o.Feed.Committed)
	hub := live.NewHub(o)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = o.Feed.Run(ctx) })
	running.Go(func() { _ = hub.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return &stage{Service: s, hub: hub, feed: o.Feed, format: &positions{}}
}

// happen appends events about facts.
func (s *stage) happen(ctx context.Context, facts ...[]fund.ID) {
	s.Must(s.Store.Write(ctx, fund.ID{}, func(_ context.Context, tx *store.Tx) error {
		for _, some := range facts {
			tx.Append(fund.Event{Topic: fund.TopicDonationCompleted, Subject: fund.ID{1}, Facts: some, At: testworld.Start})
		}
		return nil
	}))
}

func (s *stage) join(ctx context.Context) *live.Conn {
	c, err := s.hub.Join(ctx, live.Joining{Kind: "test", Format: s.format})
	s.Must(err)
	return c
}

// here is the place behind everything that happened.
func (s *stage) here(ctx context.Context) live.Place {
	last, err := s.Store.LastPosition(ctx)
	s.Must(err)
	for {
		if here := s.hub.Here(); here.Cursor.Position >= last {
			return here
		}
		runtime.Gosched()
	}
}

// goLive lets a connection catch up while nothing happens, so that the hub queues what happens from then on.
func goLive(t testing.TB, c *live.Conn) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for {
		if _, err := c.Next(ctx); errors.Is(err, context.Canceled) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// ended reads until the connection ends.
func ended(t testing.TB, c *live.Conn) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		if _, err := c.Next(ctx); err != nil {
			return err
		}
	}
}

// read reads so many messages.
func read(t testing.TB, c *live.Conn, n int) []int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var got []int64
	for len(got) < n {
		some, err := c.Next(ctx)
		if err != nil {
			t.Fatalf("after %d of %d messages: %v", len(got), n, err)
		}
		for _, m := range some {
			got = append(got, m.Event.Position)
		}
	}
	return got
}

func TestAConnectionGetsWhatItWatchesOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	a, b, other := fund.ID{1}, fund.ID{2}, fund.ID{3}
	c := s.join(t.Context())
	defer c.Close()
	s.happen(t.Context(), []fund.ID{a})
	s.Must(c.Watch(live.Watch{Facts: []fund.ID{a, b}, From: s.here(t.Context())}))
	s.happen(t.Context(), []fund.ID{a, b}, []fund.ID{other}, []fund.ID{b, other})
	if got, want := read(t, c, 2), []int64{2, 4}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestNothingIsMissedOrDoubled lets connections come, watch more and less, go and resume while events happen.
func TestNothingIsMissedOrDoubled(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	facts := []fund.ID{{1}, {2}, {3}}
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		subset := rapid.SliceOfNDistinct(rapid.SampledFrom(facts), 1, 3, rapid.ID)
		c := s.join(ctx)
		start := s.here(ctx)
		watched := subset.Draw(t, "facts")
		s.Must(c.Watch(live.Watch{Facts: watched, From: start}))
		var log [][]fund.ID // what happened after start
		last, seen := start.Cursor, map[int64]int{}
		var order []int64
		take := func(n int) {
			for len(seen) < n {
				some, err := c.Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range some {
					seen[m.Event.Position]++
					order = append(order, m.Event.Position)
					last, err = feed.ParseCursor(m.Cursor)
					s.Must(err)
				}
			}
		}
		wanted := func() (n int) {
			for _, of := range log {
				if slices.ContainsFunc(of, func(f fund.ID) bool { return slices.Contains(watched, f) }) {
					n++
				}
			}
			return n
		}
		t.Repeat(map[string]func(*rapid.T){
			"happen": func(t *rapid.T) {
				more := rapid.SliceOfN(subset, 1, 5).Draw(t, "events")
				s.happen(ctx, more...)
				log = append(log, more...)
			},
			"read": func(*rapid.T) { take(wanted()) },
			"break": func(*rapid.T) {
				c.Close()
				place, err := s.hub.Resume(ctx, last)
				s.Must(err)
				c = s.join(ctx)
				s.Must(c.Watch(live.Watch{Facts: watched, From: place}))
			},
			"": func(*rapid.T) {},
		})
		take(wanted())
		if len(order) != len(seen) || !slices.IsSorted(order) {
			t.Fatalf("got %v, want each once and in order", order)
		}
		for i, of := range log {
			want := 0
			if slices.ContainsFunc(of, func(f fund.ID) bool { return slices.Contains(watched, f) }) {
				want = 1
			}
			if p := start.Cursor.Position + int64(i) + 1; seen[p] != want {
				t.Fatalf("got event %d %d times, want %d", p, seen[p], want)
			}
		}
		c.Close()
	})
}

// TestWatchingMoreWhileOpen watches facts one after another, from places in the past, while events that belong to several happen.
func TestWatchingMoreWhileOpen(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	facts := []fund.ID{{1}, {2}, {3}, {4}}
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		subset := rapid.SliceOfNDistinct(rapid.SampledFrom(facts), 1, 3, rapid.ID)
		c := s.join(ctx)
		defer c.Close()
		base := s.here(ctx)
		begin := base.Cursor.Position
		var log [][]fund.ID
		happen := func(t *rapid.T) {
			more := rapid.SliceOfN(subset, 1, 5).Draw(t, "events")
			s.happen(ctx, more...)
			log = append(log, more...)
		}
		happen(t)
		from, until := map[fund.ID]int64{}, map[fund.ID]int64{}
		seen := map[int64]int{}
		past := true
		wanted := func() map[int64]bool {
			all := map[int64]bool{}
			for i, of := range log {
				p := begin + int64(i) + 1
				for _, f := range of {
					if start, ok := from[f]; ok && p > start && (until[f] == 0 || p <= until[f]) {
						all[p] = true
					}
				}
			}
			return all
		}
		take := func(n int) {
			for {
				total := 0
				for _, k := range seen {
					total += k
				}
				if total >= n {
					return
				}
				some, err := c.Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range some {
					seen[m.Event.Position]++
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"happen": happen,
			"watch": func(t *rapid.T) {
				f := rapid.SampledFrom(facts).Draw(t, "fact")
				if _, already := from[f]; already {
					return
				}
				place := base
				if !past || rapid.Bool().Draw(t, "now") {
					place = s.hub.Here()
				}
				s.Must(c.Watch(live.Watch{Facts: []fund.ID{f}, From: place}))
				from[f] = place.Cursor.Position
			},
			"unwatch": func(t *rapid.T) {
				f := rapid.SampledFrom(facts).Draw(t, "fact")
				if from[f] == 0 || until[f] != 0 {
					return
				}
				take(len(wanted()))
				until[f], past = s.here(ctx).Cursor.Position, false
				c.Unwatch(f)
			},
			"read": func(*rapid.T) { take(len(wanted())) },
			"":     func(*rapid.T) {},
		})
		want := wanted()
		take(len(want))
		for p, n := range seen {
			if n != 1 || !want[p] {
				t.Fatalf("got event %d %d times, wanted %v", p, n, want[p])
			}
		}
	})
}

func TestASlowReaderIsClosedAndResumes(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	a := fund.ID{1}
	c := s.join(t.Context())
	defer c.Close()
	start := s.here(t.Context())
	s.Must(c.Watch(live.Watch{Facts: []fund.ID{a}, From: start}))
	goLive(t, c)
	for range live.MaxQueued {
		s.happen(t.Context(), []fund.ID{a})
	}
	read(t, c, live.MaxQueued)
	for range live.MaxQueued + 1 {
		s.happen(t.Context(), []fund.ID{a})
	}
	s.here(t.Context())
	var end *live.End
	if err := ended(t, c); !errors.As(err, &end) || end.Reason != live.ReasonSlow {
		t.Fatalf("got %v, want a connection that is too slow", err)
	}
	again := s.join(t.Context())
	defer again.Close()
	s.Must(again.Watch(live.Watch{Facts: []fund.ID{a}, From: start}))
	if got := read(t, again, 2*live.MaxQueued+1); got[len(got)-1] != 2*live.MaxQueued+1 {
		t.Errorf("got %d events up to %d, want all", len(got), got[len(got)-1])
	}
	if got := s.hub.Stats(); got.Slow != 1 || got.Open["test"] != 2 {
		t.Errorf("got %+v, want one slow reader and two open connections", got)
	}
}
