package stripe

import (
	"context"
	"time"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// manyItems is how many things Stripe lists at once at most.
const manyItems = 100

// LookUp tells how a payment stands.
func (p *Provider) LookUp(ctx context.Context, ref pay.Ref) (fund.PaymentState, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	const charge = "payment_intent.latest_charge"
	s, err := p.session(ctx, ref, charge+".balance_transaction", charge+".refunds")
	if err != nil {
		return fund.PaymentState{}, err
	}
	state := fund.PaymentState{Status: statusOf(s)}
	switch state.Status {
	case fund.PaymentOpen:
		state.Until = time.Unix(s.ExpiresAt, 0)
	case fund.PaymentFailed:
		state.Reason = reasonOf(s.PaymentIntent)
	case fund.PaymentPaid:
		if s.CustomerDetails != nil {
			state.Email = s.CustomerDetails.Email
		}
		err = p.paid(ctx, ref, s.PaymentIntent, &state)
	default:
	}
	return state, err
}

// statusOf is how far a session is. One that is complete may still wait for its money, or have lost it on the way.
func statusOf(s *stripego.CheckoutSession) fund.PaymentStatus {
	switch s.Status {
	case stripego.CheckoutSessionStatusOpen:
		return fund.PaymentOpen
	case stripego.CheckoutSessionStatusExpired:
		return fund.PaymentExpired
	default:
	}
	if s.PaymentIntent == nil {
		return fund.PaymentProcessing
	}
	switch s.PaymentIntent.Status {
	case stripego.PaymentIntentStatusSucceeded:
		return fund.PaymentPaid
	case stripego.PaymentIntentStatusRequiresPaymentMethod, stripego.PaymentIntentStatusCanceled:
		return fund.PaymentFailed
	default:
		return fund.PaymentProcessing
	}
}

// paid tells of a payment that was made: what came, what it cost, and what of it went back.
func (p *Provider) paid(ctx context.Context, ref pay.Ref, intent *stripego.PaymentIntent, state *fund.PaymentState) error {
	state.Currency = upper(intent.Currency)
	charge := intent.LatestCharge
	if charge == nil {
		return fault.New(fault.Conflict, "Stripe says that payment %s was made, but not how.", intent.ID)
	}
	refunded, err := p.refunded(ctx, ref, intent)
	if err != nil {
		return err
	}
	disputed, err := p.disputed(ctx, ref, intent, state)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		into   *int64
		amount int64
	}{{&state.Paid, intent.AmountReceived}, {&state.Refunded, refunded}, {&state.Disputed, disputed}} {
		if *part.into, err = fromStripe(part.amount, state.Currency); err != nil {
			return err
		}
	}
	if charge.BalanceTransaction != nil {
		state.PayoutReference = charge.BalanceTransaction.ID
	}
	state.Fee, err = feeOf(charge, state.Currency)
	return err
}

// feeOf is what Stripe kept of a charge; nil while it does not know that yet. Stripe counts it in the currency of
// the account, so that it is brought into that of the charge, at the rate of the same transaction.
func feeOf(charge *stripego.Charge, currency string) (*int64, error) {
	b := charge.BalanceTransaction
	if b == nil || b.Amount <= 0 || b.Fee < 0 {
		return nil, nil //nolint:nilnil // nil is what is not known yet
	}
	fee, err := nearly(share(b.Fee, charge.Amount, b.Amount), currency)
	return &fee, err
}

// refunded is what was given back to the payer, or is on its way, in Stripe's units.
func (p *Provider) refunded(ctx context.Context, ref pay.Ref, intent *stripego.PaymentIntent) (int64, error) {
	if known := intent.LatestCharge.Refunds; known != nil && !known.HasMore {
		var sum int64
		for _, r := range known.Data {
			sum += refunded(r)
		}
		return sum, nil
	}
	params := &stripego.RefundListParams{PaymentIntent: stripego.String(intent.ID)}
	params.StripeAccount, params.Limit = p.of(ref.Account), stripego.Int64(manyItems)
	var sum int64
	for r, err := range p.client.V1Refunds.List(ctx, params).All(ctx) {
		if err != nil {
			return 0, faultOf(err, "refunds of "+intent.ID)
		}
		sum += refunded(r)
	}
	return sum, nil
}

// refunded is what a refund takes from the charity: nothing when it failed, which gives the money back to it.
func refunded(r *stripego.Refund) int64 {
	if r.Status == stripego.RefundStatusFailed || r.Status == stripego.RefundStatusCanceled {
		return 0
	}
	return r.Amount
}

// disputes are all disputes about a payment.
func (p *Provider) disputes(ctx context.Context, ref pay.Ref, intent *stripego.PaymentIntent) ([]*stripego.Dispute, error) {
	params := &stripego.DisputeListParams{PaymentIntent: stripego.String(intent.ID)}
	params.StripeAccount, params.Limit = p.of(ref.Account), stripego.Int64(manyItems)
	var all []*stripego.Dispute
	for d, err := range p.client.V1Disputes.List(ctx, params).All(ctx) {
		if err != nil {
			return nil, faultOf(err, "disputes of "+intent.ID)
		}
		all = append(all, d)
	}
	return all, nil
}

// disputed is what banks took back for disputes that are open or lost, in Stripe's units. It notes how those stand.
func (p *Provider) disputed(ctx context.Context, ref pay.Ref, intent *stripego.PaymentIntent, state *fund.PaymentState) (int64, error) {
	if !intent.LatestCharge.Disputed {
		return 0, nil
	}
	all, err := p.disputes(ctx, ref, intent)
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, d := range all {
		gone, status := taken(d), disputeStatus(d)
		if status == fund.DisputeWon {
			gone = 0
		}
		sum += gone
		if rank[status] > rank[state.Dispute] {
			state.Dispute = status
		}
	}
	return sum, nil
}

// rank says which of several disputes tells how the payment stands.
var rank = map[fund.DisputeStatus]int{fund.DisputeWon: 1, fund.DisputeLost: 2, fund.DisputeOpen: 3}

// disputeStatus is how a dispute stands. One that was prevented is lost when money went, and no loss otherwise.
func disputeStatus(d *stripego.Dispute) fund.DisputeStatus {
	switch d.Status {
	case stripego.DisputeStatusWon, stripego.DisputeStatusWarningClosed:
		return fund.DisputeWon
	case stripego.DisputeStatusLost:
		return fund.DisputeLost
	case stripego.DisputeStatusPrevented:
		if taken(d) == 0 {
			return fund.DisputeWon
		}
		return fund.DisputeLost
	default:
		return fund.DisputeOpen
	}
}

// taken is what a bank took for a dispute and did not give back, in Stripe's units of the charge. The transactions
// may be in the currency of the account; which part of them is still gone holds in both.
func taken(d *stripego.Dispute) int64 {
	var out, back int64
	for _, b := range d.BalanceTransactions {
		if b.Amount < 0 {
			out -= b.Amount
		} else {
			back += b.Amount
		}
	}
	if back >= out {
		return 0
	}
	return share(d.Amount, out-back, out)
}
