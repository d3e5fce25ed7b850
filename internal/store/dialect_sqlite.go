package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// sqliteFile is the embedded database: one file, one writer, a few readers.
type sqliteFile struct{ path string }

// sqliteReaders is how many connections read at once; more only wait for the same cores.
const sqliteReaders = 4

func newSQLite(path string) (dialect, error) {
	if path == "" || path == ":memory:" {
		return nil, fault.New(fault.Malformed, "The database URL sqlite:PATH needs the path of a file.")
	}
	return &sqliteFile{path: path}, nil
}

func (d *sqliteFile) dsn(extra ...string) string {
	q := url.Values{"_pragma": append([]string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"temp_store(MEMORY)", "cache_size(-16000)", "journal_size_limit(67108864)",
	}, extra...)}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: d.path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

func (d *sqliteFile) open(ctx context.Context, connections int, extra ...string) (*sql.DB, error) {
	if info, err := os.Stat(filepath.Dir(d.path)); err != nil || !info.IsDir() {
		return nil, fault.Wrap(err, fault.Unavailable, "The folder of the database file %s does not exist.", d.path)
	}
	db, err := sql.Open("sqlite", d.dsn(extra...))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The database file %s cannot be opened.", d.path)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fault.Wrap(err, fault.Unavailable,
			"The database file %s cannot be used: it is not readable and writable, or not a database.", d.path)
	}
	return db, nil
}

func (d *sqliteFile) openReaders(ctx context.Context) (*sql.DB, error) {
	// The writer's handle makes the file and its journal mode first; a reader may not write.
	first, err := d.open(ctx, 1)
	if err != nil {
		return nil, err
	}
	if err := first.Close(); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The database file %s cannot be used.", d.path)
	}
	return d.open(ctx, sqliteReaders, "query_only(1)")
}

func (d *sqliteFile) openLanes(ctx context.Context, _ int) ([]*sql.DB, error) {
	writer, err := d.open(ctx, 1)
	if err != nil {
		return nil, err
	}
	return []*sql.DB{writer}, nil
}

func (d *sqliteFile) begin() string                { return "BEGIN IMMEDIATE" }
func (d *sqliteFile) snapshot() sql.IsolationLevel { return sql.LevelDefault }
func (d *sqliteFile) lockRows() string             { return "" }

// lockLane has nothing to do: there is one writer.
func (d *sqliteFile) lockLane(context.Context, *Tx, fund.ID) error { return nil }

func (d *sqliteFile) reservesIDs() bool { return false }
func (d *sqliteFile) retry(error) bool  { return false }

func (d *sqliteFile) listen(ctx context.Context, _ func()) error {
	<-ctx.Done()
	return ctx.Err()
}

func (d *sqliteFile) migrator(ctx context.Context) (*sql.DB, goose.Dialect, []goose.ProviderOption, error) {
	db, err := d.open(ctx, 1)
	return db, goose.DialectSQLite3, nil, err
}

func (d *sqliteFile) run(ctx context.Context, t *Tx, steps ...step) error {
	for _, s := range steps {
		query, rows := s.text, s.rows
		switch {
		case s.by != nil:
			query = "UPDATE " + s.total.table + " SET " + s.total.column + " = " + s.total.column + " + $1 WHERE id = $2"
			for _, one := range s.by {
				rows = append(rows, []any{one.by, one.id})
			}
		case s.types != nil:
			query += " VALUES " + placeholders(1, len(s.types))
		default:
			rows = [][]any{s.args}
		}
		for _, row := range rows {
			if _, err := t.db.ExecContext(ctx, query, row...); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendEvents needs no lock and wakes nobody: there is one writer, and the node tells itself
// after the commit.
func (d *sqliteFile) appendEvents(ctx context.Context, t *Tx, events []fund.Event) error {
	last, err := t.LastPosition(ctx)
	if err != nil {
		return err
	}
	for i := range events {
		events[i].Position = last + 1 + int64(i)
	}
	insert := step{
		text:  "INSERT INTO events (position, topic, subject, facts, at)",
		types: append([]string{"bigint"}, eventTypes...),
	}
	for i, row := range eventRows(events) {
		insert.rows = append(insert.rows, append([]any{events[i].Position}, row...))
	}
	return d.run(ctx, t, insert)
}
