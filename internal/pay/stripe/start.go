package stripe

import (
	"context"
	"strings"
	"time"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/pay"
)

const (
	// maxName is how many letters a line of Stripe's page may have.
	maxName = 250
	// grace is for how long Stripe keeps a page open after we have ended its payment ourselves. Stripe refuses
	// less than half an hour from its own now, and neither clocks nor networks are exact.
	grace = 5 * time.Minute
)

// Start makes a Checkout session. Asked again for the same donation Stripe gives the one that is there.
func (p *Provider) Start(ctx context.Context, o pay.Order) (pay.Started, error) {
	if o.Account == "" {
		// Without an account the money would go to the platform instead of the charity.
		return pay.Started{}, fault.New(fault.Unavailable, "%s cannot take payments yet: its account at Stripe is not connected.", o.CauseName)
	}
	params, err := p.sessionOf(o)
	if err != nil {
		return pay.Started{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	s, err := p.client.V1CheckoutSessions.Create(ctx, params)
	if err != nil {
		return pay.Started{}, faultOf(err, "payment of donation "+o.Donation.String())
	}
	return pay.Started{Reference: s.ID, URL: s.URL}, nil
}

func (p *Provider) sessionOf(o pay.Order) (*stripego.CheckoutSessionCreateParams, error) {
	id := o.Donation.String()
	ours := map[string]string{donationKey: id}
	lines, err := linesOf(o)
	if err != nil {
		return nil, err
	}
	params := &stripego.CheckoutSessionCreateParams{
		Params:            p.changing(o.Account, "start-"+id),
		Mode:              stripego.String(string(stripego.CheckoutSessionModePayment)),
		SubmitType:        stripego.String(string(stripego.CheckoutSessionSubmitTypeDonate)),
		ClientReferenceID: stripego.String(id),
		LineItems:         lines,
		SuccessURL:        stripego.String(o.DoneURL),
		CancelURL:         stripego.String(o.BackURL),
		ExpiresAt:         stripego.Int64(o.ExpiresAt.Add(grace).Unix()),
		Metadata:          ours,
		// The currency is the fact's: a page that offers another one would break every total.
		AdaptivePricing: &stripego.CheckoutSessionCreateAdaptivePricingParams{Enabled: stripego.Bool(false)},
		PaymentIntentData: &stripego.CheckoutSessionCreatePaymentIntentDataParams{
			Description: stripego.String(clipped("Donation to " + o.FactName)), Metadata: ours,
		},
	}
	if o.InstantOnly {
		params.ExcludedPaymentMethodTypes = stripego.StringSlice(delayedMethods())
	}
	if o.Email != "" {
		params.CustomerEmail = stripego.String(o.Email)
	}
	return params, nil
}

// delayedMethods are Stripe's methods of payment whose sessions are complete before their money comes
// (https://docs.stripe.com/payments/payment-methods, "delayed notification").
func delayedMethods() []string {
	return []string{
		"acss_debit", "au_becs_debit", "bacs_debit", "boleto", "customer_balance", "konbini", "multibanco", "nz_bank_account", "oxxo", "sepa_debit", "sofort",
		"us_bank_account",
	}
}

// linesOf are the lines of the page: the donation, and what was added for the fee.
func linesOf(o pay.Order) ([]*stripego.CheckoutSessionCreateLineItemParams, error) {
	named := o.FactName
	if o.CauseName != "" && o.CauseName != o.FactName {
		named += " – " + o.CauseName
	}
	gift, err := lineOf(o.Currency, o.Donated, "Donation to "+named)
	if err != nil {
		return nil, err
	}
	lines := []*stripego.CheckoutSessionCreateLineItemParams{gift}
	if o.FeeCover > 0 {
		cover, err := lineOf(o.Currency, o.FeeCover, "Cover of the fee")
		if err != nil {
			return nil, err
		}
		lines = append(lines, cover)
	}
	return lines, nil
}

func lineOf(currency string, minor int64, name string) (*stripego.CheckoutSessionCreateLineItemParams, error) {
	amount, err := toStripe(minor, currency)
	if err != nil {
		return nil, err
	}
	return &stripego.CheckoutSessionCreateLineItemParams{
		Quantity: stripego.Int64(1),
		PriceData: &stripego.CheckoutSessionCreateLineItemPriceDataParams{
			Currency: stripego.String(strings.ToLower(currency)), UnitAmount: stripego.Int64(amount),
			ProductData: &stripego.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: stripego.String(clipped(name))},
		},
	}, nil
}

// clipped is the text as far as Stripe takes it.
func clipped(text string) string {
	if letters := []rune(text); len(letters) > maxName {
		return string(letters[:maxName-1]) + "…"
	}
	return text
}

// Resume is Stripe's page while it is open, and where it leads to when it has been paid there meanwhile.
func (p *Provider) Resume(ctx context.Context, ref pay.Ref) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	s, err := p.session(ctx, ref)
	if err != nil {
		return "", err
	}
	switch s.Status {
	case stripego.CheckoutSessionStatusOpen:
		return s.URL, nil
	case stripego.CheckoutSessionStatusComplete:
		return s.SuccessURL, nil
	default:
		return "", fault.New(fault.NotFound, "This payment has expired.")
	}
}
