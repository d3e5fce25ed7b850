package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InUSD is an amount in minor units of a currency in US cents, at the rate of today, for comparing
// sums. While no rate is known it is 0.
func (a *App) InUSD(ctx context.Context, minor int64, currency string) (int64, error) {
	return a.inUSD(ctx, fund.Donation{Amount: minor, Currency: currency}, a.Now())
}
