package store

import (
	"context"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// eachIn runs a query about many ids and calls fn for every row. Rows are locked in the order
// of their ids.
func (t *Tx) eachIn(ctx context.Context, query func(in string) string, ids []fund.ID, fn func(scan func(...any) error) error) error {
	for chunk := range slices.Chunk(ids, groupSize) {
		args := padded(idArgs(chunk))
		text := query(placeholders(1, len(args))) + " ORDER BY id" + t.store.dialect.lockRows()
		if err := t.each(ctx, text, args, fn); err != nil {
			return err
		}
	}
	return nil
}

// each runs one query and calls fn for every row.
func (q Queries) each(ctx context.Context, text string, args []any, fn func(scan func(...any) error) error) error {
	rows, err := q.db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func idArgs(ids []fund.ID) []any {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return args
}

// mostPadded is the longest list that is padded to a power of four; longer ones are padded to a multiple of it.
const mostPadded = 4096

// padded repeats the last value up to the next power of four, so that lists of every length
// need only a handful of prepared statements.
func padded(args []any) []any {
	size := 1
	for size < len(args) && size < mostPadded {
		size *= 4
	}
	for len(args)%size > 0 || len(args) > 0 && len(args) < size {
		args = append(args, args[len(args)-1])
	}
	return args
}

// unique sorts ids and drops repeats.
func unique(ids []fund.ID) []fund.ID {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, compareIDs)
	return slices.Compact(ids)
}

func compareIDs(a, b fund.ID) int { return strings.Compare(string(a[:]), string(b[:])) }
