package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// badAmountsPerColumn is how many bad values of a column an audit names.
const badAmountsPerColumn = 20

// auditAmounts lists stored values that are no amounts. The database accepts none: somebody stored them by other means. While
// there is one, sums cannot be trusted, or not even read.
func (q Queries) auditAmounts(ctx context.Context) (found []Difference, err error) {
	for rest := moneyColumns; len(rest) > 0; {
		end := slices.IndexFunc(rest, func(c moneyColumn) bool { return c.table != rest[0].table })
		if end < 0 {
			end = len(rest)
		}
		bad, err := q.auditTable(ctx, rest[:end])
		if err != nil {
			return nil, err
		}
		found, rest = append(found, bad...), rest[end:]
	}
	return found, nil
}

// auditTable is auditAmounts for the columns of one table, which is read once where nothing is wrong.
func (q Queries) auditTable(ctx context.Context, columns []moneyColumn) (found []Difference, err error) {
	conditions := make([]string, len(columns))
	for i, c := range columns {
		conditions[i] = c.outside(q.dialect, "1")
	}
	var wrong bool
	text := fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM %s t WHERE %s)", columns[0].table, strings.Join(conditions, " OR "))
	if err := q.db.QueryRowContext(ctx, text).Scan(&wrong); err != nil || !wrong {
		return nil, err
	}
	for i, c := range columns {
		bad, err := badAmounts(ctx, q.db, c, conditions[i])
		if err != nil {
			return nil, err
		}
		for _, b := range bad[:min(len(bad), badAmountsPerColumn)] {
			found = append(found, b.difference("the value "+b.Value+" is no amount"))
		}
	}
	return found, nil
}

// difference names a bad value. What is named by a number has it in its text.
func (f amountFault) difference(broken string) Difference {
	d := Difference{Total: f.Total, Broken: broken}
	if raw, is := f.Row.([]byte); is && len(raw) == len(d.ID) {
		d.ID = fund.ID(raw)
	} else {
		d.Broken += ", in row " + rowName(f.Row)
	}
	return d
}

// auditCurrencies lists facts whose currency is not known, and rows that have another currency than their fact.
func (q Queries) auditCurrencies(ctx context.Context) (found []Difference, err error) {
	s := selecting("SELECT id, currency FROM facts").then("ORDER BY id")
	facts, err := list(ctx, q.db, s, func(r row) (f amountFault, err error) {
		err = r.Scan(&f.Row, &f.Value)
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("currencies of facts: %w", err)
	}
	for _, f := range facts {
		if _, err := money.Digits(f.Value); err != nil {
			f.Total = "facts.currency"
			found = append(found, f.difference(fmt.Sprintf("the currency %q is not known", f.Value)))
		}
	}
	for _, table := range []string{"donations", "ledger", "rewards", "donation_matches"} {
		text := "SELECT t.id, t.currency FROM " + table + " t JOIN facts f ON f.id = t.fact_id WHERE t.currency <> f.currency ORDER BY 1"
		bad, err := queryAmountFaults(ctx, q.db, table+".currency", text)
		if err != nil {
			return nil, err
		}
		for _, b := range bad[:min(len(bad), badAmountsPerColumn)] {
			found = append(found, b.difference(fmt.Sprintf("the currency %q is not that of its fact", b.Value)))
		}
	}
	return found, nil
}

// resetTotals sets totals that are no amounts to 0, so that they can be read, and returns them. What else is no amount
// is a Conflict: no sum can say what it should be.
func (t *Tx) resetTotals(ctx context.Context) ([]Difference, error) {
	found, err := t.auditAmounts(ctx)
	if err != nil {
		return nil, err
	}
	var others []string
	for _, d := range found {
		if _, is := columnOf(d.Total); !is {
			others = append(others, d.String())
		}
	}
	if len(others) > 0 {
		return nil, fault.New(fault.Conflict, "The totals cannot be rebuilt while there are values that are no amounts. Back up the database, "+
			"correct them with SQL, and try again: %s", strings.Join(others, "; "))
	}
	for _, c := range moneyColumns {
		if _, is := columnOf(c.table + "." + c.column); !is || len(found) == 0 {
			continue
		}
		_, err := t.db.ExecContext(ctx, fmt.Sprintf("UPDATE %s AS t SET %s = 0 WHERE %s", c.table, c.column, c.outside(t.store.dialect, "1")))
		if err != nil {
			return nil, fmt.Errorf("reset %s.%s: %w", c.table, c.column, err)
		}
	}
	return found, nil
}
