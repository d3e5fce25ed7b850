package checkout

import (
	"context"
	"errors"
	"regexp"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/stripe"
)

// Stripe is how the server takes real money at Stripe. Both secrets are set, or none.
type Stripe struct {
	Key           StripeKey     `help:"Secret key of Stripe: with it, donors pay there. Needs --stripe-webhook-secret. Set it in the environment, where others on this machine cannot read it." placeholder:"sk_…" secret:""`
	WebhookSecret StripeSecret  `help:"Secret with which Stripe signs what it sends to BASE-URL/pay/stripe/notices." placeholder:"whsec_…" secret:""`
	Account       StripeAccount `help:"Account that the key is of, where it is a charity's own: the server takes payments for one cause alone then, without Connect (default: none, the key is that of a platform)." placeholder:"acct_…"`
}

// StripeAccount is the id of an account of Stripe; "" for none.
type StripeAccount string

// Validate refuses what is none.
func (a StripeAccount) Validate() error {
	if a == "" || stripe.Profile().CheckAccount(string(a)) == nil {
		return nil
	}
	return errors.New("is not an account of Stripe; it looks like acct_1Hb2cD3eF4gH5iJ6")
}

// StripeKey is a key of Stripe that may change things.
type StripeKey string

// maxStripeText is the most characters of a key or secret; Stripe documents no more for anything that it names.
const maxStripeText = 255

// The forms of keys and secrets: what Stripe documents of them, and no more.
var (
	stripeKeyForm    = regexp.MustCompile(`^(sk|rk)_(test|live)_[A-Za-z0-9_]+$`)
	stripeSecretForm = regexp.MustCompile(`^whsec_[A-Za-z0-9_+/=-]+$`)
)

// Validate refuses other kinds of keys. It does not repeat them.
func (k StripeKey) Validate() error {
	if k == "" || len(k) <= maxStripeText && stripeKeyForm.MatchString(string(k)) {
		return nil
	}
	return errors.New("is not a secret or restricted key of Stripe; those begin with sk_live_, rk_live_, sk_test_ or rk_test_, " +
		"followed by letters and digits")
}

// StripeSecret is what Stripe signs provider events with.
type StripeSecret string

// Validate refuses what is none. It does not repeat it.
func (s StripeSecret) Validate() error {
	if s == "" || len(s) <= maxStripeText && stripeSecretForm.MatchString(string(s)) {
		return nil
	}
	return errors.New("is not the signing secret of an endpoint; those begin with whsec_, followed by letters and digits")
}

func stripeRow() row {
	return row{
		Profile: stripe.Profile(),
		isSet:   func(s Settings) bool { return s.Stripe.Key != "" },
		check:   checkStripe,
		mode:    func(s Settings) fund.Mode { return stripe.Mode(string(s.Stripe.Key)) },
		open: func(_ context.Context, o opening) (provider, error) {
			own := string(o.Stripe.Account)
			return provider{Provider: stripe.New(stripe.Options{Key: string(o.Stripe.Key), WebhookSecret: string(o.Stripe.WebhookSecret), Own: own}), own: own}, nil
		},
	}
}

func checkStripe(s Settings) error {
	switch {
	case s.Stripe.Key != "" && s.Stripe.WebhookSecret == "":
		return fault.New(fault.Invalid, "--stripe-key is set, but not --stripe-webhook-secret: without it nothing that Stripe tells could be believed.")
	case s.Stripe.Key == "" && s.Stripe.Account != "":
		return fault.New(fault.Invalid, "--stripe-account is set, but not --stripe-key, which is to be the key of that account.")
	case s.Stripe.Key == "" && s.Stripe.WebhookSecret != "":
		return fault.New(fault.Invalid, "--stripe-webhook-secret is set, but not --stripe-key, without which Stripe cannot be asked for anything.")
	}
	return nil
}
