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
	// names are the columns of the rows; see add. values are those of one row after the other: a slice for each row would
	// be a large part of what a group allocates.
	names  []string
	values []any
	// expected is how many rows are added, as far as that is known.
	expected int
	// merge is the ON CONFLICT clause of an INSERT of rows; "" for none.
	merge string
	// by are additions to the total of that column.
	total totalColumn
	by    []delta
	// returning are columns of each changed row, which found scans in any order; "" for none. Only additions and whole statements return rows.
	returning string
	found     func(scan func(...any) error) error
	// changed is set to how many rows a whole statement without returning changed; nil where nobody asks.
	changed *int64
}

// expecting is the statement with room for that many rows.
func (s batchStatement) expecting(rows int) batchStatement {
	s.expected = rows
	return s
}

// add adds a row. All rows of a statement list the same columns; anything else is a mistake in this package,
// which must not reach the tables. A row that is spelled out where it is added never leaves the stack.
func (s *batchStatement) add(row columns) {
	if s.names == nil {
		s.names = row.names()
		s.values = make([]any, 0, s.expected*len(s.names))
	}
	if len(row) != len(s.names) {
		panic(fmt.Sprintf("a row of %d columns among rows of %d", len(row), len(s.names)))
	}
	for i, c := range row {
		if c.name != s.names[i] {
			panic(fmt.Sprintf("column %s where other rows have %s", c.name, s.names[i]))
		}
		s.values = append(s.values, c.value)
	}
}

// returned is the clause that makes the statement return rows.
func (s *batchStatement) returned() string {
	if s.returning == "" {
		return ""
	}
	return " RETURNING " + s.returning
}

// insertInto is an INSERT of rows up to its column list.
func (s *batchStatement) insertInto() string {
	return "INSERT INTO " + s.insert + " (" + strings.Join(s.names, ", ") + ")"
}
