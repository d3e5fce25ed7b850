package app

import (
	"context"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// ShownMoney is how amounts of the currency of a fact are shown in another one.
type ShownMoney struct {
	money.Conversion

	Currency string
}

// ShownMoney is how the stage of an overlay shows amounts of the currency of its fact, by the rates of today; nil for as they are. It is so, too, where there is no
// rate for one of both.
func (a *App) ShownMoney(ctx context.Context, v OverlayVisit) (*ShownMoney, error) {
	from, to := money.DayRate{Currency: v.seen.fact.Currency}, money.DayRate{Currency: v.ShownCurrency}
	if to.Currency == "" || to.Currency == from.Currency {
		return nil, nil //nolint:nilnil // they are shown as they are
	}
	for _, one := range []*money.DayRate{&from, &to} {
		var err error
		if one.Rate, err = a.store.Rate(ctx, one.Currency, a.Now()); fault.Is(err, fault.NotFound) {
			return nil, nil //nolint:nilnil // they are shown as they are
		} else if err != nil {
			return nil, err
		}
	}
	by, err := money.Cross(from, to)
	return &ShownMoney{by, to.Currency}, err
}
