package store_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testcost"
	"github.com/almoner/almoner/internal/testpg"
)

// TestMain stops the private PostgreSQL server after all tests of the package.
func TestMain(m *testing.M) { testpg.Main(m) }

func TestConformanceSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(tb testing.TB) *store.Store {
		tb.Helper()
		return open(tb, storetest.SQLite(tb), store.Options{})
	})
}

func TestConformancePostgreSQL(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(tb testing.TB) *store.Store {
		tb.Helper()
		if !strings.HasSuffix(tb.Name(), "Races") {
			testcost.SkipRace(tb) // the same on SQLite has the detector
		}
		return open(tb, storetest.Postgres(tb), store.Options{Lanes: 2})
	})
}
