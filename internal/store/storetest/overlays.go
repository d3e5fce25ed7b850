package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testOverlays makes overlays on the stages of two facts, changes them, gives one another key, deletes it, and then a fact with all of its own.
func testOverlays(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("water"), w.user("ann")
	run, other := w.campaign(cause, ann, "run"), w.campaign(cause, ann, "other")
	now := time.Now().UTC().Truncate(time.Second)
	add := func(fact fund.ID, key string) fund.Overlay {
		t.Helper()
		o := fund.Overlay{ID: w.id(), FactID: fact, Name: odd, Kind: fund.OverlayGoal, Theme: fund.ThemeCard, Title: odd, Key: key, CreatedAt: now, UpdatedAt: now}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertOverlay(ctx, &o, []byte(key), w.id()) })
		return o
	}
	first, second, elsewhere := add(run.ID, "one"), add(run.ID, "two"), add(other.ID, "three")
	if first.StageID != second.StageID || first.StageID == elsewhere.StageID || first.StageID.IsZero() {
		t.Errorf("got the stages %s, %s and %s, want one for each fact", first.StageID, second.StageID, elsewhere.StageID)
	}
	same(t, "of a fact", must.Get(w.s.ListOverlays(ctx, fund.FirstStage(run.ID), 9))(t), []fund.Overlay{first, second})
	same(t, "the first", must.Get(w.s.ListOverlays(ctx, fund.FirstStage(run.ID), 1))(t), []fund.Overlay{first})
	same(t, "by its key", must.Get(w.s.GetOverlayByKey(ctx, []byte("three")))(t), elsewhere)

	first.Name, first.Kind, first.Theme, first.Title, first.UpdatedAt = "new", fund.OverlayScene, fund.ThemeClear, "", now.Add(time.Second)
	first.Parts = []fund.ScenePart{{Overlay: second.ID, ScenePlace: fund.ScenePlace{Left: 1, Top: 2, Width: 3, Height: 4, Layer: 5}}}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateOverlay(ctx, first) })
	same(t, "changed", must.Get(w.s.GetOverlay(ctx, first.ID))(t), first)
	first.Key, first.UpdatedAt = "four", now.Add(2*time.Second)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.RenewOverlay(ctx, first.ID, first.Key, []byte("four"), first.UpdatedAt)
	})
	same(t, "by its new key", must.Get(w.s.GetOverlayByKey(ctx, []byte("four")))(t), first)
	if _, err := w.s.GetOverlayByKey(ctx, []byte("one")); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v for the old key, want it gone", err)
	}
	remove := func(ctx context.Context, tx *store.Tx) error { return tx.DeleteOverlay(ctx, first.ID) }
	w.write(remove)
	w.refused(fault.NotFound, remove)
	same(t, "after one was deleted", must.Get(w.s.ListOverlays(ctx, fund.FirstStage(run.ID), 9))(t), []fund.Overlay{second})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, run.ID) })
	if _, err := w.s.GetOverlay(ctx, second.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v for an overlay of a deleted fact, want it gone", err)
	}
}
