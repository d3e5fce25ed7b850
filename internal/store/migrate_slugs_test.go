package store_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// TestPastSlugsOfCausesAreKept migrates a database that knows what a cause was called.
func TestPastSlugsOfCausesAreKept(t *testing.T) {
	t.Parallel()
	for database, url := range map[string]func(testing.TB) string{"sqlite": newFile, "postgres": testpg.Start} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := nodeOf(t, url(t), "")
			store.MigrateTo(t, s, 13)
			p, cause, user := past{t, s}, newID(), newID()
			p.fact(cause, cause, fund.ID{})
			p.insert("causes", "fact_id, details", cause, "{}")
			p.user(user, 1, 5)
			p.insert("past_slugs", "kind, slug, owner_id, freed_at", "causes", "wells", cause, 5)
			p.insert("past_slugs", "kind, slug, owner_id, freed_at", "users", "ana", user, 5)
			if _, _, err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if c, err := s.GetCause(t.Context(), fund.Key{Slug: "wells"}); err != nil || c.ID != cause {
				t.Errorf("got %s, %v, want the cause", c.ID, err)
			}
			if u, err := s.GetUser(t.Context(), fund.Key{Slug: "ana"}); err != nil || u.ID != user {
				t.Errorf("got %s, %v, want the user", u.ID, err)
			}
			if _, err := s.GetUser(t.Context(), fund.Key{Slug: "wells"}); !fault.Is(err, fault.NotFound) {
				t.Errorf("got %v, want no user of the slug of a cause", err)
			}
		})
	}
}
