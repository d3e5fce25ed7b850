package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// HandledDonation finds one donation for those who may record, screen and refund donations to its
// fact; everybody else who may know of it is Forbidden.
func (a *App) HandledDonation(ctx context.Context, actor Actor, key fund.Key) (fund.Donation, error) {
	d, f, err := a.seenDonation(ctx, actor, key)
	if err != nil {
		return fund.Donation{}, err
	}
	return d, requireDonationHandling(ctx, a.store.Queries, actor, f)
}

// HandledPayment is how the money of a donation comes, for those who handle it; nil for one that came without a
// payment provider.
func (a *App) HandledPayment(ctx context.Context, actor Actor, key fund.Key) (*fund.Payment, error) {
	_, p, err := a.paidDonation(ctx, actor, key)
	return p, err
}
