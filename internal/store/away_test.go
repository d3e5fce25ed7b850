package store_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// isAway wants an error of a driver to say that the database is away, and to keep what the driver said.
func isAway(t *testing.T, what string, err error) {
	t.Helper()
	got := fmt.Errorf("some query: %w", store.Answered(err))
	if err == nil || !fault.Is(got, fault.Unavailable) || !store.IsAway(got) || !errors.Is(got, err) {
		t.Errorf("%s: got %v, want Unavailable", what, got)
	}
}

func TestErrorsOfConnectionsAreUnavailable(t *testing.T) {
	t.Parallel()
	for what, err := range map[string]error{
		"refused": &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, "bad connection": driver.ErrBadConn, "done": sql.ErrConnDone, "cut": io.ErrUnexpectedEOF,
		"late": context.DeadlineExceeded, "late query": fmt.Errorf("timeout: %w", context.DeadlineExceeded), "closed": net.ErrClosed,
	} {
		isAway(t, what, err)
	}
	for _, state := range []string{"08006", "25006", "40001", "40P01", "53100", "53200", "53300", "55P03", "57014", "57P01", "57P02", "57P03", "57P04", "58030", "42P01", "XX001", "XX002"} {
		isAway(t, state, &pgconn.PgError{Code: state})
	}
}

func TestOtherErrorsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		nil, sql.ErrNoRows, context.Canceled, errors.New("a bug"), &pgconn.PgError{Code: "23505"}, &pgconn.PgError{Code: "42703"}, &pgconn.PgError{Code: "XX000"},
		fault.New(fault.NotFound, "No."), fault.Wrap(io.EOF, fault.Malformed, "No."),
	} {
		if got := store.Answered(err); got != err { //nolint:errorlint // the same error, and not one like it
			t.Errorf("got %v, want %v", got, err)
		}
		if store.IsAway(err) {
			t.Errorf("%v: got that the database is away", err)
		}
	}
}

// TestErrorsOfSQLite makes SQLite itself refuse.
func TestErrorsOfSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "some.db")
	open := func(options string) *sql.DB {
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(0)"+options)
		must.Do(t, err)
		db.SetMaxOpenConns(1)
		t.Cleanup(func() { must.Do(t, db.Close()) })
		return db
	}
	run := func(db *sql.DB, text string) error {
		_, err := db.ExecContext(t.Context(), text)
		return err
	}
	holder := open("")
	must.Do(t, run(holder, "CREATE TABLE t (x)"))
	must.Do(t, run(holder, "BEGIN IMMEDIATE"))
	isAway(t, "locked", run(open(""), "INSERT INTO t VALUES (1)"))
	must.Do(t, run(holder, "ROLLBACK"))
	isAway(t, "read-only", run(open("&_pragma=query_only(1)"), "INSERT INTO t VALUES (1)"))
	isAway(t, "full", run(open("&_pragma=max_page_count(2)"), "INSERT INTO t VALUES (zeroblob(100000))"))
	isAway(t, "no file", run(open("&mode=ro&vfs=unix"), "ATTACH '"+filepath.Join(path, "nowhere", "x.db")+"' AS x"))
	isAway(t, "no table", run(holder, "INSERT INTO nowhere VALUES (1)"))
	if err := run(holder, "INSERT INTO t (y) VALUES (1)"); err == nil || store.IsAway(store.Answered(err)) {
		t.Errorf("got that the database is away for %v", err)
	}
	must.Do(t, os.WriteFile(path+".rubbish", []byte(strings.Repeat("rubbish ", 1000)), 0o600))
	isAway(t, "no database", run(holder, "ATTACH '"+path+".rubbish' AS x"))
}

// TestNothingIsKeptInAFileThatIsGone: a file that was removed could still be written to, and would be lost with the process.
func TestNothingIsKeptInAFileThatIsGone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "some.db")
	s := must.Get(store.Open(t.Context(), "sqlite:"+path, store.Options{}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	_, _, err := s.Migrate(t.Context())
	must.Do(t, err)
	write := func(fn func(context.Context, *store.Tx) error) error { return s.Write(t.Context(), [16]byte{}, fn) }
	nothing := func(context.Context, *store.Tx) error { return nil }
	move := func() error { return os.Rename(path, path+".away") }
	wantAway := func(what string) {
		t.Helper()
		if err := write(nothing); !fault.Is(err, fault.Unavailable) {
			t.Errorf("write %s: got %v, want Unavailable", what, err)
		}
		_, err := s.LastPosition(t.Context())
		isAway(t, "read "+what, err)
		if err := s.Ping(t.Context()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("ping %s: got %v, want Unavailable", what, err)
		}
	}
	err = write(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.PutSetting(ctx, fund.Setting{Key: "x", Value: "{}"})
		return errors.Join(err, move())
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("a file that goes before the commit: got %v, want Unavailable", err)
	}
	wantAway("without the file")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want no new file in its place", err)
	}
	must.Do(t, os.WriteFile(path, nil, 0o600))
	wantAway("with another file")
	must.Do(t, os.Rename(path+".away", path))
	must.Do(t, errors.Join(write(nothing), s.Ping(t.Context())))
	if got, err := s.GetSetting(t.Context(), "x"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %+v, %v, want nothing of what was not committed", got, err)
	}
}

// TestReadsAndWritesWhilePostgreSQLIsStopped looks at the store itself, whose drivers see connections end and be refused.
func TestReadsAndWritesWhilePostgreSQLIsStopped(t *testing.T) {
	t.Parallel()
	server := testpg.Own(t)
	s := must.Get(store.Open(t.Context(), server.URL, store.Options{}))(t)
	t.Cleanup(func() { must.Do(t, s.Close()) })
	_, _, err := s.Migrate(t.Context())
	must.Do(t, err)
	server.Stop(t)
	for _, what := range []string{"as the connection ends", "as there is none"} {
		_, err = s.LastPosition(t.Context())
		isAway(t, "read "+what, err)
		err = s.Write(t.Context(), [16]byte{}, func(context.Context, *store.Tx) error { return nil })
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("write %s: got %v, want Unavailable", what, err)
		}
	}
	server.Restart(t)
	if _, err = s.LastPosition(t.Context()); err != nil {
		t.Errorf("after the outage: got %v", err)
	}
}

// TestNobodyWaitsLongForAServerThatDoesNotAnswer dials a server that takes connections and says nothing.
func TestNobodyWaitsLongForAServerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	silent := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t)
	t.Cleanup(func() { must.Do(t, silent.Close()) })
	url := "postgres://ada@" + silent.Addr().String() + "/almoner?sslmode=disable"
	if got := store.ConnectTimeout(t, url); got != 5*time.Second {
		t.Errorf("got a timeout of %v, want 5 seconds", got)
	}
	if got := store.ConnectTimeout(t, url+"&connect_timeout=1"); got != time.Second {
		t.Errorf("got a timeout of %v, want the second of the URL", got)
	}
	if _, err := store.Open(t.Context(), url+"&connect_timeout=1", store.Options{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want Unavailable", err)
	}
}
