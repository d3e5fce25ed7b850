package checkout

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/stripe"
)

func stripeRow() row {
	return row{
		Profile: stripe.Profile(),
		isSet:   func(s Settings) bool { return s.Stripe.Key != "" },
		check:   checkStripe,
		open: func(s Settings) pay.Provider {
			return stripe.New(stripe.Options{Key: string(s.Stripe.Key), WebhookSecret: string(s.Stripe.WebhookSecret)})
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
