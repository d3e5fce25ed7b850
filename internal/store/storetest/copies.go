package storetest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// CopyReceipts puts copies of a donation and its receipt into the database at a URL, faster than donors pay.
func CopyReceipts(tb testing.TB, url string, donation fund.ID, copies int) {
	tb.Helper()
	tx := must.Get(connect(tb, url).BeginTx(tb.Context(), nil))(tb)
	defer func() { _ = tx.Rollback() }()
	for _, of := range []struct{ table, id, number string }{{"donations", "id", "legacy_id"}, {"receipts", "donation_id", "number"}} {
		names, values := columnsOf(tb, tx, of.table, of.id, donation)
		marks := make([]string, len(names))
		for i := range names {
			marks[i] = fmt.Sprintf("$%d", i+1)
		}
		insert := "INSERT INTO " + of.table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
		for n := range copies {
			for i, name := range names {
				switch name {
				case of.id:
					copied := donation
					copied[14], copied[15] = byte(n>>8), byte(n)
					values[i] = copied
				case of.number:
					values[i] = int64(1_000_000 + n)
				}
			}
			must.Get(tx.ExecContext(tb.Context(), insert, values...))(tb)
		}
	}
	must.Do(tb, tx.Commit())
}

// columnsOf reads the names and values of the first row of a table with an id.
func columnsOf(tb testing.TB, tx *sql.Tx, table, column string, id fund.ID) (names []string, values []any) {
	tb.Helper()
	rows := must.Get(tx.QueryContext(tb.Context(), "SELECT * FROM "+table+" WHERE "+column+" = $1", id))(tb) //nolint:rowserrcheck // must.Do checks it
	defer func() { _ = rows.Close() }()
	names = must.Get(rows.Columns())(tb)
	values = make([]any, len(names))
	to := make([]any, len(names))
	for i := range values {
		to[i] = &values[i]
	}
	if !rows.Next() {
		tb.Fatalf("no row of %s with %s", table, id)
	}
	must.Do(tb, rows.Scan(to...))
	must.Do(tb, rows.Err())
	return names, values
}
