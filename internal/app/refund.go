package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

// GetDonation returns one listed donation, or any one for editors of its fact.
func (a *App) GetDonation(ctx context.Context, actor Actor, key fund.Key) (fund.Donation, error) {
	d, _, err := a.seenDonation(ctx, actor, key)
	return d, err
}

// seenDonation finds a donation with its fact, if the actor may see both.
func (a *App) seenDonation(ctx context.Context, actor Actor, key fund.Key) (fund.Donation, fund.Fact, error) {
	d, err := a.store.GetDonation(ctx, key)
	if err != nil {
		return fund.Donation{}, fund.Fact{}, err
	}
	f, err := a.seenFact(ctx, actor, d.Fact.ID)
	if err == nil && !d.Listed() {
		var ok bool
		if ok, err = may(ctx, a.store.Queries, actor, viewDonation, f); err == nil && !ok {
			err = missing("donation", key)
		}
	}
	return d, f, asRequested(err, "donation", key.String())
}

// RefundDonation refunds part of a donation: amount is a decimal text in major units of its currency, "" for all that is left. The ledger,
// every total and the leaderboards decrease with it. A payment is refunded through its provider; a full refund includes the fee cover.
//
// Giving money back is for the cause and for operators.
func (a *App) RefundDonation(ctx context.Context, actor Actor, key fund.Key, amount string) (fund.Donation, error) {
	return a.refundWith(ctx, actor, returnMoney, key, amount)
}

// refundWith is RefundDonation with another right at the donation's fact.
func (a *App) refundWith(ctx context.Context, actor Actor, r right, key fund.Key, amount string) (fund.Donation, error) {
	if d, p, err := a.paidDonation(ctx, actor, r, key); err != nil {
		return fund.Donation{}, err
	} else if p != nil {
		return a.refundPayment(ctx, actor, d, *p, amount)
	}
	return a.handleDonation(ctx, actor, r, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		back, err := refundOf(d, amount)
		if err != nil {
			return err
		}
		if _, err = tx.Refund(ctx, d.ID, back); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneWith(fund.ActRefund, d, now).withAmount(back))
	})
}

// refundOf is how much of a donation to refund, in minor units.
func refundOf(d fund.Donation, amount string) (int64, error) {
	if amount == "" {
		return d.Net(), nil
	}
	var wrong fault.Fields
	back := fund.ParseAmount(&wrong, "amount", amount, d.Currency)
	return back, wrong.Err()
}

// paidDonation finds a donation at whose fact the actor has the right, with its payment; nil for an offline donation.
func (a *App) paidDonation(ctx context.Context, actor Actor, r right, key fund.Key) (fund.Donation, *fund.Payment, error) {
	d, f, err := a.seenDonation(ctx, actor, key)
	if err != nil {
		return d, nil, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, r, f); err != nil {
		return d, nil, err
	}
	p, err := a.store.GetPayment(ctx, d.ID)
	if ok, err := found(err); !ok {
		return d, nil, err
	}
	return d, &p, nil
}

// refundPayment refunds part of a donation at the provider, and applies the state that it returns. The same refund requested twice, before
// the first is known here, is one refund.
func (a *App) refundPayment(ctx context.Context, actor Actor, d fund.Donation, p fund.Payment, amount string) (fund.Donation, error) {
	back, err := refundOf(d, amount)
	if err != nil {
		return d, err
	}
	if _, err := d.Refunding(back); err != nil {
		return d, err
	}
	provider, err := a.provider(p.Provider)
	if err != nil {
		return d, err
	}
	// The actor's terms are checked, and its idempotency key taken, before the request to the provider.
	if err := a.write(ctx, actor, d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return logAct(ctx, tx, actor, doneWith(fund.ActRefund, d, now).withAmount(back))
	}); err != nil {
		return d, err
	}
	key := fmt.Sprintf("%s-%d-%d", d.ID, p.Version, back)
	if back == d.Net() {
		back = p.Total() - p.Refunded - p.Disputed
	}
	// After the request, the provider's state is applied even if the caller has left.
	ctx = context.WithoutCancel(ctx)
	if err := provider.Refund(ctx, pay.Refund{Ref: refOf(p), Amount: back, Key: key}); err != nil {
		if fault.Is(err, fault.PaymentFailed) {
			// It may know more than this server. A later refund is a new request, because the key changes with what is known.
			a.logFailureOf(ctx, "payment reconciler", a.Reconcile(ctx, d.ID))
		}
		return d, fmt.Errorf("refund of donation %s: %w", d.ID, err)
	}
	if err := a.Reconcile(ctx, d.ID); err != nil {
		return d, err
	}
	return a.handledAgain(ctx, actor, d.ID)
}

