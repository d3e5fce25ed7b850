package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

const usdDigits = 2

// NewRate is the exchange rate of a currency from a day on.
type NewRate struct {
	Currency string
	Day      time.Time
	// Rate is the value of one unit in US dollars, times money.RateScale; more than zero.
	Rate int64
}

// PutRate sets a rate to the US dollar, the currency of users' and teams' totals. It applies to future donations of that day and later.
// System only.
func (a *App) PutRate(ctx context.Context, actor Actor, r NewRate) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	var wrong fault.Fields
	fund.CheckKnownCurrency(&wrong, "currency", r.Currency)
	if r.Rate <= 0 {
		wrong.Add("rate", fund.NotPositive)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	err := a.write(ctx, actor, fund.ID{}, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.PutRate(ctx, r.Currency, r.Day, r.Rate)
	})
	if err != nil {
		return fmt.Errorf("rate of %s: %w", r.Currency, err)
	}
	a.unrated.Delete(r.Currency)
	return nil
}

// inUSD is the donation in US cents at the rate of its day. Without a rate it counts as 0 in the totals of users and teams, which is logged
// once per currency.
func (a *App) inUSD(ctx context.Context, d fund.Donation, at time.Time) (int64, error) {
	if d.Currency == "USD" {
		return d.Amount, nil
	}
	rate, err := a.store.Rate(ctx, d.Currency, at)
	known, err := found(err)
	if err != nil {
		return 0, fmt.Errorf("rate of %s: %w", d.Currency, err)
	}
	if !known {
		if _, warned := a.unrated.LoadOrStore(d.Currency, true); !warned {
			a.log.WarnContext(ctx, "no rate to USD is known: donations count as 0 in totals of users and teams", "currency", d.Currency)
		}
		return 0, nil
	}
	digits, err := money.Digits(d.Currency)
	if err != nil {
		return 0, err
	}
	return money.Conversion{FromDigits: digits, ToDigits: usdDigits, Rate: rate}.Apply(d.Amount), nil
}

// InUSD converts an amount in minor units of a currency to US cents at today's rate, for comparing sums. It is 0 without a rate.
func (a *App) InUSD(ctx context.Context, minor int64, currency string) (int64, error) {
	return a.inUSD(ctx, fund.Donation{Amount: minor, Currency: currency}, a.Now())
}
