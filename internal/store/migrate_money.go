package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// boundMoney is migration 8: the database accepts only amounts that every reader takes, amounts in the currencies
// whose decimals were wrong are multiplied, and donations have their new columns and a reference that is unique for
// their cause. It is in Go because databases with a bad value are refused with its name, and because JSON changes.
func boundMoney(d dialect) *goose.Migration {
	return goose.NewGoMigration(8, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		m := moneyMigration{tx: tx, dialect: d}
		for _, step := range []func(context.Context) error{m.findDigits, m.refuse, m.multiply, m.multiplyJSON, m.donations, m.constrain} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	}}, nil)
}

// moneyMigration is one run of migration 8. Everything happens in tx: what fails changes nothing.
type moneyMigration struct {
	tx      *sql.Tx
	dialect dialect
	// digits reports whether the database has amounts in a currency whose decimals change.
	digits bool
}

// firstLine names a statement in errors.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// badAmountsShown is how many bad values a refused migration names.
const badAmountsShown = 20

// refuse names the values that the new constraints would not accept. No value is mended silently: money is counted
// with them.
func (m *moneyMigration) refuse(ctx context.Context) error {
	var found []string
	for _, c := range moneyColumns {
		bad, err := badAmounts(ctx, classified{on: m.tx}, c, c.outside(m.dialect, m.factor(c)))
		if err != nil {
			return err
		}
		for _, b := range bad {
			found = append(found, b.String())
		}
	}
	over, err := queryAmountFaults(ctx, classified{on: m.tx}, "donations.refunded", `SELECT id, CAST(refunded AS TEXT) || ', with ' || CAST(disputed AS TEXT) ||
		' disputed more than the amount of ' || CAST(amount AS TEXT) FROM donations WHERE refunded + disputed > amount ORDER BY id`)
	if err != nil {
		return err
	}
	for _, b := range over {
		found = append(found, b.String())
	}
	if len(found) == 0 {
		return nil
	}
	if more := len(found) - badAmountsShown; more > 0 {
		found = append(found[:badAmountsShown], fmt.Sprintf("and %d more", more))
	}
	return fault.New(fault.Conflict, "The database has amounts that cannot be counted, and nothing was changed: %s. Back up the database and "+
		"correct each with SQL. A total (raised, supported, raised_usd, pledged) may be set to 0: after the migration, almoner audit --rebuild "+
		"sets it to what the ledger says. Then start again.", strings.Join(found, "; "))
}

// amountFault is a stored value that is no amount.
type amountFault struct {
	Total string
	Row   any
	Value string
}

// String names the value with its row.
func (f amountFault) String() string {
	return fmt.Sprintf("%s of %s is %s", f.Total, rowName(f.Row), f.Value)
}

// outside is the condition under which the column's value is no amount, or would be none after it was multiplied.
func (c moneyColumn) outside(d dialect, factor string) string {
	return fmt.Sprintf("(NOT %s OR t.%s NOT BETWEEN %d / %s AND %d / %s)", d.wholeNumber("t."+c.column), c.column, c.least, factor, c.most, factor)
}

// badAmounts lists the values of a column for which the condition is true.
func badAmounts(ctx context.Context, q querier, c moneyColumn, condition string) ([]amountFault, error) {
	return queryAmountFaults(ctx, q, c.table+"."+c.column,
		fmt.Sprintf("SELECT t.%s, CAST(t.%s AS TEXT) FROM %s t WHERE %s ORDER BY 1", c.id, c.column, c.table, condition))
}

// queryAmountFaults lists the rows of a query: what names a row, and its value as a text.
func queryAmountFaults(ctx context.Context, q querier, total, text string) ([]amountFault, error) {
	all, err := list(ctx, q, selecting(text), func(r row) (f amountFault, err error) {
		f.Total = total
		err = r.Scan(&f.Row, &f.Value)
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("amounts of %s: %w", total, err)
	}
	return all, nil
}

// rowName is what names a row: an id, or a number.
func rowName(id any) string {
	if raw, is := id.([]byte); is && len(raw) == len(fund.ID{}) {
		return fund.ID(raw).String()
	}
	return fmt.Sprint(id)
}

// constrain adds the constraints. SQLite can add them to a table as it is since version 3.53, which checks every row
// first; before, each table would have had to be copied.
func (m *moneyMigration) constrain(ctx context.Context) error {
	for _, c := range moneyColumns {
		check := fmt.Sprintf("%s AND %s BETWEEN %d AND %d", m.dialect.wholeNumber(c.column), c.column, c.least, c.most)
		if err := m.check(ctx, c.table, c.column, check); err != nil {
			return err
		}
	}
	return m.check(ctx, "donations", "returned", "refunded + disputed <= amount")
}

func (m *moneyMigration) check(ctx context.Context, table, name, condition string) error {
	return execAll(ctx, m.tx, fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s_%s_amount CHECK (%s)", table, table, name, condition))
}
