package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// appendAt appends that many events of an instant.
func (w *world) appendAt(n int, at time.Time) {
	w.tb.Helper()
	w.write(func(_ context.Context, tx *store.Tx) error {
		for range n {
			tx.Append(fund.Event{Topic: fund.TopicFactChanged, Subject: fund.ID{1}, Facts: []fund.ID{{1}}, At: at})
		}
		return nil
	})
}

// testPrunedEvents deletes the log piece by piece up to what must stay.
func testPrunedEvents(t *testing.T, w *world) {
	ctx := t.Context()
	now := start.Add(fund.EventRetention)
	due := func() int { return len(must.Get(w.s.DueWork(ctx, fund.WorkLog, now, 9))(t)) }
	prune := func(what string, want, first int64) {
		t.Helper()
		if got := due(); (got == 1) != (want > 0) || got > 1 {
			t.Errorf("%s: got %d rows due, want one if anything is to be deleted", what, got)
		}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if got := must.Get(tx.PruneEvents(ctx, now))(t); got != want {
				t.Errorf("%s: got %d deleted, want %d", what, got, want)
			}
			return nil
		})
		if got := must.Get(w.s.FirstPosition(ctx))(t); got != first {
			t.Errorf("%s: got the first position %d, want %d", what, got, first)
		}
	}
	prune("an empty log", 0, 0)
	begun := must.Get(w.s.LastPosition(ctx))(t)
	if begun != 0 {
		t.Fatalf("got position %d, want an empty log", begun)
	}
	w.catchUp() // which begins the leaderboards
	w.appendAt(store.PrunedEvents+10, start)
	w.appendAt(1, start.Add(time.Microsecond))
	w.appendAt(5, start)
	prune("the newest alone", 0, 1)
	w.appendAt(store.KeptEvents, start.Add(time.Hour))
	prune("nothing that the leaderboards have yet to read", 0, 1)
	w.catchUp()
	prune("nothing that became no deliveries of webhooks yet", 0, 1)
	w.fanOut(now)
	prune("a piece", store.PrunedEvents, store.PrunedEvents+1)
	prune("the rest", 10, store.PrunedEvents+11)
	prune("an event that is a microsecond too new, and those after it", 0, store.PrunedEvents+11)
	now = now.Add(time.Microsecond)
	prune("a microsecond later", 6, store.PrunedEvents+17)
	now = now.Add(fund.EventRetention)
	prune("the newest, however old", 0, store.PrunedEvents+17)
	w.appendAt(1, now)
	w.catchUp()
	w.fanOut(now)
	prune("one more", 1, store.PrunedEvents+18)
	if events := must.Get(w.s.EventsAfter(ctx, 3, 1))(t); len(events) != 1 || events[0].Position != store.PrunedEvents+18 {
		t.Errorf("got %+v, want the first event that is kept", events)
	}
}
