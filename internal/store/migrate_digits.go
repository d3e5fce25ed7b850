package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// The currencies whose amounts were stored without decimals, as CLDR rounds cash, and which have two or three in
// ISO 4217. They are written out because the lists change: what version 8 multiplies stays the same.
const (
	twoDigits   = "'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MUR', 'PKR', 'RSD', 'SOS', 'SYP', 'TZS', 'UZS', 'YER'"
	threeDigits = "'IQD'"
	newDigits   = twoDigits + ", " + threeDigits
)

// findDigits looks for amounts in these currencies. All amounts of a cause are in its currency.
func (m *moneyMigration) findDigits(ctx context.Context) error {
	err := m.tx.QueryRowContext(ctx, "SELECT COUNT(*) > 0 FROM facts WHERE currency IN ("+newDigits+")").Scan(&m.digits)
	if err != nil {
		return fmt.Errorf("currencies: %w", err)
	}
	return nil
}

// factor is what the amounts of a column are multiplied by.
func (m *moneyMigration) factor(c moneyColumn) string {
	if !m.digits || c.currency == "" {
		return "1"
	}
	return fmt.Sprintf("CASE WHEN %s IN (%s) THEN 100 WHEN %s IN (%s) THEN 1000 ELSE 1 END", c.currency, twoDigits, c.currency, threeDigits)
}

// multiply multiplies all amounts. The currency of most comes from other rows, which have no other currency afterwards.
func (m *moneyMigration) multiply(ctx context.Context) error {
	if !m.digits {
		return nil
	}
	for _, c := range moneyColumns {
		if c.currency == "" {
			continue
		}
		text := fmt.Sprintf("UPDATE %s AS t SET %s = %s * %s WHERE %s IN (%s)", c.table, c.column, c.column, m.factor(c), c.currency, newDigits)
		if err := execAll(ctx, m.tx, text); err != nil {
			return err
		}
	}
	return nil
}

// moneyJSON is a column of JSON texts with amounts in them.
type moneyJSON struct {
	table, id, column, currency string
	// path leads to the object with the amounts, names are their keys; without names the column is a list of amounts.
	path, names []string
}

var moneyJSONs = []moneyJSON{
	{"causes", "fact_id", "details", factCurrency, []string{"settings"}, []string{"minimum_donation"}},
	{"fundraising_events", "fact_id", "details", factCurrency, []string{"settings"}, []string{"minimum_donation"}},
	{"giving", "fact_id", "presets", factCurrency, nil, nil},
	// The sandbox's own payments.
	{"sandbox_payments", "id", "body", "", nil, []string{"Donated", "FeeCover", "Fee", "Refunded", "Disputed"}},
}

// multiplyJSON multiplies the amounts in JSON texts.
func (m *moneyMigration) multiplyJSON(ctx context.Context) error {
	if !m.digits {
		return nil
	}
	for _, c := range moneyJSONs {
		if err := m.multiplyTexts(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// storedText is one JSON text of a row, with its currency.
type storedText struct {
	id             any
	text, currency string
}

func (m *moneyMigration) multiplyTexts(ctx context.Context, c moneyJSON) error {
	query := fmt.Sprintf("SELECT t.%s, t.%s, %s FROM %s t WHERE t.%s <> ''", c.id, c.column, orEmpty(c.currency), c.table, c.column)
	all, err := list(ctx, classified{on: m.tx}, selecting(query), func(r row) (s storedText, err error) {
		err = r.Scan(&s.id, &s.text, &s.currency)
		return s, err
	})
	if err != nil {
		return fmt.Errorf("amounts in %s.%s: %w", c.table, c.column, err)
	}
	for _, s := range all {
		changed, err := c.multiplied(s)
		if err != nil {
			return fault.Wrap(err, fault.Conflict, "The amounts in %s.%s of %s cannot be read, and nothing was changed. Correct the text with SQL "+
				"and start again.", c.table, c.column, rowName(s.id))
		}
		if changed == s.text {
			continue
		}
		if _, err := m.tx.ExecContext(ctx, fmt.Sprintf("UPDATE %s SET %s = $1 WHERE %s = $2", c.table, c.column, c.id), changed, s.id); err != nil {
			return fmt.Errorf("amounts in %s.%s: %w", c.table, c.column, err)
		}
	}
	return nil
}

func orEmpty(expression string) string {
	if expression == "" {
		return "''"
	}
	return "COALESCE(" + expression + ", '')"
}

// multiplied is the text with its amounts multiplied. Keys that this version does not know stay.
func (c moneyJSON) multiplied(s storedText) (string, error) {
	if c.names == nil {
		var amounts []int64
		if err := json.Unmarshal([]byte(s.text), &amounts); err != nil {
			return "", err
		}
		if len(amounts) == 0 || jsonFactor(s.currency) == 1 {
			return s.text, nil
		}
		for i := range amounts {
			amounts[i] *= jsonFactor(s.currency)
		}
		return encodeJSON(amounts)
	}
	object, err := numberedObject(s.text)
	if err != nil {
		return "", err
	}
	if own, is := object["Currency"].(string); is {
		s.currency = own
	}
	inner := object
	for _, key := range c.path {
		inner, _ = inner[key].(map[string]any)
	}
	if jsonFactor(s.currency) == 1 || !multiplyKeys(inner, c.names, jsonFactor(s.currency)) {
		return s.text, nil
	}
	return encodeJSON(object)
}

// numberedObject decodes an object and keeps the digits of its numbers.
func numberedObject(text string) (map[string]any, error) {
	var object map[string]any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(&object)
	return object, err
}

// multiplyKeys reports whether one of the keys has an amount.
func multiplyKeys(object map[string]any, names []string, factor int64) bool {
	changed := false
	for _, name := range names {
		number, is := object[name].(json.Number)
		if !is {
			continue
		}
		if amount, err := number.Int64(); err == nil {
			object[name], changed = amount*factor, true
		}
	}
	return changed
}

// jsonFactor is factor for a currency that was read.
func jsonFactor(currency string) int64 {
	switch quoted := "'" + currency + "'"; {
	case strings.Contains(twoDigits, quoted):
		return 100
	case strings.Contains(threeDigits, quoted):
		return 1000
	default:
		return 1
	}
}
