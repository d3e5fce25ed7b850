package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// sqliteFile is the embedded database: one file, one writer, a few readers.
type sqliteFile struct {
	path string
	// opened is the file that openReaders opened; nil before.
	opened os.FileInfo
}

// sqliteReaders is how many connections read at once; more only wait for the same cores.
const sqliteReaders = 4

func newSQLite(path string) (dialect, error) {
	if path == "" || path == ":memory:" {
		return nil, fault.New(fault.Malformed, "The database URL sqlite:PATH needs the path of a file.")
	}
	return &sqliteFile{path: path}, nil
}

// gone compares what is at the path now. A file that was removed can still be read and written by who has it open, and
// is lost with the process.
func (d *sqliteFile) gone() error {
	if d.opened == nil {
		return nil
	}
	present, err := os.Stat(d.path)
	if err != nil || !os.SameFile(present, d.opened) {
		return errors.Join(errGone, err)
	}
	return nil
}

func (d *sqliteFile) look(ctx context.Context) error {
	if err := d.gone(); err != nil {
		return err
	}
	db, err := d.openLook(ctx)
	if err != nil {
		return err
	}
	return db.Close()
}

// dsn has the pragmas of every connection, and extra ones, which replace those of the same name.
func (d *sqliteFile) dsn(extra ...string) string {
	var all []string
	for _, pragma := range []string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)",
		"temp_store(MEMORY)", "cache_size(-16000)", "journal_size_limit(67108864)", "wal_autocheckpoint(8000)",
	} {
		name, _, _ := strings.Cut(pragma, "(")
		if !slices.ContainsFunc(extra, func(other string) bool { return strings.HasPrefix(other, name+"(") }) {
			all = append(all, pragma)
		}
	}
	q := url.Values{"_pragma": append(all, extra...)}
	if d.opened != nil {
		q.Set("mode", "rw") // in the place of one that is gone no other is made
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: d.path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

func (d *sqliteFile) open(ctx context.Context, connections int, extra ...string) (*sql.DB, error) {
	if info, err := os.Stat(filepath.Dir(d.path)); err != nil || !info.IsDir() {
		return nil, fault.Wrap(err, fault.Unavailable, "The folder of the database file %s does not exist.", d.path)
	}
	if err := d.refuseNames(); err != nil {
		return nil, err
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

// refuseNames refuses a file that has several names (hard links). SQLite keeps the log of changes beside the name that it
// was opened by, so that two names have two logs, and destroy the file. Symbolic links are resolved.
func (d *sqliteFile) refuseNames() error {
	info, err := os.Stat(d.path)
	if err != nil || !info.Mode().IsRegular() || names(info) < 2 {
		return nil //nolint:nilerr // a file that is missing has no other name, a folder always has
	}
	return fault.New(fault.Conflict, "The database file %[1]s has another name, too: a hard link. Used by two names it would be destroyed. Remove the other name, "+
		"which find -samefile %[1]s finds on the same disk, or use a copy made with: sqlite3 %[1]s \".backup copy.db\"", d.path)
}

func (d *sqliteFile) openReaders(ctx context.Context) (*sql.DB, error) {
	// The writer's handle creates the file and its journal mode first; a reader may not write.
	first, err := d.open(ctx, 1)
	if err != nil {
		return nil, err
	}
	if err := first.Close(); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The database file %s cannot be used.", d.path)
	}
	if d.opened, err = os.Stat(d.path); err != nil {
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

func (d *sqliteFile) hangUp(*sql.Conn)             {}
func (d *sqliteFile) begin() string                { return "BEGIN IMMEDIATE" }
func (d *sqliteFile) snapshot() sql.IsolationLevel { return sql.LevelDefault }
func (d *sqliteFile) lockRows() string             { return "" }

// lockLane has nothing to do: there is one writer.
func (d *sqliteFile) lockLane(context.Context, *Tx, fund.ID) error { return nil }

func (d *sqliteFile) lockFreeRows() string { return "" }
func (d *sqliteFile) keepRows() string     { return "" }

func (d *sqliteFile) lookUp(table, id string) string { return "JOIN " + table + " w ON w.id = " + id }

// allBytes is the bytes 0 to 255: the position of a byte in them is its value, for which SQLite has no function.
var allBytes = func() string {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	return "x'" + hex.EncodeToString(all[:]) + "'"
}()

func (d *sqliteFile) weight(column string) string {
	value := func(place int) string { return fmt.Sprintf("instr(%s, substr(%s, %d, 1))", allBytes, column, place) }
	return "(" + value(15) + " * 256 + " + value(16) + ")"
}

// rangeSize is small, because SQLite sorts in this process, with one core a connection.
func (d *sqliteFile) rangeSize() int { return 10_000 }

func (d *sqliteFile) reservesIDs() bool { return false }
func (d *sqliteFile) retry(error) bool  { return false }

func (d *sqliteFile) listen(ctx context.Context, _ func()) error {
	<-ctx.Done()
	return ctx.Err()
}

func (d *sqliteFile) holds(column string) string { return "instr(" + column + ", ?) > 0" }

// shredWait is how long writers wait for somebody who reads an older state while the log is emptied, in milliseconds.
const shredWait = "busy_timeout(200)"

// shred empties the log, which has everything that was written since it was last emptied. In the file itself, what was deleted or overwritten is
// zeroed (secure_delete).
func (d *sqliteFile) shred(ctx context.Context) (bool, error) {
	db, err := d.open(ctx, 1, shredWait)
	if err != nil {
		return false, err
	}
	defer func() { _ = db.Close() }()
	var busy, frames, moved int64
	if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved); err != nil {
		return false, fmt.Errorf("empty the log: %w", err)
	}
	return busy == 0, nil
}

func (d *sqliteFile) migrator(ctx context.Context) (*sql.DB, goose.Dialect, []goose.ProviderOption, error) {
	// A migration replaces a table that others refer to, so foreign keys are off. SQLite ignores the switch inside a transaction.
	db, err := d.open(ctx, 1, "foreign_keys(0)")
	return db, goose.DialectSQLite3, nil, err
}

func (d *sqliteFile) run(ctx context.Context, t *Tx, statements ...batchStatement) error {
	for _, s := range statements {
		var err error
		switch {
		case s.returning != "" && s.text != "":
			err = t.each(ctx, s.text+s.returned(), s.args, s.found)
		case s.text != "":
			var result sql.Result
			if result, err = t.db.ExecContext(ctx, s.text, s.args...); err == nil && s.changed != nil {
				*s.changed, err = result.RowsAffected()
			}
		case s.by != nil:
			err = addTotals(ctx, t, s)
		case len(s.values) == 0:
		case s.update != "":
			err = eachRow(ctx, t, s.updateText(), s.values, len(s.names))
		default:
			err = insertRows(ctx, t, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// eachRow runs a statement for each row of that many values.
func eachRow(ctx context.Context, t *Tx, query string, values []any, size int) error {
	for row := range slices.Chunk(values, size) {
		if _, err := t.db.ExecContext(ctx, query, row...); err != nil {
			return err
		}
	}
	return nil
}

func addTotals(ctx context.Context, t *Tx, s batchStatement) error {
	query := "UPDATE " + s.total.table + " SET " + s.total.column + " = " + s.total.column + " + $1 WHERE id = $2" + s.returned()
	for _, one := range s.by {
		if s.returning != "" {
			if err := t.each(ctx, query, []any{one.by, one.id}, s.found); err != nil {
				return err
			}
			continue
		}
		if _, err := t.db.ExecContext(ctx, query, one.by, one.id); err != nil {
			return err
		}
	}
	return nil
}

// updateText changes one row; its parameters are in the order of the columns.
func (s *batchStatement) updateText() string {
	parts := make([]string, len(s.names)-1)
	for i, name := range s.names[1:] {
		parts[i] = fmt.Sprintf("%s = ?%d", name, i+2)
	}
	return "UPDATE " + s.update + " SET " + strings.Join(parts, ", ") + " WHERE " + s.names[0] + " = ?1"
}

// valuesAtOnce is how many values one INSERT takes when there are many rows: calling SQLite for each row
// costs about as much as writing it.
const valuesAtOnce = 768

// insertRows inserts the rows with few statements: those of valuesAtOnce, then halves of the rest, so that there are few texts to prepare.
func insertRows(ctx context.Context, t *Tx, s batchStatement) error {
	rest, columns := s.values, len(s.names)
	for rows := max(valuesAtOnce/columns, 1); len(rest) > 0; rows = (rows + 1) / 2 {
		size := rows * columns
		whole := len(rest) / size * size
		if whole == 0 {
			continue
		}
		if err := eachRow(ctx, t, s.insertText(rows), rest[:whole], size); err != nil {
			return err
		}
		rest = rest[whole:]
	}
	return nil
}

// insertText is the INSERT of n rows. Its parameters have no names: looking up that many takes a tenth of
// the time.
func (s *batchStatement) insertText(n int) string {
	row := "(" + strings.Repeat("?, ", len(s.names)-1) + "?)"
	return s.insertInto() + " VALUES " + strings.Repeat(row+", ", n-1) + row + " " + s.merge
}

// appendEvents needs no lock and wakes nobody: there is one writer, and the node notifies itself
// after the commit.
func (d *sqliteFile) appendEvents(ctx context.Context, t *Tx, events []fund.Event) error {
	last, err := t.LastPosition(ctx)
	if err != nil {
		return err
	}
	insert := batchStatement{insert: "events"}.expecting(len(events))
	for i := range events {
		events[i].Position = last + 1 + int64(i)
	}
	if err := insert.addEvents(events); err != nil {
		return err
	}
	return d.run(ctx, t, insert)
}
