package store

import (
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// totalColumn names a total that is stored beside the ledger.
type totalColumn struct{ table, column string }

// delta is what is added to the total of one row.
type delta struct {
	id fund.ID
	by int64
}

// batchStatement is one write of a batch: one statement, or the same one for many rows.
type batchStatement struct {
	// text is a whole statement with its args.
	text string
	args []any
	// insert is the table that the rows go to; update is the table whose rows they change, where the first
	// column selects the row. At most one of them is set.
	insert, update string
	// names are the columns of the rows; see add.
	names []string
	rows  [][]any
	// merge is the ON CONFLICT clause of an INSERT of rows; "" for none.
	merge string
	// by are additions to the total of that column.
	total totalColumn
	by    []delta
}

// add adds a row. All rows of a statement list the same columns; anything else is a mistake in this package,
// which must not reach the tables.
func (s *batchStatement) add(row columns) {
	if s.names == nil {
		s.names = row.names()
	}
	if len(row) != len(s.names) {
		panic(fmt.Sprintf("a row of %d columns among rows of %d", len(row), len(s.names)))
	}
	values := make([]any, len(row))
	for i, c := range row {
		if c.name != s.names[i] {
			panic(fmt.Sprintf("column %s where other rows have %s", c.name, s.names[i]))
		}
		values[i] = c.value
	}
	s.rows = append(s.rows, values)
}

// insertInto is an INSERT of rows up to its column list.
func (s *batchStatement) insertInto() string {
	return "INSERT INTO " + s.insert + " (" + strings.Join(s.names, ", ") + ")"
}
