package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// unopenedHold is how long a donor has to open the payment page of a donation that holds limited rewards: a program that only submits the
// form keeps them from others no longer than that.
const unopenedHold = 3 * time.Minute

// rewardHold is what an unpaid donation holds of rewards with a limited stock.
type rewardHold struct {
	// earlier is how many of each reward the donor's earlier unpaid payments hold; they are given back.
	earlier map[fund.ID]int64
	// rewards are how many of each the donation claims.
	rewards map[fund.ID]int64
	// most are how many of each unpaid donations from one network may claim.
	most map[fund.ID]int64
}

// add records a claim. It is false if the donation claims more than the most that it may hold.
func (h *rewardHold) add(r fund.Reward, quantity int64) (most int64, fits bool) {
	limit := r.MostHeld()
	if h == nil || limit == nil {
		return 0, true
	}
	h.rewards[r.ID] += quantity
	h.most[r.ID] = *r.MostHeldByNetwork()
	return *limit, h.rewards[r.ID] <= *limit
}

// left is how many of a reward can be claimed; nil for no limit.
func (h *rewardHold) left(r fund.Reward) *int64 {
	left := r.Remaining()
	if h != nil && left != nil {
		*left += h.earlier[r.ID]
	}
	return left
}

// lasts is how long the donation stays open if its donor does nothing.
func (h *rewardHold) lasts() time.Duration {
	if len(h.rewards) > 0 {
		return unopenedHold
	}
	return payWithin
}

func holderOf(in fund.CheckoutInput) shield.Holder {
	return shield.Holder{Session: in.Session, Form: in.Form, Address: in.Address}
}

// heldBefore is how many of each reward the same browser or form holds with payments that are still unpaid.
func (a *App) heldBefore(ctx context.Context, in fund.CheckoutInput) (map[fund.ID]int64, error) {
	held := map[fund.ID]int64{}
	for _, earlier := range a.shield.Holds(holderOf(in), in.ID) {
		if over, err := a.releaseSettled(ctx, earlier.Donation); err != nil {
			return nil, err
		} else if over {
			continue
		}
		for id, quantity := range earlier.Rewards {
			held[id] += quantity
		}
	}
	return held, nil
}

// releaseSettled forgets what a donation holds that another node may have settled, and reports whether that is so.
func (a *App) releaseSettled(ctx context.Context, donation fund.ID) (bool, error) {
	p, err := a.store.GetPayment(ctx, donation)
	ok, err := found(err)
	if err != nil || !ok || p.Awaited() {
		return false, err
	}
	a.shield.Release(donation)
	return true, nil
}

// holdAgain is what becomes of a hold that was refused, once what other nodes settled at the same network is forgotten.
func (a *App) holdAgain(ctx context.Context, one shield.Hold, by shield.Holder) ([]fund.ID, error) {
	for _, other := range a.shield.NetworkHolds(by) {
		if _, err := a.releaseSettled(ctx, other.Donation); err != nil {
			return nil, err
		}
	}
	return a.shield.Hold(one, by)
}

// hold counts what a donation holds, and gives back what earlier unpaid payments of the same browser or form hold of the same rewards. It is
// RateLimited if the donor has too many other ones, or the donor's network holds its share of the reward.
func (a *App) hold(ctx context.Context, donation fund.ID, in fund.CheckoutInput, h *rewardHold) error {
	if len(h.rewards) == 0 {
		return nil
	}
	one := shield.Hold{Donation: donation, Rewards: h.rewards, Most: h.most}
	earlier, err := a.shield.Hold(one, holderOf(in))
	if fault.Is(err, fault.RateLimited) && in.Address.IsValid() {
		earlier, err = a.holdAgain(ctx, one, holderOf(in))
	}
	if err != nil {
		return err
	}
	for _, one := range earlier {
		if err := a.endUnpaid(ctx, one); !fault.Is(err, fault.NotFound) {
			a.logFailureOf(ctx, "earlier payment", err)
		}
	}
	return nil
}

// endUnpaid ends a payment that was not made, as if its time were over. If the provider cannot be asked now, the reconciler asks it soon.
func (a *App) endUnpaid(ctx context.Context, donation fund.ID) error {
	p, err := a.store.GetPayment(ctx, donation)
	if err != nil || !p.Awaited() {
		return err
	}
	if err := a.payUntil(ctx, p, a.Now()); err != nil {
		return err
	}
	return a.Reconcile(ctx, donation)
}

// payUntil sets when an unpaid payment ends.
func (a *App) payUntil(ctx context.Context, p fund.Payment, at time.Time) error {
	return a.store.Write(ctx, p.CauseID, func(ctx context.Context, tx *store.Tx) error {
		return tx.PostponePayment(ctx, p.DonationID, at)
	})
}

// unopened reports whether a payment that holds limited rewards has only the time until its page is opened.
func unopened(p fund.Payment) bool { return p.DueAt.Sub(p.CreatedAt) <= unopenedHold }

// PaymentOpened gives the donor of an open payment the full time to pay, because the payment page was opened.
func (a *App) PaymentOpened(ctx context.Context, donation fund.ID) error {
	p, err := a.store.GetPayment(ctx, donation)
	if err != nil || !p.Awaited() || !unopened(p) {
		return err
	}
	return a.payUntil(ctx, p, p.CreatedAt.Add(payWithin))
}

// OpenPayment is PaymentOpened for the donor with that key, and where the payment goes on: at its provider, or on the donation's page if it
// is over. An invalid key is NotFound.
func (a *App) OpenPayment(ctx context.Context, key string) (url string, err error) {
	id, err := a.OpenDonationKey(ctx, key)
	if err != nil {
		return "", err
	}
	p, err := a.store.GetPayment(ctx, id)
	if err != nil {
		return "", asRequested(err, "gift", "")
	}
	if !p.Awaited() {
		return a.pages.Donation(key), nil
	}
	provider, err := a.provider(p.Provider)
	if err != nil {
		return "", err
	}
	url, err = provider.Resume(ctx, refOf(p))
	if fault.Is(err, fault.NotFound) {
		return a.pages.Donation(key), nil
	}
	if err != nil {
		return "", err
	}
	return url, a.PaymentOpened(ctx, id)
}

// leadTo is where the donor of a payment goes next. A page elsewhere cannot report that it was opened, so an address of this server leads there
// while that matters.
func (a *App) leadTo(ctx context.Context, p fund.Payment, url, origin string) (string, error) {
	if _, hosts := a.providers[p.Provider].(pay.Host); hosts || !unopened(p) {
		return url, nil
	}
	key, err := a.DonationKey(ctx, p.DonationID)
	if err != nil {
		return "", err
	}
	return a.pages.Payment(origin, key), nil
}
