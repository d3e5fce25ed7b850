package checkout

import (
	"context"
	"errors"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/stripe"
)

// Stripe is how the server takes real money at Stripe. Both secrets are set, or none.
type Stripe struct {
	Key           StripeKey    `help:"Secret key of Stripe: with it, donors pay there. Needs --stripe-webhook-secret. Set it in the environment, where others on this machine cannot read it." placeholder:"sk_…"`
	WebhookSecret StripeSecret `help:"Secret with which Stripe signs what it sends to BASE-URL/pay/stripe/notices." placeholder:"whsec_…"`
}

// StripeKey is a key of Stripe that may change things.
type StripeKey string

// Validate refuses other kinds of keys. It does not repeat them.
func (k StripeKey) Validate() error {
	if k == "" || strings.HasPrefix(string(k), "sk_") || strings.HasPrefix(string(k), "rk_") {
		return nil
	}
	return errors.New("is not a secret key of Stripe; those begin with sk_ or rk_")
}

// StripeSecret is what Stripe signs provider events with.
type StripeSecret string

// Validate refuses what is none. It does not repeat it.
func (s StripeSecret) Validate() error {
	if s == "" || strings.HasPrefix(string(s), "whsec_") {
		return nil
	}
	return errors.New("is not the signing secret of an endpoint; those begin with whsec_")
}

func stripeRow() row {
	return row{
		Profile: stripe.Profile(),
		isSet:   func(s Settings) bool { return s.Stripe.Key != "" },
		check:   checkStripe,
		mode:    func(s Settings) fund.Mode { return stripe.Mode(string(s.Stripe.Key)) },
		open: func(_ context.Context, o opening) (provider, error) {
			return provider{Provider: stripe.New(stripe.Options{Key: string(o.Stripe.Key), WebhookSecret: string(o.Stripe.WebhookSecret)})}, nil
		},
	}
}

func checkStripe(s Settings) error {
	switch {
	case s.Stripe.Key != "" && s.Stripe.WebhookSecret == "":
		return fault.New(fault.Invalid, "--stripe-key is set, but not --stripe-webhook-secret: without it nothing that Stripe tells could be believed.")
	case s.Stripe.Key == "" && s.Stripe.WebhookSecret != "":
		return fault.New(fault.Invalid, "--stripe-webhook-secret is set, but not --stripe-key, without which Stripe cannot be asked for anything.")
	}
	return nil
}
