package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testLog reads the log of events from both ends and from a known event.
func testLog(t *testing.T, w *world) {
	ctx := t.Context()
	before := must.Get(w.s.LastPosition(ctx))(t)
	for range 3 {
		w.write(func(_ context.Context, tx *store.Tx) error {
			tx.Append(fund.Event{Topic: fund.TopicFactChanged, Subject: w.id(), At: w.at()})
			return nil
		})
	}
	first := must.Get(w.s.FirstPosition(ctx))(t)
	same(t, "first position", first, must.Get(w.s.EventsAfter(ctx, 0, 1))(t)[0].Position)
	same(t, "last position", must.Get(w.s.LastPosition(ctx))(t), before+3)
	for _, c := range []struct {
		known, after int64
		limit        int
		want         []int64
	}{
		{before + 1, before + 1, 9, []int64{1, 2, 3}}, {before + 1, before + 1, 1, []int64{1, 2}}, {before + 1, before + 1, 0, []int64{1}},
		{before + 1, before + 2, 9, []int64{1, 3}}, {before + 4, before + 2, 9, []int64{3}}, {before + 4, before + 4, 9, nil},
		{before + 3, before + 3, 9, []int64{3}}, {0, before + 2, 9, []int64{3}},
	} {
		var got []int64
		for _, e := range must.Get(w.s.EventsFrom(ctx, c.known, c.after, c.limit))(t) {
			got = append(got, e.Position-before)
		}
		same(t, fmt.Sprintf("events from %+v", c), got, c.want)
	}
	from, after := must.Get(w.s.EventsFrom(ctx, before+1, before+1, 9))(t), must.Get(w.s.EventsAfter(ctx, before, 9))(t)
	same(t, "events of both", from, after)
}

// testEpoch is about what cursors name.
func testEpoch(t *testing.T, w *world) {
	ctx := t.Context()
	epoch := must.Get(w.s.Epoch(ctx))(t)
	if len(epoch) != fund.EpochSize {
		t.Errorf("got %q, want %d characters", epoch, fund.EpochSize)
	}
	if _, _, err := w.s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	same(t, "epoch after another start", must.Get(w.s.Epoch(ctx))(t), epoch)
}
