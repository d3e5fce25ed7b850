package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

const (
	usd       = "USD"
	usdDigits = 2
)

// Rate is what one unit of the currency was worth on the day, in US dollars times money.RateScale: the rate of that
// day, or the latest earlier one that still holds, see money.RateReach. Without one it is NotFound.
func (q Queries) Rate(ctx context.Context, currency string, day time.Time) (int64, error) {
	if currency == usd {
		return money.RateScale, nil
	}
	s := selecting("SELECT r.rate FROM rates r").and("r.currency = ?", currency).and("r.day <= ?", startOfDay(day)).
		and("r.day >= ?", startOfDay(day.Add(-money.RateReach))).then("ORDER BY r.day DESC LIMIT 1")
	rate, err := one(ctx, q.db, s, func(r row) (rate int64, err error) {
		err = r.Scan(&rate)
		return rate, err
	}, thing{"rate of", currency})
	if fault.Is(err, fault.NotFound) {
		return 0, fault.Wrap(err, fault.NotFound, "There is no exchange rate for %s on %s or the %d days before.",
			currency, day.UTC().Format(time.DateOnly), int(money.RateReach/(24*time.Hour)))
	}
	return rate, err
}

// InUSD is an amount in minor units of the currency in US cents, at the rate of the day. Without a rate it is NotFound.
func (q Queries) InUSD(ctx context.Context, minor int64, currency string, day time.Time) (int64, error) {
	if currency == usd {
		return minor, nil
	}
	to, err := q.ToUSD(ctx, currency, day)
	if err != nil {
		return 0, err
	}
	return to.Apply(minor), nil
}

// ToUSD converts amounts of the currency to US cents, at the rate of the day. Without a rate it is NotFound.
func (q Queries) ToUSD(ctx context.Context, currency string, day time.Time) (money.Conversion, error) {
	rate, err := q.Rate(ctx, currency, day)
	if err != nil {
		return money.Conversion{}, err
	}
	digits, err := money.Digits(currency)
	if err != nil {
		return money.Conversion{}, err
	}
	return money.Conversion{FromDigits: digits, ToDigits: usdDigits, Rate: rate}, nil
}

// RateFilter selects rates.
type RateFilter struct {
	// Currency is a code; "" for all.
	Currency string
	// Limit is the maximum number of rates.
	Limit int
}

// ListRates lists rates, those of the latest day first.
func (q Queries) ListRates(ctx context.Context, f RateFilter) ([]money.DayRate, error) {
	s := selecting("SELECT r.currency, r.day, r.rate FROM rates r")
	if f.Currency != "" {
		s.and("r.currency = ?", f.Currency)
	}
	rates, err := list(ctx, q.db, s.then("ORDER BY r.day DESC, r.currency LIMIT ?", f.Limit), func(r row) (d money.DayRate, err error) {
		err = r.Scan(&d.Currency, instant{&d.Day}, &d.Rate)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("rates: %w", err)
	}
	return rates, nil
}

// OwnTotals lists what the facts raised that count for a user or a team, by currency: what is converted
// for their totals in US dollars. Exactly one of the ids is set.
func (q Queries) OwnTotals(ctx context.Context, user, team fund.ID) ([]money.Sum, error) {
	own, args := OwnFacts{user, team}.having("f")
	s := selecting("SELECT f.currency, CAST(SUM(f.raised) AS BIGINT) FROM facts f").and(own, args...)
	totals, err := list(ctx, q.db, s.then("GROUP BY f.currency HAVING SUM(f.raised) > 0 ORDER BY f.currency"), func(r row) (c money.Sum, err error) {
		err = r.Scan(&c.Currency, &c.Minor)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("totals by currency: %w", err)
	}
	return totals, nil
}

// startOfDay is how a day is stored: its first instant in UTC.
func startOfDay(at time.Time) int64 { return micros(at.UTC().Truncate(24 * time.Hour)) }
