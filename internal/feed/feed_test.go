package feed_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func TestSubscribersGetEverythingInOrder(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	appendEvents(t, db, 3)
	f := feed.New(feed.Options{Store: db})
	db.OnCommit(f.Committed)
	all, late := f.Subscribe(0), f.Subscribe(2)
	run(t, f)
	read(t, all, 1, 3)
	read(t, late, 3, 3)
	if got := f.Position(); got != 3 {
		t.Errorf("got position %d, want 3", got)
	}
	fresh := f.Subscribe(f.Position())
	appendEvents(t, db, 3)
	for _, s := range []*feed.Subscription{all, late, fresh} {
		read(t, s, 4, 6)
	}
}

func TestNowIsTheEndOfTheLog(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	appendEvents(t, db, 3)
	f := feed.New(feed.Options{Store: db, From: 3})
	read(t, f.Subscribe(0), 1, 3)
	s := f.Subscribe(feed.Now)
	if _, err := next(ended(t), t, s); !errors.Is(err, context.Canceled) || s.Position() != 3 {
		t.Errorf("got %v at %d, want nothing at 3", err, s.Position())
	}
}

func TestEventsOfOtherNodesAreFound(t *testing.T) {
	t.Parallel()
	path := "sqlite:" + filepath.Join(t.TempDir(), "almoner.db")
	here, there := open(t, path), open(t, path)
	f := feed.New(feed.Options{Store: here})
	here.OnCommit(f.Committed)
	s := f.Subscribe(0)
	run(t, f)
	appendEvents(t, here, 1)
	read(t, s, 1, 1)
	appendEvents(t, there, 1)
	f.Wake()
	read(t, s, 2, 2)
	appendEvents(t, there, 1)
	appendEvents(t, here, 1) // 4 comes in process, while 3 is only in the log
	read(t, s, 3, 4)
}

func TestSlowSubscriberIsClosedAndResumes(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	f := feed.New(feed.Options{Store: db, Remember: 2})
	db.OnCommit(f.Committed)
	s := f.Subscribe(0)
	run(t, f)
	appendEvents(t, db, 1)
	read(t, s, 1, 1)
	for range 8 {
		appendEvents(t, db, 1)
	}
	quick := f.Subscribe(0)
	read(t, quick, 1, 9)
	if _, err := s.Next(t.Context()); !errors.Is(err, feed.ErrSlow) {
		t.Fatalf("got %v, want ErrSlow", err)
	}
	read(t, f.Subscribe(s.Position()), 2, 9)
}

func TestNextEndsWithItsContext(t *testing.T) {
	t.Parallel()
	f := feed.New(feed.Options{Store: openStore(t)})
	run(t, f)
	if _, err := next(ended(t), t, f.Subscribe(0)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// TestBehindCountsFromTheLastWholeLook lets looks at the log succeed and fail.
func TestBehindCountsFromTheLastWholeLook(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	f := feed.New(feed.Options{Store: db, Now: func() time.Time { return now }})
	wantBehind := func(what string, want time.Duration) {
		t.Helper()
		if got := f.Behind(); got != want {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	look := func(ctx context.Context, want bool) {
		t.Helper()
		if err := f.CatchUp(ctx); (err == nil) != want {
			t.Fatalf("got %v, want success %v", err, want)
		}
	}
	now = now.Add(time.Minute)
	wantBehind("before anything follows the log", 0)
	look(t.Context(), true)
	now = now.Add(3 * time.Second)
	wantBehind("after a look", 3*time.Second)
	look(ended(t), false)
	wantBehind("after a look that failed", 3*time.Second)
	slow := func() context.Context {
		return &hooked{Context: t.Context(), then: func() { now = now.Add(time.Second) }}
	}
	look(slow(), true)
	wantBehind("after a look that took a second", time.Second)
	appendEvents(t, db, 1)
	look(slow(), true)
	wantBehind("after a look that took a second to find events, and one that found no more", 0)
	now = now.Add(2 * time.Second)
	f.Committed(must.Get(db.EventsAfter(t.Context(), 0, 1))(t))
	wantBehind("after an event of this process", 2*time.Second)
}

// TestASubscriberMayLagAsFarAsPromised uses a feed that promises two events and holds up to three.
func TestASubscriberMayLagAsFarAsPromised(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	appendEvents(t, db, 6)
	events, err := db.EventsAfter(t.Context(), 0, 6)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		// at is where the subscriber stands, to where the feed is.
		at, to int64
		slow   bool
	}{{1, 3, false}, {1, 4, true}, {2, 4, false}, {2, 5, false}, {1, 5, true}, {3, 6, true}, {4, 6, false}} {
		f := feed.New(feed.Options{Store: db, Remember: 2})
		s := f.Subscribe(0)
		for i := range events[:c.to] {
			f.Committed(events[i : i+1])
			if int64(i) < c.at {
				read(t, s, int64(i)+1, int64(i)+1) // which makes it live
			}
		}
		if c.slow {
			if got, err := s.Next(t.Context()); !errors.Is(err, feed.ErrSlow) {
				t.Errorf("%+v: got %v, %v, want ErrSlow", c, got, err)
			}
			continue
		}
		read(t, s, c.at+1, c.to)
	}
}

// ended returns a canceled context.
func ended(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// patience is how long an expected event may take on a busy machine, under the race detector.
const patience = time.Minute

// next calls Next, and fails when that does not end with its context.
func next(ctx context.Context, t *testing.T, s *feed.Subscription) ([]fund.Event, error) {
	t.Helper()
	var events []fund.Event
	done := make(chan error, 1)
	go func() {
		var err error
		events, err = s.Next(ctx)
		done <- err
	}()
	select {
	case err := <-done:
		return events, err
	case <-time.After(patience + time.Second):
		t.Fatal("Next goes on after its context ended")
		return nil, nil
	}
}

// read requires exactly the positions from first to last, in order.
func read(t *testing.T, s *feed.Subscription, first, last int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for want := first; want <= last; {
		events, err := next(ctx, t, s)
		if err != nil || len(events) == 0 {
			t.Fatalf("after %d: got %d events, %v, want at least one", s.Position(), len(events), err)
		}
		for _, e := range events {
			if e.Position != want {
				t.Fatalf("got position %d, want %d", e.Position, want)
			}
			want++
		}
	}
	if s.Position() != last {
		t.Errorf("got position %d, want %d", s.Position(), last)
	}
}

// run follows until the test ends.
func run(t *testing.T, f *feed.Follower) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("run: %v", err)
			}
		case <-time.After(patience):
			t.Error("run goes on after its context ended")
		}
	})
}

func appendEvents(t *testing.T, s *store.Store, n int) {
	t.Helper()
	err := s.Write(t.Context(), fund.ID{}, func(_ context.Context, tx *store.Tx) error {
		for range n {
			tx.Append(fund.Event{Topic: fund.TopicFactChanged, Subject: fund.ID{1}, Facts: []fund.ID{{1}}, At: time.Unix(1, 0)})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func openStore(t *testing.T) *store.Store {
	t.Helper()
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "almoner.db"))
}

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}
