package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

func TestAWriteThatFailsOrPanicsLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		for _, fail := range []func() error{
			func() error { return fault.New(fault.Conflict, "No.") },
			func() error { panic("oh") },
		} {
			err := s.Write(t.Context(), a.cause.ID, func(ctx context.Context, tx *store.Tx) error {
				tx.Append(fund.Event{Topic: "x", Subject: a.cause.ID, At: epoch})
				if err := tx.DeleteTarget(ctx, a.target.ID); err != nil {
					return err
				}
				return fail()
			})
			if err == nil {
				t.Error("a write that failed was acknowledged")
			}
		}
		if _, err := s.GetTarget(t.Context(), fund.Key{ID: a.target.ID}); err != nil {
			t.Errorf("got %v, want the target still there", err)
		}
		if last, err := s.LastPosition(t.Context()); err != nil || last != 0 {
			t.Errorf("got position %d, %v, want no event", last, err)
		}
	})
}

// TestAtAppliesToOnePieceOfWork runs two pieces in one group, the first of which sets the present instant.
func TestAtAppliesToOnePieceOfWork(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		for name, end := range map[string]func() error{
			"done": func() error { return nil }, "refused": func() error { return errors.New("no") }, "panic": func() error { panic("oh") },
		} {
			c := a.donation(1)
			d, err := s.Begin(t.Context(), store.PendingDonation{Completion: store.Completion{Donation: c.Donation, USD: 1}, Payment: fund.Payment{Provider: "fake"}})
			if err != nil {
				t.Fatal(err)
			}
			before := time.Now().Add(-time.Minute)
			together(t, s, a.cause.ID,
				func(_ context.Context, tx *store.Tx) error { tx.At(epoch.AddDate(-9, 0, 0)); return end() },
				func(ctx context.Context, tx *store.Tx) error { return tx.StartPayment(ctx, d.ID, name) })
			p, err := s.GetPayment(t.Context(), d.ID)
			if err != nil || p.Reference != name || p.UpdatedAt.Before(before) {
				t.Errorf("%s: got a payment %q of %s, %v, want the store's own time", name, p.Reference, p.UpdatedAt, err)
			}
		}
	})
}

// together makes pieces of work wait for a lane until they form one group, in their order.
func together(t *testing.T, s *store.Store, cause fund.ID, pieces ...func(context.Context, *store.Tx) error) {
	t.Helper()
	busy, release := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		_ = s.Write(t.Context(), cause, func(context.Context, *store.Tx) error { close(busy); <-release; return nil })
	})
	<-busy
	for i, piece := range pieces {
		done.Go(func() { _ = s.Write(t.Context(), cause, piece) })
		for store.Waiting(s, cause) <= i {
			runtime.Gosched()
		}
	}
	close(release)
	done.Wait()
}

func TestPositionsFollowCommitsWithoutGaps(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		var wg sync.WaitGroup
		for range 6 {
			a := newAppeal(t, s, 1)
			for range 4 {
				wg.Go(func() {
					for range 10 {
						if _, err := s.Complete(t.Context(), a.donation(1)); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		var last int64
		for finished := false; ; {
			events, err := s.EventsAfter(t.Context(), last, 7)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if e.Position != last+1 {
					t.Fatalf("got position %d after %d: one was missed", e.Position, last)
				}
				last = e.Position
			}
			if len(events) > 0 {
				continue
			}
			if finished {
				break
			}
			select {
			case <-done:
				finished = true
			default:
			}
		}
		if last != 240 {
			t.Errorf("got %d events, want 240", last)
		}
		wantClean(t, s)
	})
}

func TestCloseFinishesWhatWasAccepted(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	s, err := store.Open(t.Context(), url, store.Options{Mode: fund.ModeSandbox})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := newAppeal(t, s, 1)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var accepted int64
	for range 100 {
		wg.Go(func() {
			if _, err := s.Complete(t.Context(), a.donation(1)); err == nil {
				mu.Lock()
				accepted++
				mu.Unlock()
			} else if !fault.Is(err, fault.Unavailable) {
				t.Errorf("got %v, want unavailable", err)
			}
		})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	again := open(t, url, store.Options{})
	if got := a.total(t, again, a.solo); got != accepted {
		t.Errorf("got %d on disk, want the %d that were acknowledged", got, accepted)
	}
}

func TestTwoNodesLoseNoUpdate(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	nodes := []*store.Store{open(t, url, store.Options{}), open(t, url, store.Options{})}
	a := newAppeal(t, nodes[0], 1)
	const times = 25
	var wg sync.WaitGroup
	for _, node := range nodes {
		for range times {
			wg.Go(func() {
				err := node.Write(t.Context(), a.cause.ID, func(ctx context.Context, tx *store.Tx) error {
					f, err := tx.GetFact(ctx, store.FactKey{Key: fund.Key{ID: a.solo.ID}})
					if err != nil {
						return err
					}
					f.Goal++
					return tx.UpdateFact(ctx, f)
				})
				if err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if _, err := node.Complete(t.Context(), a.donation(1)); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	f, err := nodes[0].GetFact(t.Context(), store.FactKey{Key: fund.Key{ID: a.solo.ID}})
	if err != nil || f.Goal != 2*times || f.Raised != 2*times {
		t.Errorf("got a goal of %d and %d raised, %v, want %d each: an update was lost", f.Goal, f.Raised, err, 2*times)
	}
	wantClean(t, nodes[1])
}

func TestOpenSaysWhatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"mysql://x":                             "must be sqlite:PATH or postgres://",
		"sqlite:":                               "needs the path of a file",
		"sqlite:/does/not/exist/x.db":           "does not exist",
		"sqlite:" + t.TempDir():                 "cannot be used",
		"postgres://nobody@127.0.0.1:1/nothing": "cannot be used",
	} {
		_, err := store.Open(t.Context(), url, store.Options{})
		if err == nil || !strings.Contains(fault.From(err).Message, want) {
			t.Errorf("%s: got %v, want %q", url, err, want)
		}
	}
}
