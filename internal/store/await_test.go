package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// limit is how long the tests wait for what never comes.
const limit = 100 * time.Millisecond

// TestNobodyWaitsForAFrozenServer asks a server that takes everything and answers nothing.
func TestNobodyWaitsForAFrozenServer(t *testing.T) {
	t.Parallel()
	proxy := testpg.Through(t, testpg.Start(t))
	s := must.Get(store.Open(t.Context(), proxy.URL, store.Options{}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	_, _, err := s.Migrate(t.Context())
	must.Do(t, err)

	proxy.Hold()
	patient := make(chan error, 1)
	go func() {
		_, err := s.LastPosition(t.Context())
		patient <- err
	}()
	ctx := store.Awaited(t.Context(), limit)
	_, err = s.LastPosition(ctx)
	isAway(t, "a row", err)
	_, err = s.EventsAfter(ctx, 0, 1)
	isAway(t, "rows", err)
	_, err = s.LastPosition(context.WithoutCancel(ctx))
	isAway(t, "a row for a request that ended", err)
	for range 2 {
		err = s.Write(ctx, fund.ID{}, func(context.Context, *store.Tx) error { return nil })
		if !fault.Is(err, fault.Unavailable) || errors.Is(err, store.ErrUnknown) {
			t.Errorf("a write that could not begin: got %v, want Unavailable with a known outcome", err)
		}
	}
	select {
	case err := <-patient:
		t.Errorf("work that nobody waits for: got %v, want it to wait as long as it takes", err)
	default:
	}

	proxy.Release()
	must.Do(t, <-patient)
	must.Do(t, s.Write(t.Context(), fund.ID{}, func(context.Context, *store.Tx) error { return nil }))
}

// TestACommitWithoutAnAnswerIsUnknown keeps the answer to a COMMIT, which the server makes.
func TestACommitWithoutAnAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	proxy := testpg.Through(t, testpg.Start(t))
	holds := false
	s := must.Get(store.Open(t.Context(), proxy.URL, store.Options{Lanes: 1, Observe: func(text string) {
		if holds && text == "COMMIT" {
			proxy.Hold()
		}
	}}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	_, _, err := s.Migrate(t.Context())
	must.Do(t, err)
	put := func(ctx context.Context, key string) error {
		return s.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.PutSetting(ctx, fund.Setting{Key: key, Value: "{}"})
			return err
		})
	}
	must.Do(t, put(t.Context(), "before"))
	holds = true
	if err := put(store.Awaited(t.Context(), 50*limit), "unknown"); !errors.Is(err, store.ErrUnknown) || !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want Unavailable with an unknown outcome", err)
	}
	holds = false
	proxy.Release()
	if got, err := s.GetSetting(t.Context(), "unknown"); err != nil || got.Version != 1 {
		t.Errorf("got %+v, %v, want what was committed, once", got, err)
	}
	must.Do(t, put(t.Context(), "after"))
}

// TestAWriteThatDoesNotBeginIsWithdrawn lets a write wait behind one that takes as long as it takes.
func TestAWriteThatDoesNotBeginIsWithdrawn(t *testing.T) {
	t.Parallel()
	s := must.Get(store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "some.db"), store.Options{}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	began, end, long := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		long <- s.Write(t.Context(), fund.ID{}, func(context.Context, *store.Tx) error {
			close(began)
			<-end
			return nil
		})
	}()
	<-began
	made := false
	err := s.Write(store.Awaited(t.Context(), limit), fund.ID{}, func(context.Context, *store.Tx) error {
		made = true
		return nil
	})
	isAway(t, "a write that has to wait", err)
	close(end)
	must.Do(t, <-long)
	must.Do(t, s.Write(t.Context(), fund.ID{}, func(context.Context, *store.Tx) error { return nil }))
	if made {
		t.Error("got a write made of which its caller was told that it was not")
	}
}
