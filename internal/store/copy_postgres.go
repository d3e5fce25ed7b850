package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

func (d *postgres) openCopy(ctx context.Context) (*sql.DB, error) { return d.open(ctx, 1) }

// unhurried keeps limits of the role or the server from ending a statement that takes minutes. A table that another session keeps is waited for
// this long.
func (d *postgres) unhurried() []string {
	return []string{"SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0", "SET LOCAL lock_timeout = '10s'"}
}

func (d *postgres) strictText() bool { return true }

func (d *postgres) shape() string {
	return `SELECT c.relname, a.attname, UPPER(format_type(a.atttypid, a.atttypmod)), COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
		WHERE c.relnamespace = current_schema()::text::regnamespace AND c.relkind = 'r' ORDER BY c.relname, a.attnum`
}

// ties leaves out the indexes of primary keys and other constraints. Foreign keys (ALTER) sort before indexes (DROP).
func (d *postgres) ties() string {
	return `SELECT t.relname, 'ALTER TABLE ' || c.conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(c.conname),
			'ALTER TABLE ' || c.conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid)
		FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'f' AND t.relnamespace = current_schema()::text::regnamespace
		UNION ALL
		SELECT t.relname, 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
		FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = current_schema()::text::regnamespace
			AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
		ORDER BY 2`
}

// readAll reads in the order of the primary key, in which an SQLite file is written and read fastest.
func (d *postgres) readAll(t copyTable) string {
	query := "SELECT " + quotedList(t.names()) + " FROM " + t.quoted()
	var key []string
	for _, place := range t.key() {
		key = append(key, t.columns[place].name)
	}
	if len(key) > 0 {
		query += " ORDER BY " + quotedList(key)
	}
	return query
}

func (d *postgres) clear(tables []copyTable) []string {
	return []string{"TRUNCATE " + tableList(tables)}
}

func (d *postgres) fill(ctx context.Context, conn *sql.Conn, t copyTable, rows *copyRows) error {
	return conn.Raw(func(driver any) error {
		native, is := driver.(*stdlib.Conn)
		if !is {
			return fmt.Errorf("not a pgx connection: %T", driver)
		}
		_, err := native.Conn().CopyFrom(ctx, pgx.Identifier{t.name}, t.names(), rows)
		return err
	})
}

// finishCopy has the server learn what is in the tables, by which it plans. The foreign keys were checked when they were made again.
func (d *postgres) finishCopy(ctx context.Context, conn *sql.Conn, tables []copyTable) error {
	_, err := conn.ExecContext(ctx, "ANALYZE "+tableList(tables))
	return err
}
