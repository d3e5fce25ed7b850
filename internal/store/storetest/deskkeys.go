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

// testDeskKeys makes keys of the alert desks of two facts, uses one, ends it, and deletes its fact.
func testDeskKeys(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("water"), w.user("ann")
	run, other := w.campaign(cause, ann, "run"), w.campaign(cause, ann, "other")
	now := time.Now().UTC().Truncate(time.Microsecond)
	add := func(fact fund.ID, hash string) fund.DeskKey {
		t.Helper()
		k := fund.DeskKey{ID: w.id(), FactID: fact, Name: odd, CreatedAt: now}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertDeskKey(ctx, &k, []byte(hash), w.id()) })
		return k
	}
	first, second, elsewhere := add(run.ID, "one"), add(run.ID, "two"), add(other.ID, "three")
	same(t, "of a fact", must.Get(w.s.ListDeskKeys(ctx, fund.FirstStage(run.ID), 9))(t), []fund.DeskKey{first, second})
	same(t, "the first", must.Get(w.s.ListDeskKeys(ctx, fund.FirstStage(run.ID), 1))(t), []fund.DeskKey{first})
	same(t, "by its text", must.Get(w.s.GetDeskKeyByHash(ctx, []byte("three")))(t), elsewhere)
	first.UsedAt = now.Add(time.Second)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UseDeskKey(ctx, first.ID, first.UsedAt) })
	end := func(fact fund.ID) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error {
			return tx.EndDeskKey(ctx, fact, first.ID, now.Add(2*time.Second))
		}
	}
	w.refused(fault.NotFound, end(other.ID))
	w.write(end(run.ID))
	w.refused(fault.NotFound, end(run.ID))
	if _, err := w.s.GetDeskKeyByHash(ctx, []byte("one")); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v for a key that ended, want it gone", err)
	}
	first.EndedAt = now.Add(2 * time.Second)
	same(t, "what it was called", must.Get(w.s.GetDeskKey(ctx, first.ID))(t), first)
	same(t, "after one ended", must.Get(w.s.ListDeskKeys(ctx, fund.FirstStage(run.ID), 9))(t), []fund.DeskKey{second})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, run.ID) })
	if _, err := w.s.GetDeskKey(ctx, second.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v for a key of a deleted fact, want it gone", err)
	}
}
