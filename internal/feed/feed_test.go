package feed_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
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
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(ended); !errors.Is(err, context.Canceled) || s.Position() != 3 {
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

func TestSlowSubscriberIsClosedAndGoesOnFromItsPosition(t *testing.T) {
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
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Subscribe(0).Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context ended", err)
	}
}

// read wants exactly the positions from first to last, in order.
func read(t *testing.T, s *feed.Subscription, first, last int64) {
	t.Helper()
	for next := first; next <= last; {
		events, err := s.Next(t.Context())
		if err != nil {
			t.Fatalf("after %d: %v", s.Position(), err)
		}
		for _, e := range events {
			if e.Position != next {
				t.Fatalf("got position %d, want %d", e.Position, next)
			}
			next++
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
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
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
