package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/money"
)

var upsertRates = batchStatement{
	insert: "rates",
	merge:  "ON CONFLICT (currency, day) DO UPDATE SET rate = excluded.rate",
}

// PutRates writes rates, at most one for each currency and day, and returns how many were new or different. Donations
// that counted before keep their value in dollars; for those that did not, see Store.CountUnrated.
func (t *Tx) PutRates(ctx context.Context, rates []money.DayRate) (changed int, err error) {
	known, err := t.ratesWithin(ctx, rates)
	if err != nil {
		return 0, err
	}
	rows := upsertRates
	for _, r := range rates {
		day := startOfDay(r.Day)
		if known[rateKey{r.Currency, day}] == r.Rate {
			continue
		}
		rows.add(columns{{"currency", r.Currency}, {"day", day}, {"rate", r.Rate}})
		changed++
	}
	if err := t.store.dialect.run(ctx, t, rows); err != nil {
		return 0, fmt.Errorf("rates: %w", err)
	}
	return changed, nil
}

// rateKey is the key of a rate: a currency, and a day as it is stored.
type rateKey struct {
	currency string
	day      int64
}

// ratesWithin reads the stored rates from the first to the last day of the rates.
func (t *Tx) ratesWithin(ctx context.Context, rates []money.DayRate) (map[rateKey]int64, error) {
	known := map[rateKey]int64{}
	if len(rates) == 0 {
		return known, nil
	}
	first, last := rates[0].Day, rates[0].Day
	for _, r := range rates {
		if r.Day.Before(first) {
			first = r.Day
		}
		if r.Day.After(last) {
			last = r.Day
		}
	}
	err := t.each(ctx, "SELECT currency, day, rate FROM rates WHERE day >= $1 AND day <= $2",
		[]any{startOfDay(first), startOfDay(last)}, func(scan func(...any) error) error {
			var key rateKey
			var rate int64
			err := scan(&key.currency, &key.day, &rate)
			known[key] = rate
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("rates from %s: %w", first.Format(time.DateOnly), err)
	}
	return known, nil
}
