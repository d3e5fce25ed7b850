package authority_test

import (
	"bytes"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
)

// TestEveryRouteWhileTheFileIsAway asks every route, as a caller who may, while an SQLite file is of no use.
func TestEveryRouteWhileTheFileIsAway(t *testing.T) {
	t.Parallel()
	for name, outage := range map[string]fileOutage{
		"moved away": move, "replaced by another file": replace, "emptied by somebody who puts a backup in place": empty, "damaged": damage,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "almoner.db")
			w := newLosing(t, "sqlite:"+path, "sqlite:"+path)
			end := outage(t, path)
			w.wantUnavailable(t)
			if end != nil {
				end()
				w.wantBack(t)
			}
		})
	}
}

// fileOutage makes a database file useless until end is called, or for good where there is none.
type fileOutage func(t *testing.T, path string) (end func())

func move(t *testing.T, path string) func() {
	must.Do(t, os.Rename(path, path+".away"))
	return func() { must.Do(t, os.Rename(path+".away", path)) }
}

func replace(t *testing.T, path string) func() {
	back := move(t, path)
	must.Do(t, os.WriteFile(path, nil, 0o600))
	return back
}

// other opens the file as another program.
func other(t *testing.T, path string) *sql.DB {
	t.Helper()
	db := must.Get(sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"))(t)
	t.Cleanup(func() { must.Do(t, db.Close()) })
	return db
}

// empty renames all tables.
func empty(t *testing.T, path string) func() {
	db := other(t, path)
	tables := namesOfTables(t, db)
	return renameTables(t, db, tables, "", "lost_")
}

func namesOfTables(t *testing.T, db *sql.DB) (names []string) {
	t.Helper()
	rows := must.Get(db.QueryContext(t.Context(), "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"))(t) //nolint:rowserrcheck // must.Do checks it
	defer func() { must.Do(t, rows.Close()) }()
	for rows.Next() {
		var name string
		must.Do(t, rows.Scan(&name))
		names = append(names, name)
	}
	must.Do(t, rows.Err())
	return names
}

// renameTables gives the tables another prefix, and returns what gives the first one back.
func renameTables(t *testing.T, db *sql.DB, names []string, from, to string) (back func()) {
	t.Helper()
	for _, name := range names {
		must.Get(db.ExecContext(t.Context(), "ALTER TABLE "+from+name+" RENAME TO "+to+name))(t)
	}
	return func() { renameTables(t, db, names, to, from) }
}

// checkpoint writes the log of changes to the file, so that what becomes of the file becomes of everything.
func checkpoint(t *testing.T, path string) {
	t.Helper()
	var busy, before, moved int
	must.Do(t, other(t, path).QueryRowContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &before, &moved))
	if busy != 0 {
		t.Fatal("got a log of changes that somebody reads")
	}
}

// damage writes rubbish over the whole file.
func damage(t *testing.T, path string) func() {
	checkpoint(t, path)
	overwrite(t, path)
	return nil
}

func overwrite(t *testing.T, path string) {
	t.Helper()
	size := must.Get(os.Stat(path))(t).Size()
	must.Do(t, os.WriteFile(path, bytes.Repeat([]byte{0xab}, int(size)), 0o600))
}

// TestEveryRouteWhileAnotherProgramHoldsTheFile lets another program write for longer than anybody waits. Reads go on.
func TestEveryRouteWhileAnotherProgramHoldsTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "almoner.db")
	w := newLosing(t, "sqlite:"+path, "sqlite:"+path)
	holder := must.Get(other(t, path).Conn(t.Context()))(t)
	must.Get(holder.ExecContext(t.Context(), "BEGIN IMMEDIATE"))(t)
	var refused atomic.Int64
	w.askAll(t, func(one sent, got *httptest.ResponseRecorder) {
		switch {
		case got.Code == http.StatusServiceUnavailable && strings.HasPrefix(one.Pattern, "/account/openid/{provider}"):
			// The provider of this world is away, too, and its page says so if it was asked first.
		case got.Code == http.StatusServiceUnavailable:
			refused.Add(1)
			one.wantUnavailable(t, got)
		case got.Code >= http.StatusInternalServerError:
			t.Errorf("%s: got %d %.300s, want no other failure than 503", one, got.Code, got.Body)
		}
	})
	if got := refused.Load(); got < leastWrites {
		t.Errorf("got %d writes refused, want at least %d", got, leastWrites)
	}
	must.Get(holder.ExecContext(t.Context(), "ROLLBACK"))(t)
	must.Do(t, holder.Close())
	token := w.VisitAt(t, testcallers.Browser{}, http.MethodPost, "/oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {w.Program[0]}, "client_secret": {w.Program[1]},
	})
	if token.Code != http.StatusOK {
		t.Errorf("got %d %s, want a token written", token.Code, token.Body)
	}
	w.wantBack(t)
}

// leastWrites is how many routes at least get as far as a write: 114, not all of which need to.
const leastWrites = 100
