package stripe

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	stripego "github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

const (
	// SignatureHeader is where the signature of a provider event stands.
	SignatureHeader = "Stripe-Signature"
	// webhookLife is for how long a signature is good: Stripe signs anew each time it sends a provider event again.
	webhookLife = 5 * time.Minute
)

// Topics are the events that concern us: all that the endpoint at Stripe has to send.
func Topics() []string {
	return []string{
		"checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
		"checkout.session.expired",
		// charge.updated brings the fee, which Stripe knows a moment after the payment.
		"charge.updated", "charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed",
		"charge.dispute.created", "charge.dispute.updated", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
		"charge.dispute.closed",
		accountUpdated, accountDisconnected,
	}
}

// Decode verifies and reads a provider event. Events that are not in Topics, that are of other payments of the account,
// or of test payments while real money is taken, concern nothing.
func (p *Provider) Decode(raw pay.Raw, now time.Time) (pay.Event, error) {
	event, err := p.verified(raw, now)
	if err != nil {
		return pay.Event{}, err
	}
	n := pay.Event{ID: event.ID, Topic: string(event.Type)}
	if event.Livemode != p.live || event.Data == nil || p.own != "" && event.Account != "" {
		// Stripe sends an endpoint for real payments those in test mode, too. With a charity's own account, events of other accounts are of a platform that it may be.
		return n, nil
	}
	if n.Topic == accountUpdated || n.Topic == accountDisconnected {
		// Whose account it is only the event says: the object of a disconnection is the application. One of the platform's own account has none.
		n.Account, n.Reference = event.Account, event.Account
		return n, nil
	}
	of, known := subjects[n.Topic]
	if !known {
		return n, nil
	}
	var o subject
	if err := json.Unmarshal(event.Data.Raw, &o); err != nil {
		return pay.Event{}, fault.Wrap(err, fault.Malformed, "The event cannot be read.")
	}
	if ref := of(o); ref.Reference != "" {
		n.Ref = ref
		n.Account = cmp.Or(event.Account, p.own)
	}
	return n, nil
}

// verified is the event of a provider event with a good signature of that time.
func (p *Provider) verified(raw pay.Raw, now time.Time) (stripego.Event, error) {
	var header string
	if values := raw.Header[SignatureHeader]; len(values) == 1 {
		header = values[0]
	}
	// The library would compare with a clock of its own; it is asked for everything else.
	if err := webhook.ValidatePayloadIgnoringTolerance(raw.Body, header, p.secret); err != nil {
		return stripego.Event{}, fault.Wrap(err, fault.Unauthenticated, "The signature of the webhook is missing or wrong.")
	}
	at, ok := signedAt(header)
	if age := now.Sub(at); !ok || age > webhookLife || age < -webhookLife {
		return stripego.Event{}, fault.New(fault.Unauthenticated, "The signature of the webhook is too old, or from the future.")
	}
	var event stripego.Event
	if err := json.Unmarshal(raw.Body, &event); err != nil || event.ID == "" || event.Object != "event" {
		return event, fault.Wrap(err, fault.Malformed, "The webhook is no event of Stripe.")
	}
	return event, nil
}

// paidAt is when Stripe made an event that says that money came. Of two, for a bank that takes its time, the later counts.
func paidAt(e fund.ProviderEvent) time.Time {
	if e.Topic != "checkout.session.completed" && e.Topic != "checkout.session.async_payment_succeeded" {
		return time.Time{}
	}
	var event struct {
		Created int64 `json:"created"`
	}
	if err := json.Unmarshal(e.Body, &event); err != nil || event.Created <= 0 {
		return time.Time{}
	}
	return time.Unix(event.Created, 0).UTC()
}

// signedAt is the time in a signature. Two of them are none: which one was signed would be a guess.
func signedAt(header string) (time.Time, bool) {
	var at time.Time
	found := 0
	for pair := range strings.SplitSeq(header, ",") {
		if text, is := strings.CutPrefix(pair, "t="); is {
			seconds, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return at, false
			}
			at, found = time.Unix(seconds, 0), found+1
		}
	}
	return at, found == 1
}

// subject is what we read of what an event is about.
type subject struct {
	ID            string                  `json:"id"`
	Metadata      map[string]string       `json:"metadata"`
	PaymentIntent *stripego.PaymentIntent `json:"payment_intent"`
}

// subjects read what the topics are about. A refund or a dispute that was made elsewhere has no metadata of
// ours: it names only its PaymentIntent, and Find asks whose that is.
var subjects = func() map[string]func(subject) pay.Ref {
	all := map[string]func(subject) pay.Ref{}
	for _, topic := range Topics() {
		switch {
		case topic == accountUpdated || topic == accountDisconnected: // no payment
		case strings.HasPrefix(topic, "checkout.session."):
			all[topic] = func(o subject) pay.Ref { return o.marked(o.ID) }
		case topic == "charge.updated" || topic == "charge.refunded":
			all[topic] = func(o subject) pay.Ref { return o.marked(o.intent()) }
		default:
			all[topic] = func(o subject) pay.Ref { return pay.Ref{Donation: donationIn(o.Metadata), Reference: o.intent()} }
		}
	}
	return all
}()

// marked is a reference to what carries our mark, and to nothing without.
func (o subject) marked(reference string) pay.Ref {
	donation := donationIn(o.Metadata)
	if donation.IsZero() {
		return pay.Ref{}
	}
	return pay.Ref{Donation: donation, Reference: reference}
}

func (o subject) intent() string {
	if o.PaymentIntent == nil {
		return ""
	}
	return o.PaymentIntent.ID
}

// Find asks Stripe for which donation a PaymentIntent is; the zero id for a payment that is not ours.
func (p *Provider) Find(ctx context.Context, ref pay.Ref) (fund.ID, error) {
	if !strings.HasPrefix(ref.Reference, "pi_") || ref.Account == "" {
		return fund.ID{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	intent, err := p.client.V1PaymentIntents.Retrieve(ctx, ref.Reference, &stripego.PaymentIntentRetrieveParams{Params: p.asking(ref.Account)})
	if err != nil {
		return fund.ID{}, faultOf(err, "payment intent "+ref.Reference)
	}
	return donationIn(intent.Metadata), nil
}
