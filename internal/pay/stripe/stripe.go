// Package stripe takes money through Stripe: a Checkout page on the connected account of the cause, by direct
// charges, so that the charity is the merchant of record. Each call says whose account it is about, and each
// that changes something has a key, so that asking again does nothing twice. A server for one charity alone has
// the key of that charity's own account instead: without Connect, and without accounts in its calls.
//
// A payment is a Checkout session; its id is our reference. Our donation's id goes into the metadata of the
// session and of its PaymentIntent, from where Stripe copies it to the charge. Provider events are signed events of a
// Connect endpoint, good for five minutes; those in Topics concern us. What an event says of money is never
// believed: the session is looked up, with its charge, what was refunded of it, its disputes, and the balance
// transaction that tells the fee.
//
// Amounts are counted as Stripe counts each currency, which is not always what ISO 4217 says; what cannot be
// said exactly is refused. Errors are faults in our own words: what Stripe says stays in the log.
package stripe

import (
	"context"
	"net/http"
	"strings"
	"time"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// Name is what the provider is called.
const Name = "stripe"

// Profile is what never changes about Stripe. Every Checkout page has the same origin.
func Profile() pay.Profile {
	return pay.Profile{
		Name: Name, Title: "Stripe", EventHeaders: []string{SignatureHeader}, PageOrigin: "https://checkout.stripe.com",
		Increments: increments(), Delayed: true, CheckAccount: checkAccount, DonationsIn: donationsIn, PaidAt: paidAt,
	}
}

const (
	// requestTime is how long one request may take, callTime a call with everything that is tried again in it.
	requestTime = 15 * time.Second
	callTime    = 25 * time.Second
	// retries is how often a request is sent again after the network or Stripe failed.
	retries = 1
	// donationKey is where our donation's id stands in Stripe's metadata.
	donationKey = "almoner_donation"
)

// Options are what the provider needs.
type Options struct {
	// Key is the secret key of the platform's account, WebhookSecret the one that its endpoint's provider events are
	// signed with.
	Key, WebhookSecret string
	// Own is the account of the key where that is a charity's own, which takes payments for it alone; "" for a platform.
	Own string
	// URL is where Stripe answers; "" is Stripe itself. Tests have their own.
	URL string
}

// Provider is Stripe as a payment provider. It is safe for concurrent use.
type Provider struct {
	client      *stripego.Client
	secret, own string
	// live reports whether the key moves real money.
	live bool
}

var (
	_ pay.Provider = (*Provider)(nil)
	_ pay.Finder   = (*Provider)(nil)
)

// New makes a Provider. It asks Stripe nothing yet.
func New(o Options) *Provider {
	config := &stripego.BackendConfig{
		HTTPClient:        &http.Client{Timeout: requestTime},
		MaxNetworkRetries: stripego.Int64(retries),
		EnableTelemetry:   stripego.Bool(false),
		// The library's own log would go to standard error. What matters comes back as an error.
		LeveledLogger: &stripego.LeveledLogger{Level: stripego.LevelNull},
	}
	if o.URL != "" {
		config.URL = stripego.String(o.URL)
	}
	backends := &stripego.Backends{API: stripego.GetBackendWithConfig(stripego.APIBackend, config)}
	return &Provider{
		client: stripego.NewClient(o.Key, stripego.WithBackends(backends)), secret: o.WebhookSecret, own: o.Own,
		live: Mode(o.Key) == fund.ModeLive,
	}
}

// Mode is what the money is that a secret or restricted key moves: live, or else test.
func Mode(key string) fund.Mode {
	if strings.HasPrefix(key, "sk_live_") || strings.HasPrefix(key, "rk_live_") {
		return fund.ModeLive
	}
	return fund.ModeTest
}

// Name is what the provider is called.
func (p *Provider) Name() string { return Name }

// of names the account that a call is about, unless that is the account of the key.
func (p *Provider) of(account string) *string {
	if p.own != "" && account == p.own {
		return nil
	}
	return stripego.String(account)
}

// asking is what every call carries that only reads.
func (p *Provider) asking(account string) stripego.Params {
	return stripego.Params{StripeAccount: p.of(account)}
}

// changing is what every call carries that changes something: the same key is the same change.
func (p *Provider) changing(account, key string) stripego.Params {
	return stripego.Params{StripeAccount: p.of(account), IdempotencyKey: stripego.String(key)}
}

// expanding are the names of what Stripe is to write out instead of naming it. An empty list would be sent as an
// empty name, which is refused.
func expanding(names ...string) []*string {
	if len(names) == 0 {
		return nil
	}
	return stripego.StringSlice(names)
}

// session reads the Checkout session of a payment, with what is named written out. A session that is for
// another donation than ours is a Conflict.
func (p *Provider) session(ctx context.Context, ref pay.Ref, expand ...string) (*stripego.CheckoutSession, error) {
	if !strings.HasPrefix(ref.Reference, "cs_") {
		return nil, fault.New(fault.NotFound, "Stripe has not been asked for this payment yet.")
	}
	s, err := p.client.V1CheckoutSessions.Retrieve(ctx, ref.Reference, &stripego.CheckoutSessionRetrieveParams{
		Params: p.asking(ref.Account), Expand: expanding(expand...),
	})
	if err != nil {
		return nil, faultOf(err, "session "+ref.Reference)
	}
	if id := donationIn(s.Metadata); !ref.Donation.IsZero() && id != ref.Donation {
		return nil, fault.New(fault.Conflict, "Stripe's session %s is not for this donation.", ref.Reference)
	}
	return s, nil
}

// donationIn is the donation that is named in Stripe's metadata; the zero id for none of ours.
func donationIn(metadata map[string]string) fund.ID {
	id, err := fund.ParseID(metadata[donationKey])
	if err != nil {
		return fund.ID{}
	}
	return id
}
