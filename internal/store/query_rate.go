package store

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// Rate is what one unit of the currency was worth on the day, in US dollars times
// money.RateScale: the latest rate that is known for that day or an earlier one.
func (q Queries) Rate(ctx context.Context, currency string, day time.Time) (int64, error) {
	if currency == "USD" {
		return money.RateScale, nil
	}
	s := selecting("SELECT r.rate FROM rates r").and("r.currency = ?", currency).
		and("r.day <= ?", startOfDay(day)).then("ORDER BY r.day DESC LIMIT 1")
	rate, err := one(ctx, q.db, s, func(r row) (rate int64, err error) {
		err = r.Scan(&rate)
		return rate, err
	}, thing{"rate of", currency})
	if fault.Is(err, fault.NotFound) {
		return 0, fault.Wrap(err, fault.NotFound, "There is no exchange rate for %s on %s or earlier.",
			currency, day.UTC().Format(time.DateOnly))
	}
	return rate, err
}

// startOfDay is how a day is stored: its first instant in UTC.
func startOfDay(at time.Time) int64 { return micros(at.UTC().Truncate(24 * time.Hour)) }
