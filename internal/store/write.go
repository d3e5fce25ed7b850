package store

import (
	"context"
	"fmt"
	"strings"
)

// column is a column of a row with the value that is written to it. Name and value stand together, so that
// a wide row cannot get out of step.
type column struct {
	name string
	// value is a fund.ID, []byte, string, int64, bool or one of sql's Null types, which also say the type
	// of the column where many rows go in one statement; or, in a single row, an expression.
	value any
}

// columns are the columns of one row in the order in which a statement lists them.
type columns []column

// expression is SQL that computes a value; each ? in it takes one argument.
type expression struct {
	text string
	args []any
}

// inserting starts the INSERT of one row; an ON CONFLICT clause may follow.
func inserting(table string, row columns) *statement {
	s := selecting("INSERT INTO " + table + " (" + strings.Join(row.names(), ", ") + ") VALUES (")
	for i, c := range row {
		s.assign(separator(i), c.value)
	}
	s.text.WriteString(")")
	return s
}

// updating starts the UPDATE of the columns; its conditions follow.
func updating(table string, set columns) *statement {
	s := selecting("UPDATE " + table + " SET ")
	for i, c := range set {
		s.assign(separator(i)+c.name+" = ", c.value)
	}
	return s
}

// assign adds text and the value after it.
func (s *statement) assign(text string, value any) {
	s.text.WriteString(text)
	if e, computed := value.(expression); computed {
		s.write(e.text, e.args)
		return
	}
	s.write("?", []any{value})
}

func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

func (row columns) names() []string {
	names := make([]string, len(row))
	for i, c := range row {
		names[i] = c.name
	}
	return names
}

// insert inserts one row; what names the thing in errors.
func (t *Tx) insert(ctx context.Context, what thing, table string, row columns) error {
	s := inserting(table, row)
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return what.refused(err)
	}
	return nil
}

// update runs an UPDATE of one row; no row is a NotFound fault.
func (t *Tx) update(ctx context.Context, what thing, s *statement) error {
	return t.change(ctx, what, s.String(), s.args...)
}

// change runs an UPDATE or DELETE of one row; no row is a NotFound fault.
func (t *Tx) change(ctx context.Context, what thing, query string, args ...any) error {
	wrote, err := t.wrote(ctx, what, query, args...)
	if err == nil && !wrote {
		return what.missing()
	}
	return err
}

// wrote runs an INSERT, UPDATE or DELETE of one row, and reports whether there was one to write.
func (t *Tx) wrote(ctx context.Context, what thing, query string, args ...any) (bool, error) {
	result, err := t.db.ExecContext(ctx, query, args...)
	if err != nil {
		return false, what.refused(err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("%s %s: %w", what.noun, what.key, err)
	}
	return n > 0, nil
}