// ConcedeDispute concedes an open dispute: the donor keeps the money. It is for the cause and for operators. A donation that is not disputed, or is offline, is a Conflict.
func (a *App) ConcedeDispute(ctx context.Context, actor Actor, key fund.Key) (fund.Donation, error) {
	d, p, err := a.paidDonation(ctx, actor, returnMoney, key)
	if err != nil {
		return d, err
	}
	if d.State != fund.DonationDisputed || p == nil {
		return d, fault.New(fault.Conflict, "Only a dispute that is open can be conceded; this donation is %s.", d.State)
	}
	provider, err := a.provider(p.Provider)
	if err != nil {
		return d, err
	}
	if err := a.write(ctx, actor, d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return logAct(ctx, tx, actor, doneWith(fund.ActConcede, d, now))
	}); err != nil {
		return d, err
	}
	ctx = context.WithoutCancel(ctx)
	if err := provider.Concede(ctx, refOf(*p)); err != nil {
		return d, fmt.Errorf("dispute of donation %s: %w", d.ID, err)
	}
	if err := a.Reconcile(ctx, d.ID); err != nil {
		return d, err
	}
	return a.handledAgain(ctx, actor, d.ID)
}

// factsOfDonation are the ids of everything whose responses show the donation.
func factsOfDonation(ctx context.Context, q store.Queries, d fund.Donation) ([]fund.ID, error) {
	f, err := q.GetFact(ctx, factByID(d.Fact.ID))
	if err != nil {
		return nil, err
	}
	return factsShowing(ctx, q, f)
}

// handleDonation changes a donation at whose fact the actor has the right, in one write, and returns the result.
func (a *App) handleDonation(
	ctx context.Context, actor Actor, r right, key fund.Key, work func(context.Context, *store.Tx, fund.Donation, time.Time) error,
) (fund.Donation, error) {
	id, err := a.changeDonation(ctx, actor, r, key, work)
	if err != nil {
		return fund.Donation{}, err
	}
	return a.handledAgain(ctx, actor, id)
}

// changeDonation is handleDonation for those who do not look at the result. It returns the id of the donation.
func (a *App) changeDonation(
	ctx context.Context, actor Actor, r right, key fund.Key, work func(context.Context, *store.Tx, fund.Donation, time.Time) error,
) (fund.ID, error) {
	d, f, err := a.seenDonation(ctx, actor, key)
	if err != nil {
		return fund.ID{}, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, r, f); err != nil {
		return fund.ID{}, err
	}
	err = a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fact, err := tx.GetFact(ctx, factByID(f.ID))
		if err != nil {
			return err
		}
		if err := requireFully(ctx, tx.Queries, actor, r, fact); err != nil {
			return err
		}
		fresh, err := tx.GetDonation(ctx, fund.Key{ID: d.ID})
		if err != nil {
			return err
		}
		return work(ctx, tx, fresh, now)
	})
	if err != nil {
		return fund.ID{}, fmt.Errorf("donation %s: %w", d.ID, err)
	}
	return d.ID, nil
}

// handledAgain reads a donation that the actor just changed.
func (a *App) handledAgain(ctx context.Context, actor Actor, id fund.ID) (fund.Donation, error) {
	d, err := a.store.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return fund.Donation{}, err
	}
	f, err := a.store.GetFact(ctx, factByID(d.Fact.ID))
	if err != nil {
		return fund.Donation{}, err
	}
	return a.forHandler(ctx, actor, d, f)
}

// HandledDonation returns one donation to actors who may screen it; everybody else who may see it is Forbidden. Who is behind it is shown
// to those who may know.
func (a *App) HandledDonation(ctx context.Context, actor Actor, key fund.Key) (fund.Donation, error) {
	d, f, err := a.seenDonation(ctx, actor, key)
	if err != nil {
		return fund.Donation{}, err
	}
	if err := requireHandler(ctx, a.store.Queries, actor, f); err != nil {
		return fund.Donation{}, err
	}
	return a.forHandler(ctx, actor, d, f)
}

// requireHandler requires an actor who may see what is held of a donation to a fact, or fulfill its claims.
func requireHandler(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) error {
	err := requireFully(ctx, q, actor, viewDonation, f)
	if !fault.Is(err, fault.Forbidden) || !slices.ContainsFunc(readsDonations, actor.HasScope) {
		return err
	}
	fulfills, broken := may(ctx, q, actor, fulfillClaims, f)
	if fulfills || broken != nil {
		return broken
	}
	return err
}

