package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
)

// openCopy opens a connection that looks at foreign keys at the end only, and sorts what indexes are made of on the disk.
func (d *sqliteFile) openCopy(ctx context.Context) (*sql.DB, error) {
	return d.open(ctx, 1, "foreign_keys(0)", "cache_size(-64000)", "temp_store(FILE)")
}

func (d *sqliteFile) unhurried() []string { return nil }
func (d *sqliteFile) strictText() bool    { return false }

func (d *sqliteFile) shape() string {
	return `SELECT m.name, c.name, UPPER(c.type), c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY m.name, c.cid`
}

func (d *sqliteFile) ties() string {
	return `SELECT tbl_name, 'DROP INDEX "' || name || '"', sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`
}

func (d *sqliteFile) readAll(t copyTable) string {
	return "SELECT " + quotedList(t.names()) + " FROM " + t.quoted()
}

func (d *sqliteFile) clear(tables []copyTable) []string {
	var texts []string
	for _, t := range tables {
		texts = append(texts, "DELETE FROM "+t.quoted())
	}
	return texts
}

// fill inserts many rows with one statement, because calling SQLite for each row costs about as much as writing it.
func (d *sqliteFile) fill(ctx context.Context, conn *sql.Conn, t copyTable, rows *copyRows) (err error) {
	size := len(t.columns)
	insert := batchStatement{insert: t.quoted()}
	for _, name := range t.names() {
		insert.names = append(insert.names, quote(name))
	}
	atOnce := max(valuesAtOnce/size, 1)
	many, err := conn.PrepareContext(ctx, insert.insertText(atOnce))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, many.Close()) }()
	one, err := conn.PrepareContext(ctx, insert.insertText(1))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, one.Close()) }()
	p := &pending{many: many, one: one, size: size, values: make([]any, 0, atOnce*size)}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return err
		}
		if err := p.add(ctx, values); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), p.flush(ctx))
}

// pending are rows that wait to be inserted together.
type pending struct {
	many, one *sql.Stmt
	// size is how many values a row has.
	size   int
	values []any
	bytes  int
}

func (p *pending) add(ctx context.Context, row []any) error {
	p.values = append(p.values, row...)
	for _, value := range row {
		switch v := value.(type) {
		case string:
			p.bytes += len(v)
		case []byte:
			p.bytes += len(v)
		}
	}
	if len(p.values) == cap(p.values) || p.bytes >= copyBytes {
		return p.flush(ctx)
	}
	return nil
}

func (p *pending) flush(ctx context.Context) error {
	size, insert := p.size, p.one
	if len(p.values) == cap(p.values) {
		size, insert = len(p.values), p.many
	}
	for rest := p.values; len(rest) > 0; rest = rest[size:] {
		if _, err := insert.ExecContext(ctx, rest[:size]...); err != nil {
			return err
		}
	}
	p.values, p.bytes = p.values[:0], 0
	return nil
}

// finishCopy finds rows that refer to others that are not there.
func (d *sqliteFile) finishCopy(ctx context.Context, conn *sql.Conn, _ []copyTable) error {
	var table, parent string
	var row, key sql.NullInt64
	err := conn.QueryRowContext(ctx, "PRAGMA foreign_key_check").Scan(&table, &row, &parent, &key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("check of foreign keys: %w", err)
	}
	return fault.New(fault.Conflict, "The row %d of the table %s refers to one of the table %s that is not there. Nothing was copied; mend the source first.", row.Int64, table, parent)
}
