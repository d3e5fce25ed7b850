package storetest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// Test is what OpenAt needs of a test; a *rapid.T is one too.
type Test interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Database is the URL of an empty database: a SQLite file, or with ALMONER_TEST_DB=postgres a database
// on PostgreSQL. For that a package hands its tests to testpg.Main.
func Database(tb testing.TB) string {
	tb.Helper()
	if os.Getenv("ALMONER_TEST_DB") == "postgres" {
		return testpg.Start(tb)
	}
	return "sqlite:" + filepath.Join(tb.TempDir(), "almoner.db")
}

// Open opens a new, migrated and empty store on a Database. It is closed at the end of the test.
func Open(tb testing.TB, options store.Options) *store.Store {
	tb.Helper()
	return OpenAt(tb, Database(tb), options)
}

// OpenAt is Open for the database at a URL. The store outlives the context of the test, so that what is
// cleaned up may still use it.
func OpenAt(t Test, url string, options store.Options) *store.Store {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, url, options)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	if _, _, err := s.Migrate(ctx); err != nil {
		t.Fatalf("migrate the store: %v", err)
	}
	return s
}
