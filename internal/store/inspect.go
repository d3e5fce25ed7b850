package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"slices"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fault"
)

// Schema describes the schema of a database.
type Schema struct {
	// Present is the version of its schema, 0 for none; Known is the version that this program works with.
	Present, Known int64
	// Foreign reports whether the database holds the data of another program.
	Foreign bool
}

// Inspect reads the schema version of the database at url. It changes nothing, and creates no missing file.
func Inspect(ctx context.Context, url string) (Schema, error) {
	d, err := dialectFor(url)
	if err != nil {
		return Schema{}, err
	}
	known, err := knownVersion(d)
	if err != nil {
		return Schema{}, err
	}
	db, err := d.openLook(ctx)
	if err != nil {
		return Schema{}, err
	}
	defer func() { _ = db.Close() }()
	s := Schema{Known: known}
	tables, err := tablesOf(ctx, db, d.tables())
	if err != nil {
		return s, err
	}
	versioned := slices.Contains(tables, goose.DefaultTablename)
	if versioned {
		err := db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+goose.DefaultTablename).Scan(&s.Present)
		if err != nil {
			return s, fmt.Errorf("schema version: %w", err)
		}
	}
	ours := slices.Contains(tables, "facts") && slices.Contains(tables, "ledger")
	// The version table comes first, in a transaction of its own.
	begun := len(tables) == 0 || versioned && len(tables) == 1 && s.Present == 0
	s.Foreign = !begun && (!versioned || !ours)
	return s, nil
}

// knownVersion is the version of the last migration, in SQL or in Go.
func knownVersion(d dialect) (int64, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, fmt.Errorf("embedded migrations: %w", err)
	}
	var known int64
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return 0, fmt.Errorf("embedded migrations: %w", err)
		}
		known = max(known, version)
	}
	for _, migration := range goMigrations(d) {
		known = max(known, migration.Version)
	}
	return known, nil
}

func tablesOf(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The tables of the database cannot be read.")
	}
	defer func() { _ = rows.Close() }()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("tables: %w", err)
		}
		tables = append(tables, name)
	}
	return tables, rows.Err()
}

// openLook opens the file as it is: no pragma that would change it, and no new file.
func (d *sqliteFile) openLook(ctx context.Context) (*sql.DB, error) {
	if err := d.refuseNames(); err != nil {
		return nil, err
	}
	q := url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: d.path}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The database file %s cannot be opened.", d.path)
	}
	db.SetMaxOpenConns(1)
	// Only a read checks the file's first page.
	if _, err := tablesOf(ctx, db, d.tables()); err != nil {
		_ = db.Close()
		return nil, fault.Wrap(err, fault.Unavailable,
			"The database file %s cannot be used: it is not readable and writable, or not a database.", d.path)
	}
	return db, nil
}

func (d *sqliteFile) tables() string {
	return "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
}

func (d *postgres) openLook(ctx context.Context) (*sql.DB, error) { return d.open(ctx, 1) }

// tables leaves out the tables of others in a shared schema: only a version table without ours, which would be
// mistaken for ours, is a conflict.
func (d *postgres) tables() string {
	return `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
		AND table_name IN ('goose_db_version', 'facts', 'ledger')`
}
