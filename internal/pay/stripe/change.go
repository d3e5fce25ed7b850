package stripe

import (
	"context"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// Cancel closes Stripe's page, so that nobody can pay there any more.
func (p *Provider) Cancel(ctx context.Context, ref pay.Ref) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	_, err := p.client.V1CheckoutSessions.Expire(ctx, ref.Reference, &stripego.CheckoutSessionExpireParams{
		Params: p.changing(ref.Account, "expire-"+ref.Reference),
	})
	if err == nil {
		return nil
	}
	failed := refused(err, "end of session "+ref.Reference)
	if !fault.Is(failed, fault.PaymentFailed) {
		return failed
	}
	// Stripe refuses what is over already.
	if s, err := p.session(ctx, ref); err == nil && s.Status != stripego.CheckoutSessionStatusOpen {
		return nil
	}
	return failed
}

// Refund gives back part of a payment.
func (p *Provider) Refund(ctx context.Context, r pay.Refund) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	intent, err := p.intent(ctx, r.Ref)
	if err != nil {
		return err
	}
	amount, err := toStripe(r.Amount, upper(intent.Currency))
	if err != nil {
		return err
	}
	_, err = p.client.V1Refunds.Create(ctx, &stripego.RefundCreateParams{
		Params: p.changing(r.Account, "refund-"+r.Key), PaymentIntent: stripego.String(intent.ID), Amount: stripego.Int64(amount),
		Metadata: map[string]string{donationKey: r.Donation.String()},
	})
	if err != nil {
		return refused(err, "refund of "+intent.ID)
	}
	return nil
}

// Concede closes the disputes of a payment that are open.
func (p *Provider) Concede(ctx context.Context, ref pay.Ref) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	intent, err := p.intent(ctx, ref)
	if err != nil {
		return err
	}
	all, err := p.disputes(ctx, ref, intent)
	if err != nil {
		return err
	}
	closed := false
	for _, d := range all {
		if disputeStatus(d) != fund.DisputeOpen {
			continue
		}
		_, err := p.client.V1Disputes.Close(ctx, d.ID, &stripego.DisputeCloseParams{Params: p.changing(ref.Account, "close-"+d.ID)})
		if err != nil {
			return refused(err, "dispute "+d.ID)
		}
		closed = true
	}
	if !closed {
		return fault.New(fault.PaymentFailed, "There is no open dispute about this payment.")
	}
	return nil
}

// intent is the PaymentIntent of a payment that was made.
func (p *Provider) intent(ctx context.Context, ref pay.Ref) (*stripego.PaymentIntent, error) {
	s, err := p.session(ctx, ref, "payment_intent")
	if err != nil {
		return nil, err
	}
	if s.PaymentIntent == nil {
		return nil, fault.New(fault.PaymentFailed, "This payment has not been made.")
	}
	return s.PaymentIntent, nil
}
