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

// NewRate is what one unit of a currency is worth from a day on.
type NewRate struct {
	Currency string
	Day      time.Time
	// Rate is in US dollars, times money.RateScale; more than zero.
	Rate int64
}

// PutRate sets a rate to the US dollar, which the totals of users and teams are in. It counts for
// donations from that day on that are made later. System only.
func (a *App) PutRate(ctx context.Context, actor Actor, r NewRate) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	var wrong fault.Fields
	fund.CheckCurrency(&wrong, "currency", r.Currency)
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

// inUSD is the donation in US cents at the rate of its day. While no rate of its currency is
// known it counts as 0 in the totals of users and teams, which is warned of once a currency.
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

// InUSD is an amount in minor units of a currency in US cents, at the rate of today, for comparing
// sums. While no rate is known it is 0.
func (a *App) InUSD(ctx context.Context, minor int64, currency string) (int64, error) {
	return a.inUSD(ctx, fund.Donation{Amount: minor, Currency: currency}, a.Now())
}
