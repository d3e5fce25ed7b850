package command

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// SetRate sets an exchange rate.
type SetRate struct {
	Store
	Currency string `arg:"" help:"Code of the currency, such as EUR." placeholder:"CODE"`
	Rate     string `arg:"" help:"What one unit of it is worth in US dollars, such as 1.0831."`
	Day      string `help:"Day of the rate in UTC, such as 2026-11-27 (default: today)." placeholder:"DAY"`
	JSON     bool   `name:"json" help:"Print one JSON object."`
}

// Run sets the rate and counts the donations that waited for it.
func (c SetRate) Run(ctx context.Context, t Terminal) error {
	rate, err := c.rate(time.Now())
	if err != nil {
		return err
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		done, err := a.PutRates(ctx, app.System(), []money.DayRate{rate})
		if err != nil {
			return err
		}
		return printRatesPut(t, c.JSON, ratesPut{Days: 1, Rates: 1, RatesPut: done})
	})
}

// rate reads the arguments.
func (c SetRate) rate(now time.Time) (money.DayRate, error) {
	var wrong fault.Fields
	r := money.DayRate{Currency: c.Currency, Day: now.UTC().Truncate(24 * time.Hour)}
	value, problem := money.ParseRate(c.Rate)
	if problem == "" {
		r.Rate, problem = money.RateOf(value)
	}
	if problem != "" {
		wrong.Add("rate", problem)
	}
	if c.Day != "" {
		var err error
		if r.Day, err = time.Parse(time.DateOnly, c.Day); err != nil {
			wrong.Add("--day", "is not a day such as 2026-11-27")
		}
	}
	return r, wrong.Err()
}
