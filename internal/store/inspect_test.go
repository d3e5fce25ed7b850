package store_test

import (
	"testing"

	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestAMigratedDatabaseIsKnown requires migrating to lead to the version that commands check for, whatever language
// the migrations are written in.
func TestAMigratedDatabaseIsKnown(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := store.Inspect(t.Context(), database(t))
			if err != nil || got.Foreign || got.Known == 0 || got.Present != got.Known {
				t.Errorf("got %+v, %v, want the present version to be the known one", got, err)
			}
		})
	}
}
