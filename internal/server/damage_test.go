package server_test

import (
	"database/sql"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
)

// damage overwrites the first page of a table that no start reads. Nobody has the file open.
func damage(t *testing.T, path string) {
	t.Helper()
	db := must.Get(sql.Open("sqlite", path))(t)
	var page, size int64
	must.Do(t, db.QueryRowContext(t.Context(), "SELECT rootpage FROM sqlite_master WHERE name = 'fitness_activities'").Scan(&page))
	must.Do(t, db.QueryRowContext(t.Context(), "PRAGMA page_size").Scan(&size))
	must.Do(t, db.Close())
	file := must.Get(os.OpenFile(path, os.O_WRONLY, 0o600))(t)
	_, err := file.WriteAt([]byte(strings.Repeat("\xff", int(size))), (page-1)*size)
	must.Do(t, err)
	must.Do(t, file.Close())
}

// TestADamagedDatabaseIsNoticedAfterTheStart serves what is whole, and says what is not.
func TestADamagedDatabaseIsNoticedAfterTheStart(t *testing.T) {
	t.Parallel()
	database := storetest.SQLite(t)
	path, _ := config.Database(database).File()
	damage(t, path)
	s := testnode.Start(t, command.Serve{DB: config.Database(database), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	for t.Context().Err() == nil {
		status, body := testnode.Get(t, s.URL+"/readyz")
		if status == http.StatusServiceUnavailable && body == "the database file is damaged: see the log\n" {
			break
		}
		if status != http.StatusOK {
			t.Fatalf("/readyz: got %d %s, want that the file is damaged", status, body)
		}
	}
	if status, body := testnode.Get(t, s.URL+"/"); status != http.StatusOK {
		t.Errorf("got %d %.200s, want what is whole", status, body)
	}
	must.Do(t, s.Stop())
}

// TestQuickCheckNamesWhatIsDamaged looks at a whole file and at a damaged one.
func TestQuickCheckNamesWhatIsDamaged(t *testing.T) {
	t.Parallel()
	database := storetest.SQLite(t)
	look := func() []string {
		t.Helper()
		s := must.Get(store.Open(t.Context(), database, store.Options{}))(t)
		defer func() { must.Do(t, s.Close()) }()
		return must.Get(s.QuickCheck(t.Context()))(t)
	}
	if got := look(); len(got) > 0 {
		t.Errorf("got %q for a whole file, want nothing", got)
	}
	path, _ := config.Database(database).File()
	damage(t, path)
	if got := look(); len(got) == 0 || !strings.HasPrefix(got[0], "fitness_activities: ") {
		t.Errorf("got %q, want the table that is damaged", got)
	}
}
