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

// testLive writes and ends that facts are live, and lists those that are.
func testLive(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	soon, later, draft := w.campaign(cause, ann, "soon"), w.campaign(cause, ann, "later"), w.campaign(cause, ann, "draft", func(f *fund.Fact) { f.Status = fund.Unpublished })
	set := func(f fund.Fact, until time.Time) error {
		f.LiveFrom, f.LiveUntil = start, until
		return w.s.Write(ctx, cause.ID, func(ctx context.Context, tx *store.Tx) error { return tx.SetLive(ctx, f) })
	}
	must.Do(t, set(soon, start.Add(time.Hour)))
	must.Do(t, set(later, start.Add(2*time.Hour)))
	if err := set(draft, start.Add(time.Hour)); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v for a draft, want a conflict", err)
	}
	got := w.read(soon.ID)
	same(t, "from", got.LiveFrom, start)
	same(t, "until", got.LiveUntil, start.Add(time.Hour))
	list := func(at time.Time, limit int) (slugs []string) {
		for _, f := range must.Get(w.s.ListLive(ctx, at, limit))(t) {
			slugs = append(slugs, f.Slug)
		}
		return slugs
	}
	same(t, "live", list(start, 9), []string{"later", "soon"})
	same(t, "at most one", list(start, 1), []string{"later"})
	same(t, "at the end of one", list(start.Add(time.Hour), 9), []string{"later"})
	count := func(f fund.Fact, at time.Time) (n int) {
		w.write(func(ctx context.Context, tx *store.Tx) (err error) { n, err = tx.CountLive(ctx, f, at); return err })
		return n
	}
	same(t, "others of the user", count(draft, start), 2)
	same(t, "others beside itself", count(later, start), 1)
	same(t, "others at the end of one", count(draft, start.Add(time.Hour)), 1)
	same(t, "of the cause", count(w.read(cause.ID), start), 0)
	due := func(at time.Time) []fund.ID { return must.Get(w.s.DueWork(ctx, fund.WorkEnding, at, 9))(t) }
	same(t, "not due", len(due(start.Add(time.Hour-time.Microsecond))), 0)
	same(t, "due", due(start.Add(time.Hour)), []fund.ID{soon.ID})
	end := func(end func(context.Context, *store.Tx) (bool, error)) (was bool) {
		w.write(func(ctx context.Context, tx *store.Tx) (err error) { was, err = end(ctx, tx); return err })
		return was
	}
	by := func(at time.Time) func(context.Context, *store.Tx) (bool, error) {
		return func(ctx context.Context, tx *store.Tx) (bool, error) { return tx.EndLiveBy(ctx, soon.ID, at) }
	}
	same(t, "too early", end(by(start.Add(time.Hour-time.Microsecond))), false)
	same(t, "in time", end(by(start.Add(time.Hour))), true)
	same(t, "twice", end(by(start.Add(time.Hour))), false)
	same(t, "by hand", end(func(ctx context.Context, tx *store.Tx) (bool, error) { return tx.EndLive(ctx, later.ID) }), true)
	same(t, "by hand twice", end(func(ctx context.Context, tx *store.Tx) (bool, error) { return tx.EndLive(ctx, later.ID) }), false)
	same(t, "as before", w.read(later.ID), later)

	// A fact that is taken down, or whose cause is, is due at once.
	for _, hidden := range []fund.ID{later.ID, cause.ID} {
		must.Do(t, set(later, start.AddDate(100, 0, 0)))
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.SetApproval(ctx, hidden, fund.Suspended, "why")
		})
		same(t, "hidden", len(list(start, 9)), 0)
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetApproval(ctx, hidden, fund.Approved, "") })
		same(t, "shown again", len(list(time.Now(), 9)), 0)
		same(t, "due at once", due(time.Now()), []fund.ID{later.ID})
	}
}