// forHandler is a donation as the actor may see it: without the mail address and the name behind an anonymous donation, unless the actor may
// read donors; without the answers and shipping addresses of claims, unless the actor may do that or fulfill claims; without its reference,
// unless the actor may record donations; and without what is held of it, or became of its money, unless the actor may see that. What was seen is
// logged; see logView.
func (a *App) forHandler(ctx context.Context, actor Actor, d fund.Donation, f fund.Fact) (fund.Donation, error) {
	d, err := ungranted(ctx, a.store.Queries, actor, d, f)
	if err != nil {
		return fund.Donation{}, err
	}
	if d.Reference != "" {
		if credits, err := mayCredit(ctx, a.store.Queries, actor, f); err != nil {
			return fund.Donation{}, err
		} else if !credits {
			d.Reference = ""
		}
	}
	reads, err := a.readsDonors(ctx, actor, f)
	if err != nil {
		return fund.Donation{}, err
	}
	if !reads {
		d = withoutDonor(d)
		if fulfills, err := a.readsClaims(ctx, actor, d, f); err != nil {
			return fund.Donation{}, err
		} else if !fulfills {
			d = withoutClaims(d)
		}
	}
	return d, a.logView(ctx, actor, d, reads)
}

// logView logs that the actor sees answers or shipping addresses in a donation, or as an operator who donated.
func (a *App) logView(ctx context.Context, actor Actor, d fund.Donation, donor bool) error {
	act := fund.ActViewClaims
	switch {
	case a.readOnly || actor.unattended:
		return nil
	case donor && actor.Operator:
		act = fund.ActViewDonors
	case !d.PrivateClaims():
		return nil
	}
	return a.write(ctx, actor.withoutTerms(), d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return logAct(ctx, tx, actor, doneWith(act, d, now))
	})
}

// readsDonors reports whether the actor may read who donated to a fact, with this token.
func (a *App) readsDonors(ctx context.Context, actor Actor, f fund.Fact) (bool, error) {
	return readsDonors(ctx, a.store.Queries, actor, f)
}

func readsDonors(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	if !actor.HasScope(fund.ScopeDonationsRead) {
		return false, nil
	}
	return may(ctx, q, actor, readDonor, f)
}

// readsClaims reports whether the actor may read the answers and shipping addresses of a donation's claims, with this token.
func (a *App) readsClaims(ctx context.Context, actor Actor, d fund.Donation, f fund.Fact) (bool, error) {
	if !d.PrivateClaims() || !actor.HasScope(fund.ScopeDonationsRead) {
		return false, nil
	}
	return may(ctx, a.store.Queries, actor, fulfillClaims, f)
}

// ungranted is a donation without what a grant does not show: that of a screener shows nothing of its money, that of who fulfills nothing that is held.
func ungranted(ctx context.Context, q store.Queries, actor Actor, d fund.Donation, f fund.Fact) (fund.Donation, error) {
	if d.Refunded != 0 || d.Disputed != 0 || d.State != fund.DonationCompleted {
		counts, err := may(ctx, q, actor, countMoney, f)
		if err != nil {
			return d, err
		}
		if !counts {
			d = d.WithoutMoney()
		}
	}
	if d.Screening.CommentShown() {
		return d, nil
	}
	views, err := may(ctx, q, actor, viewDonation, f)
	if err == nil && !views {
		d.Comment, d.Given = "", ""
		if !d.Screening.NameShown() {
			d.Name = ""
		}
	}
	return d, err
}

// withoutDonor is a donation without the mail address and the name behind an anonymous one.
func withoutDonor(d fund.Donation) fund.Donation {
	d.Email, d.Given = "", ""
	if d.Anonymous {
		d.Name = ""
	}
	return d
}

// withoutClaims is a donation without the answers and shipping addresses of its claims.
func withoutClaims(d fund.Donation) fund.Donation {
	d.Claims = slices.Clone(d.Claims)
	for i := range d.Claims {
		d.Claims[i].Answer, d.Claims[i].Address = "", nil
	}
	return d
}

// HandledPayment is the payment of a donation, for actors who may see it as HandledDonation does; nil for an offline donation, and where a grant alone
// lets them see it.
func (a *App) HandledPayment(ctx context.Context, actor Actor, key fund.Key) (*fund.Payment, error) {
	d, p, err := a.paidDonation(ctx, actor, countMoney, key)
	if !fault.Is(err, fault.Forbidden) || d.ID.IsZero() {
		return p, err
	}
	f, found := a.seenFact(ctx, actor, d.Fact.ID)
	if found != nil {
		return nil, found
	}
	return nil, requireHandler(ctx, a.store.Queries, actor, f)
}
