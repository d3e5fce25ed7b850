package app

import (
	"cmp"
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// Gift is a donation as its giver sees it, whatever became of its payment.
type Gift struct {
	Donation fund.Donation
	Payment  fund.Payment
	// Fact is what was given to. Cause is whom the money is for.
	Fact  fund.Fact
	Cause fund.Cause
	// Receipt is nil until the money has come.
	Receipt *fund.Receipt
	// Rewards are what the giver gets, with what each is worth.
	Rewards []GiftReward
}

// GiftReward is a reward that came with a gift.
type GiftReward struct {
	Name     string
	Quantity int64
	// FairMarketValue is what all of them are worth for the tax office, in minor units; nil if unknown.
	FairMarketValue *int64
}

// FairMarketValue is what all rewards together are worth for the tax office, in minor units.
func (g Gift) FairMarketValue() int64 {
	var sum int64
	for _, r := range g.Rewards {
		if r.FairMarketValue != nil {
			sum += *r.FairMarketValue
		}
	}
	return sum
}

// Deductible is what of the gift counts for the tax office, in minor units: what is left of it and of the
// cover of the fee, without what the giver got for it.
func (g Gift) Deductible() int64 {
	return max(0, g.Given()-g.FairMarketValue())
}

// Given is what the giver has given in all, in minor units: the gift and the cover of the fee, without what went
// back.
func (g Gift) Given() int64 {
	return max(0, g.Payment.Total()-g.Payment.Refunded-g.Payment.Disputed)
}

// Play tells that no money moved: the gift was made through the sandbox.
func (g Gift) Play() bool { return g.Payment.Provider == pay.Sandbox }

// LegalName is what the one who got the gift is called on a receipt.
func (g Gift) LegalName() string { return cmp.Or(g.Cause.LegalName, g.Cause.Name) }

// GetGift is the gift that a key names to its giver; see GiftKey. A key that names none is NotFound.
func (a *App) GetGift(ctx context.Context, key string) (Gift, error) {
	id, err := a.OpenGiftKey(ctx, key)
	if err != nil {
		return Gift{}, err
	}
	return a.gift(ctx, id)
}

// gift reads everything about a gift, in whatever state.
func (a *App) gift(ctx context.Context, id fund.ID) (g Gift, err error) {
	if g.Payment, err = a.store.GetPayment(ctx, id); err != nil {
		return g, asAsked(err, "gift", "")
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
	if g.Rewards, err = a.giftRewards(ctx, g.Donation.Claims); err != nil {
		return g, fmt.Errorf("rewards of donation %s: %w", id, err)
	}
	receipt, err := a.store.GetReceipt(ctx, id)
	ok, err := found(err)
	if ok {
		g.Receipt = &receipt
	}
	return g, err
}

func (a *App) giftRewards(ctx context.Context, claims []fund.Claim) ([]GiftReward, error) {
	var all []GiftReward
	for _, c := range claims {
		r, err := a.store.GetReward(ctx, fund.Key{ID: c.Reward.ID})
		if err != nil {
			return nil, err
		}
		one := GiftReward{Name: r.Name, Quantity: c.Quantity}
		if r.FairMarketValue != nil {
			worth := *r.FairMarketValue * c.Quantity
			one.FairMarketValue = &worth
		}
		all = append(all, one)
	}
	return all, nil
}
