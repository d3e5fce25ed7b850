package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// TestOldEventsAreDeletedInTheBackground has more than one piece of events that are old enough, once the projections have read them.
func TestOldEventsAreDeletedInTheBackground(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	must.Do(t, w.Store.Write(ctx, fund.ID{}, func(_ context.Context, tx *store.Tx) error {
		for i := range store.KeptEvents + store.PrunedEvents + 10 {
			tx.Append(fund.Event{Topic: fund.TopicFactChanged, Subject: fund.ID{byte(i), 1}, At: w.Clock.Now()})
		}
		return nil
	}))
	for must.Get(w.Store.Project(ctx))(t) > 0 {
	}
	for must.Get(w.Store.FanOut(ctx, w.Clock.Now(), func(time.Time) (fund.ID, error) { return fund.ID{1}, nil }))(t) > 0 {
	}
	rounds := func() int64 {
		for range 3 {
			w.DoDue(ctx, fund.WorkLog)
		}
		return must.Get(w.Store.FirstPosition(ctx))(t)
	}
	w.Clock.Advance(fund.EventRetention - time.Hour)
	if first := rounds(); first != 1 {
		t.Errorf("got the first position %d before their time, want 1", first)
	}
	w.Clock.Advance(time.Hour)
	if first, want := rounds(), w.position(ctx, t)-store.KeptEvents+1; first != want {
		t.Errorf("got the first position %d, want %d", first, want)
	}
}
