package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

// rateAhead is how far ahead of now the day of a rate may be: somewhere it is tomorrow already.
const rateAhead = 24 * time.Hour

// RatesPut is what new rates changed.
type RatesPut struct {
	// Changed is how many rates were new or different.
	Changed int
	store.Recount
}

// PutRates sets rates to the US dollar, the currency of users' and teams' totals, all or none; then donations that had no rate so far count
// in these totals. A donation that has a value in dollars keeps it. The same rates again change nothing. System only.
func (a *App) PutRates(ctx context.Context, actor Actor, rates []money.DayRate) (RatesPut, error) {
	var done RatesPut
	if actor.Kind != ActorSystem {
		return done, forbidden()
	}
	if err := a.checkRates(rates); err != nil {
		return done, err
	}
	err := a.write(ctx, actor, fund.ID{}, func(ctx context.Context, tx *store.Tx, now time.Time) (err error) {
		if done.Changed, err = tx.PutRates(ctx, rates); err != nil || done.Changed == 0 {
			return err
		}
		return logAct(ctx, tx, actor, ratesAct(rates, done.Changed, now))
	})
	if err != nil {
		return done, fmt.Errorf("rates: %w", err)
	}
	a.unrated.Clear()
	done.Recount, err = a.store.CountUnrated(ctx)
	return done, err
}

// ratesAct is the act of changing rates; of a single one it says which.
func ratesAct(rates []money.DayRate, changed int, at time.Time) done {
	act := doneOn(fund.ActSetRates, fund.SubjectRates, at).with("changed", strconv.Itoa(changed))
	if len(rates) == 1 {
		act = act.with("currency", rates[0].Currency).with("day", rates[0].Day.Format(time.DateOnly)).with("rate", rates[0].Decimal())
	}
	return act
}

// checkRates names the first rate that is wrong.
func (a *App) checkRates(rates []money.DayRate) error {
	last := a.Now().Add(rateAhead)
	for _, r := range rates {
		var wrong fault.Fields
		fund.CheckKnownCurrency(&wrong, "currency", r.Currency)
		switch {
		case r.Currency == "USD":
			wrong.Add("currency", "is the US dollar itself")
		case r.Rate <= 0 || r.Rate > money.MaxRate:
			wrong.Add("rate", money.RateOutOfRange)
		}
		if r.Day.After(last) {
			wrong.Add("day", r.Day.Format(time.DateOnly)+" is in the future")
		}
		if err := wrong.Err(); err != nil {
			return err
		}
	}
	return nil
}

// ListRates lists rates, those of the latest day first. System only.
func (a *App) ListRates(ctx context.Context, actor Actor, filter store.RateFilter) ([]money.DayRate, error) {
	if actor.Kind != ActorSystem {
		return nil, forbidden()
	}
	return a.store.ListRates(ctx, filter)
}

// inUSD is the donation in US cents at the rate of its day. Without a rate it counts as 0 in the totals of users and teams until the rate is
// known, which is logged once per currency.
func (a *App) inUSD(ctx context.Context, d fund.Donation, at time.Time) (int64, error) {
	usd, known, err := a.convert(ctx, d.Amount, d.Currency, at)
	if err != nil || known {
		return usd, err
	}
	if _, warned := a.unrated.LoadOrStore(d.Currency, true); !warned {
		a.log.WarnContext(ctx, "no rate to USD is known: donations count as 0 in totals of users and teams until it is set or imported",
			"currency", d.Currency)
	}
	return 0, nil
}

// convert is an amount in minor units of a currency in US cents at the rate of a day, if one is known.
func (a *App) convert(ctx context.Context, minor int64, currency string, at time.Time) (usd int64, known bool, err error) {
	usd, err = a.store.InUSD(ctx, minor, currency, at)
	if known, err = found(err); err != nil {
		return 0, false, fmt.Errorf("rate of %s: %w", currency, err)
	}
	return usd, known, nil
}

// InUSD converts an amount in minor units of a currency to US cents at today's rate, for comparing sums. It is 0 without a rate.
func (a *App) InUSD(ctx context.Context, minor int64, currency string) (int64, error) {
	usd, _, err := a.convert(ctx, minor, currency, a.Now())
	return usd, err
}

// UserTotals are what the facts of a user raised, as people can be shown it: in US dollars, or currency by currency where no rate is known.
func (a *App) UserTotals(ctx context.Context, u fund.User) ([]money.Sum, error) {
	own, err := a.store.OwnTotals(ctx, u.ID, fund.ID{})
	if err != nil {
		return nil, err
	}
	return a.inOneCurrency(ctx, own, u.RaisedUSD)
}

// TeamTotals are UserTotals of a team.
func (a *App) TeamTotals(ctx context.Context, t fund.Team) ([]money.Sum, error) {
	own, err := a.store.OwnTotals(ctx, fund.ID{}, t.ID)
	if err != nil {
		return nil, err
	}
	return a.inOneCurrency(ctx, own, t.RaisedUSD)
}

// inOneCurrency is the total in US cents, unless it leaves out what was raised in a currency without a rate.
func (a *App) inOneCurrency(ctx context.Context, own []money.Sum, usd int64) ([]money.Sum, error) {
	if usd == 0 && len(own) > 0 {
		return own, nil
	}
	for _, c := range own {
		known, err := found(func() error { _, err := a.store.Rate(ctx, c.Currency, a.Now()); return err }())
		if err != nil {
			return nil, err
		}
		if !known {
			return own, nil
		}
	}
	return []money.Sum{{Currency: "USD", Minor: usd}}, nil
}
