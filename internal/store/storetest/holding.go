package storetest

import (
	"bytes"
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// TextColumns lists the columns of the database at a URL that can hold texts or bytes, as "table.column", without those of ids.
func TextColumns(tb testing.TB, url string) []string {
	tb.Helper()
	db := connect(tb, url)
	query := `SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
		AND c.type NOT IN ('BIGINT', 'BOOLEAN', 'INTEGER', 'TIMESTAMP') AND NOT (c.type = 'BYTEA' AND (c.name = 'id' OR c.name LIKE '%\_id' ESCAPE '\'))`
	if !strings.HasPrefix(url, "sqlite:") {
		query = `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()
			AND data_type NOT IN ('bigint', 'boolean', 'integer', 'timestamp without time zone')
			AND NOT (data_type = 'bytea' AND (column_name = 'id' OR column_name LIKE '%\_id'))`
	}
	rows, err := db.QueryContext(tb.Context(), query)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			tb.Fatal(err)
		}
		all = append(all, name)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

// Holding lists the columns of the database at a URL that hold a text anywhere, as "table.column".
func Holding(tb testing.TB, url, text string) []string {
	tb.Helper()
	db := connect(tb, url)
	var found []string
	for _, name := range TextColumns(tb, url) {
		table, column, _ := strings.Cut(name, ".")
		if columnHolds(tb, db, fmt.Sprintf(`SELECT "%s" FROM "%s"`, column, table), text) {
			found = append(found, name)
		}
	}
	return found
}

// columnHolds reports whether one of the values that a query selects has a text in it.
func columnHolds(tb testing.TB, db *sql.DB, query, text string) (holds bool) {
	tb.Helper()
	rows, err := db.QueryContext(tb.Context(), query)
	if err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var value sql.RawBytes
		if err := rows.Scan(&value); err != nil {
			tb.Fatalf("%s: %v", query, err)
		}
		holds = holds || bytes.Contains(value, []byte(text))
	}
	if err := rows.Err(); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	return holds
}

// connect opens the database at a URL beside its store, until the test ends.
func connect(tb testing.TB, url string) *sql.DB {
	tb.Helper()
	driver, source := "pgx", url
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		driver, source = "sqlite", path
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}
