package store

import (
	"strings"
	"testing"
)

// MigrateTo brings an empty database to an earlier version of the schema.
func MigrateTo(tb testing.TB, s *Store, version int64) {
	tb.Helper()
	provider, done, err := s.migrations(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	defer done()
	if _, err := provider.UpTo(tb.Context(), version); err != nil {
		tb.Fatal(err)
	}
}

// Versions are those that a database may have had before the present one, the oldest first.
func Versions(tb testing.TB, s *Store) []int64 {
	tb.Helper()
	provider, done, err := s.migrations(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	defer done()
	var all []int64
	for _, source := range provider.ListSources() {
		all = append(all, source.Version)
	}
	return all[:len(all)-1]
}

// PlannedOf is what a migration with these statements does: whether it only adds, and the tables that it touches.
func PlannedOf(text string) (adds bool, touches string) {
	planned := plannedOf(text)
	var tables []string
	for _, t := range planned.Touches {
		tables = append(tables, t.Table)
	}
	return planned.Adds, strings.Join(tables, " ")
}
