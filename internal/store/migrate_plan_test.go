package store_test

import (
	"testing"

	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// TestPlan lists what a migration would do from old schemas, with the rows of what it touches, and changes nothing.
func TestPlan(t *testing.T) {
	t.Parallel()
	for database, url := range map[string]func(testing.TB) string{"sqlite": newFile, "postgres": testpg.Start} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			address := url(t)
			s := nodeOf(t, address, "")
			if schema, pending, err := store.Plan(t.Context(), address); err != nil || schema.Present != 0 || len(pending) > 0 {
				t.Errorf("got %+v, %v, %v of an empty database", schema, pending, err)
			}
			store.MigrateTo(t, s, 24)
			p, cause := past{t, s}, newID()
			p.user(cause, 1, 5)
			p.insert("past_slugs", "kind, slug, owner_id, freed_at", "users", "ana", cause, 5)
			schema, pending, err := store.Plan(t.Context(), address)
			if err != nil || schema.Present != 24 || len(pending) == 0 {
				t.Fatalf("got %+v, %v, %v", schema, pending, err)
			}
			all := store.Versions(t, s)
			if last := pending[len(pending)-1].Version; last != schema.Known || pending[0].Version != 25 || len(pending) != int(schema.Known)-24 || all[len(all)-1] != last-1 {
				t.Errorf("got %d migrations from %d to %d, want all after 24 to %d", len(pending), pending[0].Version, last, schema.Known)
			}
			of := map[int64]store.PlannedMigration{}
			for _, m := range pending {
				of[m.Version] = m
			}
			if m := of[25]; m.Adds || m.Name != "" {
				t.Errorf("got %+v, want that a program changes", m)
			}
			if m := of[69]; !m.Adds || m.Name != "screening groups" || len(m.Touches) > 0 {
				t.Errorf("got %+v, want that it adds tables alone", m)
			}
			if m := of[67]; m.Adds || len(m.Touches) > 0 {
				t.Errorf("got %+v, want that it changes indexes of a table without rows", m)
			}
			if m := of[37]; len(m.Touches) > 0 && m.Touches[0] != (store.TableRows{Table: "users", Rows: 1}) {
				t.Errorf("got %+v", m)
			}
			if again, err := store.Inspect(t.Context(), address); err != nil || again.Present != 24 {
				t.Errorf("got %+v, %v, want that nothing changed", again, err)
			}
			if _, _, err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, pending, err := store.Plan(t.Context(), address); err != nil || len(pending) > 0 {
				t.Errorf("got %v, %v, want nothing left to do", pending, err)
			}
		})
	}
}

// TestWhatAMigrationDoes reads it from its statements.
func TestWhatAMigrationDoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		adds    bool
		touches string
	}{
		"CREATE TABLE a (id BIGINT); CREATE UNIQUE INDEX b ON a (id); CREATE INDEX c ON a (id)": {true, ""},
		"-- UPDATE facts;\nALTER TABLE facts ADD COLUMN a TEXT":                                 {true, ""},
		"CREATE INDEX b ON\n facts (id)":                                                        {true, "facts"},
		"CREATE UNIQUE INDEX b ON facts (id)":                                                   {false, "facts"},
		"ALTER TABLE facts DROP COLUMN a":                                                       {false, "facts"},
		"CREATE TABLE a (id BIGINT); INSERT INTO a SELECT id FROM facts JOIN users ON TRUE":     {false, "facts users"},
		"UPDATE facts SET a = 1; DELETE FROM users; DROP INDEX x":                               {false, "facts users"},
	} {
		adds, touches := store.PlannedOf(text)
		if adds != want.adds || touches != want.touches {
			t.Errorf("%s: got %t %q, want %t %q", text, adds, touches, want.adds, want.touches)
		}
	}
}
