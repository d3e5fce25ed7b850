package storetest

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// Test is the part of a test that OpenAt needs; a *rapid.T is one too.
type Test interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Database returns the URL of a migrated and empty database whose mode is sandbox: SQLite, or Postgres with ALMONER_TEST_DB=postgres.
func Database(tb testing.TB) string {
	tb.Helper()
	if os.Getenv(testpg.EnvDB) == "postgres" {
		return Postgres(tb)
	}
	return SQLite(tb)
}

// SQLite returns the URL of a migrated and empty database in a file of the test's own.
func SQLite(tb testing.TB) string {
	tb.Helper()
	content, err := migratedFile()
	if err != nil {
		tb.Fatal(err)
	}
	// A name with a space must work everywhere.
	file := filepath.Join(tb.TempDir(), "almoner test.db")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return "sqlite:" + file
}

// migratedFile is the content of a migrated and empty file: under the race detector, migrating takes longer than most
// tests.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "almoner.db")
	if err := migrate("sqlite:" + file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// migrated is the template that databases on PostgreSQL are copied from.
var migrated = testpg.Template{Prepare: migrate}

// Postgres returns the URL of a migrated and empty database on PostgreSQL. The package's TestMain calls testpg.Main.
func Postgres(tb testing.TB) string {
	tb.Helper()
	return migrated.Start(tb)
}

// migrate migrates the database at a URL to the newest schema, fixes its mode as sandbox, and leaves it closed. The
// mode is there without an event, so that the events of a test are its own.
func migrate(url string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return err
	}
	_, _, err = s.Migrate(ctx)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	return Exec(ctx, url, `INSERT INTO settings (key, value, version, updated_at) VALUES ('mode', '"sandbox"', 1, 1)`)
}

// Unfixed returns the URL of a database of Database, SQLite or Postgres after it took its mode away.
func Unfixed(tb testing.TB, url string) string {
	tb.Helper()
	if err := Exec(tb.Context(), url, "DELETE FROM settings"); err != nil {
		tb.Fatal(err)
	}
	return url
}

// Exec runs a statement on a database behind the back of the store.
func Exec(ctx context.Context, url, statement string) error {
	driver, source := "pgx", url
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		driver, source = "sqlite", path
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// Open opens a new, migrated and empty store on a Database. It is closed at the end of the test.
func Open(tb testing.TB, options store.Options) *store.Store {
	tb.Helper()
	return OpenAt(tb, Database(tb), options)
}

// SecretKey is the key that databases of tests are sealed with.
const SecretKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// OpenAt is Open for the database at a URL. Its node has a sandbox unless the options say otherwise. The store outlives the context of the test, so that cleanups may still
// use it.
func OpenAt(t Test, url string, options store.Options) *store.Store {
	t.Helper()
	ctx := context.Background()
	if options.Mode == "" {
		options.Mode = fund.ModeSandbox
	}
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
	keys, err := seal.ParseKeys(SecretKey)
	if err != nil {
		t.Fatalf("secret key: %v", err)
	}
	s.UseSecrets(seal.NewRing(keys, nil))
	return s
}
