package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// RecordOffline records a donation whose money came another way: in cash, by cheque, at a stall.
// Who may change the fact may do it, and its cause. What is given to is key, whatever the input says.
func (a *App) RecordOffline(ctx context.Context, actor Actor, key FactKey, in fund.DonationInput) (fund.Donation, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Donation{}, err
	}
	if err := requireDonationHandling(ctx, a.store.Queries, actor, f); err != nil {
		return fund.Donation{}, err
	}
	c, err := a.completion(ctx, f, in, time.Time{})
	if err != nil {
		return fund.Donation{}, err
	}
	d, err := a.complete(ctx, c)
	if err != nil {
		return fund.Donation{}, fmt.Errorf("offline donation for fact %s: %w", f.ID, err)
	}
	return d, nil
}
