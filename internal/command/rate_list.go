package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

// maxRatesListed is how many rates are listed at most: 60 currencies for half a century of bank days.
const maxRatesListed = 1_000_000

// ListRates lists exchange rates.
type ListRates struct {
	Store
	Currency string `help:"Only rates of this currency." placeholder:"CODE"`
	Limit    int    `help:"How many rates to print at most, from 1 to 1000000 (default: ${default})." default:"100" placeholder:"N"`
	JSON     bool   `name:"json" help:"Print one JSON object a line."`
}

// Validate bounds the list.
func (c ListRates) Validate() error {
	if c.Limit < 1 || c.Limit > maxRatesListed {
		return fmt.Errorf("--limit must be from 1 to %d", maxRatesListed)
	}
	return nil
}

// Run prints a line for each rate, those of the latest day first.
func (c ListRates) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		rates, err := a.ListRates(ctx, app.System(), store.RateFilter{Currency: c.Currency, Limit: c.Limit})
		if err != nil {
			return err
		}
		for _, r := range rates {
			if err := c.print(t.Out, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c ListRates) print(out io.Writer, r money.DayRate) error {
	if c.JSON {
		return printJSON(out, listedRate{r.Currency, r.Day.Format(time.DateOnly), r.Decimal()})
	}
	_, err := fmt.Fprintf(out, "%s %s %s\n", r.Day.Format(time.DateOnly), r.Currency, r.Decimal())
	return err
}

// listedRate is a rate as it is printed.
type listedRate struct {
	Currency string `json:"currency"`
	Day      string `json:"day"`
	Rate     string `json:"rate"`
}
