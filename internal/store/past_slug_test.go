package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testclock"
)

// TestAFreedSlugMayBeTakenLater takes the slug that a user had, just before and when it may be taken.
func TestAFreedSlugMayBeTakenLater(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := testclock.At(epoch)
			s := open(t, url(t), store.Options{Now: clock.Now})
			user := func(slug string) fund.User {
				return fund.User{ID: newID(), Slug: slug, Username: slug, Email: slug + "@example.com", CreatedAt: epoch, UpdatedAt: epoch}
			}
			ana, bo := user("ana"), user("bo")
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &ana, "") })
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &bo, "") })
			ana.Slug, bo.Slug = "ana-live", "ana"
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, ana) })
			clock.Advance(fund.SlugHold - time.Microsecond)
			err := s.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, bo) })
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v before the time, want it refused", err)
			}
			clock.Advance(time.Microsecond)
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, bo) })
		})
	}
}
