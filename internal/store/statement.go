package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// statement is built from the filters that are set, so that each combination is a text of its own and the database
// can use the right index for it.
type statement struct {
	text  strings.Builder
	args  []any
	where bool
}

// selecting starts a statement with everything before its WHERE.
func selecting(text string) *statement {
	s := &statement{}
	s.text.WriteString(text)
	return s
}

// and adds one condition; each ? in it takes one argument.
func (s *statement) and(condition string, args ...any) *statement {
	if s.where {
		s.text.WriteString(" AND ")
	} else {
		s.text.WriteString(" WHERE ")
		s.where = true
	}
	s.write(condition, args)
	return s
}

// andID adds a condition when the id is set.
func (s *statement) andID(condition string, id fund.ID) *statement {
	if id.IsZero() {
		return s
	}
	return s.and(condition, id)
}

// then adds what comes after the conditions.
func (s *statement) then(text string, args ...any) *statement {
	s.write(" "+text, args)
	return s
}

// write copies text and numbers each ?.
func (s *statement) write(text string, args []any) {
	for _, arg := range args {
		before, after, _ := strings.Cut(text, "?")
		s.args = append(s.args, arg)
		fmt.Fprintf(&s.text, "%s$%d", before, len(s.args))
		text = after
	}
	s.text.WriteString(text)
}

// String is the text so far.
func (s *statement) String() string { return s.text.String() }

// anyOf is the condition that column has one of the values, and its arguments.
func anyOf[T ~string](column string, values []T) (condition string, args []any) {
	for _, v := range values {
		args = append(args, string(v))
	}
	return column + " IN " + marks(len(values)), args
}

// byKey adds the condition for a key of a table: its id, its legacy id, or its slug where the table has one. It
// reports whether any row can have the key.
func (s *statement) byKey(alias string, key fund.Key, slugs slugRule) bool {
	switch {
	case key.Slug != "":
		if slugs == noSlugs {
			return false
		}
		s.and(alias+".slug = ?", key.Slug)
	case key.LegacyID != 0:
		s.and(alias+".legacy_id = ?", key.LegacyID)
	default:
		s.and(alias+".id = ?", key.ID)
	}
	return key.LegacyID >= 0
}

// slugRule reports whether the rows of a table have slugs.
type slugRule bool

const (
	noSlugs   slugRule = false
	withSlugs slugRule = true
)

// sortKey is what a list is ordered by: its columns, which together are unique, and the cursor values for them.
type sortKey struct {
	columns []string
	values  func(fund.Cursor) []any
}

// byNumber orders by a column of legacy ids, byID by one of ids.
func byNumber(column string) sortKey {
	return sortKey{[]string{column}, func(c fund.Cursor) []any { return []any{c.Number} }}
}

// byAge sorts newest first by legacy id, which V3 pages by, and oldest first by id.
func byAge(alias string, order fund.Order) sortKey {
	if order == fund.OldestFirst {
		return byID(alias + ".id")
	}
	return byNumber(alias + ".legacy_id")
}

func byID(column string) sortKey {
	return sortKey{[]string{column}, func(c fund.Cursor) []any { return []any{c.ID} }}
}

// byAmount orders by an amount and, where that is the same, by id.
func byAmount(amount, id string) sortKey {
	return sortKey{[]string{amount, id}, func(c fund.Cursor) []any { return []any{c.Number, c.ID} }}
}

// keysetPage reads one page of a list in the order that the page asks for. Before and After exclude what is not below
// and not above them; the page is the one nearest to the cursor: to After when both are set, and without any the
// start of the list.
func keysetPage[T any](
	ctx context.Context, db querier, s *statement, key sortKey, page fund.Page, scan func(row) (T, error),
) ([]T, error) {
	ascends := s.keyset(key, page)
	items, err := list(ctx, db, s, scan)
	if ascends != (page.Order == fund.OldestFirst) {
		slices.Reverse(items)
	}
	return items, err
}

// keyset adds the conditions, the order and the limit of a page, and reports whether the rows ascend.
func (s *statement) keyset(key sortKey, page fund.Page) (ascends bool) {
	columns := strings.Join(key.columns, ", ")
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(key.columns)), ", ")
	if page.Before != nil {
		s.and("("+columns+") < ("+marks+")", key.values(*page.Before)...)
	}
	if page.After != nil {
		s.and("("+columns+") > ("+marks+")", key.values(*page.After)...)
	}
	ascends = page.After != nil || page.Before == nil && page.Order == fund.OldestFirst
	s.then("ORDER BY "+strings.Join(key.columns, direction(ascends)+", ")+direction(ascends)+" LIMIT ?", page.Limit)
	return ascends
}

// direction follows a column in ORDER BY.
func direction(ascends bool) string {
	if ascends {
		return ""
	}
	return " DESC"
}

// asTable wraps the statement as a table, with these names for its columns, for a query to read.
func (s *statement) asTable(name, columns, query string) *statement {
	whole := &statement{args: s.args}
	whole.text.WriteString("WITH " + name + " (" + columns + ") AS (" + s.String() + ") " + query)
	return whole
}

// within adds a condition for a column of times. A span includes its start, not its end.
func (s *statement) within(column string, span fund.Span) *statement {
	if !span.After.IsZero() {
		s.and(column+" >= ?", micros(span.After))
	}
	if !span.Before.IsZero() {
		s.and(column+" < ?", micros(span.Before))
	}
	return s
}

// anyID is the condition that column has one of the ids, and its arguments. There are few texts of it, however many ids: see padded.
func anyID(column string, ids []fund.ID) (condition string, args []any) {
	args = padded(idArgs(ids))
	return column + " IN " + marks(len(args)), args
}
