package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// donorID is the donor of a donation on leaderboards; see fund.DonorID.
func (a *App) donorID(ctx context.Context, d fund.Donation) (fund.ID, error) {
	key, err := a.Key(ctx, store.DonorKey)
	if err != nil {
		return fund.ID{}, err
	}
	return fund.DonorID(key, d), nil
}
