package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// DonorView is a donation as its donor sees it, in any payment state.
type DonorView struct {
	// Mode is what the money is.
	Mode     fund.Mode
	Donation fund.Donation
	Payment  fund.Payment
	// Fact is the fact donated to, Cause the cause that receives the money.
	Fact  fund.Fact
	Cause fund.Cause
	// Receipt is the last one, valid or void; nil until the donation is paid, and while the cause is not approved.
	Receipt *fund.Receipt
	// Delayed reports whether donors may pay by methods whose money takes days to come.
	Delayed bool
	// Rewards are the donor's rewards.
	Rewards []ClaimedReward
}

// ClaimedReward is a reward claimed with a donation.
type ClaimedReward struct {
	Name     string
	Quantity int64
}

// Donated is what the donor has paid in all, in minor units: the donation and the fee cover, minus what was returned.
func (g DonorView) Donated() int64 {
	return max(0, g.Payment.Total()-g.Payment.Refunded-g.Payment.Disputed)
}

// Simulated reports that no money moved: all of the database is play money, or the donation came through the sandbox.
func (g DonorView) Simulated() bool { return g.Mode.Play() || g.Payment.Provider == pay.Sandbox }

// GetDonorView returns the donation of a key; see DonationKey. An invalid key is NotFound.
func (a *App) GetDonorView(ctx context.Context, key string) (DonorView, error) {
	id, err := a.OpenDonationKey(ctx, key)
	if err != nil {
		return DonorView{}, err
	}
	return a.donorView(ctx, id)
}

// GetReturnedDonorView is GetDonorView for a donor who may come back from paying: the provider is first asked about an open
// payment, within the shield's limit.
func (a *App) GetReturnedDonorView(ctx context.Context, key string) (DonorView, error) {
	id, err := a.OpenDonationKey(ctx, key)
	if err != nil {
		return DonorView{}, err
	}
	return a.ReturnedView(ctx, id)
}

// ReturnedView is GetReturnedDonorView for a donation of an address that was opened before; see OpenReturn.
func (a *App) ReturnedView(ctx context.Context, donation fund.ID) (DonorView, error) {
	g, err := a.donorView(ctx, donation)
	if err != nil || !a.askOnReturn(ctx, g.Payment) {
		return g, err
	}
	return a.donorView(ctx, donation)
}

// donorView reads everything about a donation, in whatever state.
func (a *App) donorView(ctx context.Context, id fund.ID) (g DonorView, err error) {
	g.Mode, g.Delayed = a.Mode(ctx), a.payments.Delayed
	if g.Payment, err = a.store.GetPayment(ctx, id); err != nil {
		return g, asRequested(err, "gift", "")
	}
	if g.Donation, err = a.store.GetDonation(ctx, fund.Key{ID: id}); err != nil {
		return g, err
	}
	if g.Fact, err = a.store.GetFact(ctx, factByID(g.Donation.Fact.ID)); err != nil {
		return g, err
	}
	if g.Cause, err = a.store.GetCause(ctx, fund.Key{ID: g.Donation.CauseID}); err != nil {
		return g, err
	}
	if g.Rewards, err = a.claimedRewards(ctx, g.Donation.Claims); err != nil {
		return g, fmt.Errorf("rewards of donation %s: %w", id, err)
	}
	receipt, err := a.store.GetReceipt(ctx, id)
	ok, err := found(err)
	if ok && g.Cause.Approval == fund.Approved {
		g.Receipt = &receipt
	}
	return g, err
}

func (a *App) claimedRewards(ctx context.Context, claims []fund.Claim) ([]ClaimedReward, error) {
	var all []ClaimedReward
	for _, c := range claims {
		r, err := a.store.GetReward(ctx, fund.Key{ID: c.Reward.ID})
		if err != nil {
			return nil, err
		}
		all = append(all, ClaimedReward{Name: r.Name, Quantity: c.Quantity})
	}
	return all, nil
}
