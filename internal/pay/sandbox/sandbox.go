// Package sandbox is the payment provider without money, for trials, demos and tests: it has a payment page
// of its own, cards that do what real ones do, provider events that it signs, refunds and disputes. It keeps its
// payments in a Book of its own and speaks with the server as a provider at the other end of a wire would.
//
// GET /pay/sandbox/payments/{id} is the page where a donor pays, and POST to it pays; the id is a secret of its donor.
// See Cards for what its cards do. Provider events are JSON objects {"id", "topic", "payment", "donation"}, signed by HMAC with SHA-256 over the time and the body,
// as in "Almoner-Sandbox-Signature: t=1700000000,v1=<hexadecimal>", and are good for five minutes.
//
// NewTrigger is the other way to give here: in one step, by a program.
package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/text"
)

// Name is what the provider is called.
const Name = pay.Sandbox

// Profile is what never changes about the sandbox.
func Profile() pay.Profile {
	return pay.Profile{Name: Name, Title: "the sandbox", Delayed: true, EventHeaders: []string{SignatureHeader}}
}

// Book is where the sandbox keeps its payments.
type Book interface {
	// Get reads a payment with its version; NotFound when there is none.
	Get(ctx context.Context, id string) (body string, version int64, err error)
	// Put writes a payment: with version 0 a new one, unless it is there already; otherwise the change of the
	// one with that version, or a Stale fault. It is due then; the zero time for never.
	Put(ctx context.Context, id, body string, version int64, due time.Time) error
	// Due lists the ids of payments that are due now.
	Due(ctx context.Context, now time.Time, limit int) ([]string, error)
}

// Options are what the provider needs.
type Options struct {
	Book Book
	// Key signs provider events and tells cards apart.
	Key []byte
	// Notify delivers a provider event; it is tried again until it succeeds.
	Notify func(ctx context.Context, raw pay.Raw) error
	// Opened hears that the page of an open payment was opened whose order asks for it; nil for nobody.
	Opened func(ctx context.Context, donation fund.ID) error
	// Guard is asked before a card is charged; nil lets everybody try.
	Guard pay.Guard
	// BaseURL is the address of the server, without a slash at its end.
	BaseURL string
	// Links are at the foot of the pages, such as the legal notice of the site.
	Links []Link
	// Fee is what the sandbox keeps.
	Fee fund.FeeRate
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log takes warnings; nil discards them.
	Log *slog.Logger
}

// Link leads from a page of the sandbox to one of the site.
type Link struct {
	Name text.ID
	URL  string
}

// Provider is the sandbox as a payment provider. It is safe for concurrent use.
type Provider struct {
	Options
}

// New makes a Provider. It starts nothing; see Run.
func New(o Options) *Provider {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Guard == nil {
		o.Guard = unguarded{}
	}
	if o.Opened == nil {
		o.Opened = func(context.Context, fund.ID) error { return nil }
	}
	return &Provider{Options: o}
}

// unguarded lets everybody try.
type unguarded struct{}

// Card lets the try be made.
func (unguarded) Card(pay.Try) error { return nil }

// Declined counts nothing.
func (unguarded) Declined(pay.Try) {}

// Accepted has nothing to take back.
func (unguarded) Accepted(pay.Try) {}

// Voided has nothing to take back.
func (unguarded) Voided(pay.Try) {}

// HostsPage makes the sandbox a pay.Host.
func (p *Provider) HostsPage() {}

// Name is what the provider is called.
func (p *Provider) Name() string { return Name }

// Start makes a payment. Asked again for the same donation it gives the one that is there.
func (p *Provider) Start(ctx context.Context, o pay.Order) (pay.Started, error) {
	id := p.NameOf(o.Donation)
	made := payment{Order: o, Status: fund.PaymentOpen}
	if err := p.put(ctx, id, made, 0); err != nil {
		return pay.Started{}, err
	}
	return pay.Started{Reference: id, URL: p.pageURL(id)}, nil
}

// NameOf is the id of a donation's payment, which nobody can guess: whoever has it sees the payment and can make it.
// It is the same each time, so that a start that was interrupted finds its payment again.
func (p *Provider) NameOf(donation fund.ID) string {
	mac := hmac.New(sha256.New, p.Key)
	mac.Write([]byte("payment "))
	mac.Write(donation[:])
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:paymentIDSize])
}

// paymentIDSize is how many bytes of an id are written.
const paymentIDSize = 18

// idOf is the id of a payment that is referred to. Payments of earlier versions are referred to by their donations: either
// they have those ids, or they were never started.
func (p *Provider) idOf(ctx context.Context, ref pay.Ref) (string, error) {
	if ref.Reference != ref.Donation.String() {
		return ref.Reference, nil
	}
	id := p.NameOf(ref.Donation)
	_, _, err := p.Book.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return ref.Reference, nil
	}
	return id, err
}

// Resume is where a payment is made.
func (p *Provider) Resume(ctx context.Context, ref pay.Ref) (string, error) {
	id, err := p.idOf(ctx, ref)
	if err != nil {
		return "", err
	}
	if _, _, err := p.get(ctx, id); err != nil {
		return "", err
	}
	return p.pageURL(id), nil
}

// PagePath is below which the payment pages are.
const PagePath = "/pay/sandbox/payments/"

func (p *Provider) pageURL(id string) string { return p.BaseURL + PagePath + id }

// LookUp tells how a payment stands.
func (p *Provider) LookUp(ctx context.Context, ref pay.Ref) (fund.PaymentState, error) {
	id, err := p.idOf(ctx, ref)
	if err != nil {
		return fund.PaymentState{}, err
	}
	found, _, err := p.get(ctx, id)
	if err != nil {
		return fund.PaymentState{}, err
	}
	return found.state(), nil
}

// Cancel ends a payment that nobody has made.
func (p *Provider) Cancel(ctx context.Context, ref pay.Ref) error {
	return p.changeOf(ctx, ref, func(found *payment) (topic string, err error) {
		if found.Status != fund.PaymentOpen {
			return "", nil
		}
		found.Status = fund.PaymentExpired
		return "payment.expired", nil
	})
}

// Refund gives back part of a payment. The same key again does nothing.
func (p *Provider) Refund(ctx context.Context, r pay.Refund) error {
	return p.changeOf(ctx, r.Ref, func(found *payment) (topic string, err error) {
		for _, before := range found.Refunds {
			if before == r.Key {
				return "", nil
			}
		}
		left := found.Total() - found.Refunded - found.Disputed
		if found.Status != fund.PaymentPaid || found.Dispute == fund.DisputeOpen || r.Amount <= 0 || r.Amount > left {
			return "", fault.New(fault.PaymentFailed, "The sandbox cannot give back that much of this payment.")
		}
		found.Refunded += r.Amount
		found.Refunds = append(found.Refunds, r.Key)
		return "payment.refunded", nil
	})
}

// Concede gives up a dispute that is open.
func (p *Provider) Concede(ctx context.Context, ref pay.Ref) error {
	return p.changeOf(ctx, ref, func(found *payment) (topic string, err error) {
		if found.Dispute != fund.DisputeOpen {
			return "", fault.New(fault.PaymentFailed, "There is no open dispute about this payment.")
		}
		found.Dispute, found.Plan = fund.DisputeLost, nil
		return "dispute.closed", nil
	})
}

// Dispute lets the donor's bank dispute what is left of a payment, and nothing more happens automatically.
func (p *Provider) Dispute(ctx context.Context, ref pay.Ref) error {
	return p.changeOf(ctx, ref, func(found *payment) (topic string, err error) {
		if found.Status != fund.PaymentPaid || found.Dispute != "" || found.left() <= 0 {
			return "", fault.New(fault.PaymentFailed, "This payment cannot be disputed.")
		}
		found.Dispute, found.Disputed, found.Plan = fund.DisputeOpen, found.left(), nil
		return "dispute.created", nil
	})
}

// payment is a payment as it is kept.
type payment struct {
	pay.Order
	Status             fund.PaymentStatus
	Reason             string
	Fee                int64
	Refunded, Disputed int64
	Dispute            fund.DisputeStatus
	// Refunds are the keys of the refunds so far.
	Refunds []string
	// Plan is what happens automatically, in this order.
	Plan []planned
	// Changes counts what happened, Delivered how much of it was delivered.
	Changes   int
	Delivered int `json:"Told"`
	// Topic is the last that happened.
	Topic string
}

// planned is something that happens automatically at an instant.
type planned struct {
	At   time.Time
	Does effect
}

func (p payment) state() fund.PaymentState {
	s := fund.PaymentState{Status: p.Status, Reason: p.Reason, Refunded: p.Refunded, Disputed: p.Disputed, Dispute: p.Dispute}
	switch p.Status {
	case fund.PaymentPaid:
		fee := p.Fee
		s.Paid, s.Currency, s.Fee, s.Email = p.Total(), p.Currency, &fee, p.Email
	case fund.PaymentOpen:
		s.Until = p.ExpiresAt
	case fund.PaymentProcessing:
		if len(p.Plan) > 0 {
			s.Until = p.Plan[0].At
		}
	}
	return s
}

func (p *Provider) get(ctx context.Context, id string) (found payment, version int64, err error) {
	body, version, err := p.Book.Get(ctx, id)
	if err != nil {
		return found, 0, err
	}
	if err := json.Unmarshal([]byte(body), &found); err != nil {
		return found, 0, fmt.Errorf("sandbox payment %s: %w", id, err)
	}
	return found, version, nil
}

func (p *Provider) put(ctx context.Context, id string, changed payment, version int64) error {
	body, err := json.Marshal(changed)
	if err != nil {
		return fmt.Errorf("sandbox payment %s: %w", id, err)
	}
	return p.Book.Put(ctx, id, string(body), version, changed.due(p.Now()))
}

// tellAgain is after how long a provider event is sent again whose way is not known to have been good.
const tellAgain = 30 * time.Second

// due is when something is to be done about the payment.
func (p payment) due(now time.Time) time.Time {
	var due time.Time
	if len(p.Plan) > 0 {
		due = p.Plan[0].At
	}
	if again := now.Add(tellAgain); p.Delivered < p.Changes && (due.IsZero() || again.Before(due)) {
		due = again
	}
	return due
}

// changeTries is how often a change is begun again because somebody else was faster.
const changeTries = 10

// changeOf is change for a payment that is referred to.
func (p *Provider) changeOf(ctx context.Context, ref pay.Ref, work func(*payment) (topic string, err error)) error {
	id, err := p.idOf(ctx, ref)
	if err != nil {
		return err
	}
	return p.change(ctx, id, work)
}

// change changes a payment and tells of it. A change without a topic is none.
func (p *Provider) change(ctx context.Context, id string, work func(*payment) (topic string, err error)) error {
	found, version, err := p.get(ctx, id)
	if err != nil {
		return err
	}
	changed, err := p.alter(ctx, id, seen{found, version}, work)
	if err != nil || changed == nil {
		return err
	}
	return p.tell(ctx, id, *changed)
}

// seen is a payment as it was read, with its version.
type seen struct {
	payment
	version int64
}

// alter changes a payment that was read, and gives what is to be told of; nil for nothing.
func (p *Provider) alter(ctx context.Context, id string, was seen, work func(*payment) (topic string, err error)) (*payment, error) {
	for try := 1; ; try++ {
		found := was.payment
		topic, err := work(&found)
		if err != nil || topic == "" {
			return nil, err
		}
		found.Changes, found.Topic = found.Changes+1, topic
		err = p.put(ctx, id, found, was.version)
		if err == nil {
			return &found, nil
		}
		if !fault.Is(err, fault.Stale) || try == changeTries {
			return nil, err
		}
		if was.payment, was.version, err = p.get(ctx, id); err != nil {
			return nil, err
		}
	}
}

// Run makes what is planned for payments happen until ctx ends; then its error is nil.
func (p *Provider) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		p.Round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// roundSize is how many payments a round looks at, at once.
const roundSize = 500

// Round does everything that is due now, once.
func (p *Provider) Round(ctx context.Context) {
	for ctx.Err() == nil {
		ids, err := p.Book.Due(ctx, p.Now(), roundSize)
		for _, id := range ids {
			err = errors.Join(err, p.doDue(ctx, id))
		}
		if err != nil && ctx.Err() == nil {
			p.Log.WarnContext(ctx, "sandbox", "error", err)
		}
		if err != nil || len(ids) < roundSize {
			return
		}
	}
}

// doDue does the next thing that is planned for a payment, or tells again what may not have been heard.
func (p *Provider) doDue(ctx context.Context, id string) error {
	found, version, err := p.get(ctx, id)
	if err != nil {
		return err
	}
	if len(found.Plan) > 0 && !p.Now().Before(found.Plan[0].At) {
		return p.change(ctx, id, func(found *payment) (string, error) {
			if len(found.Plan) == 0 || p.Now().Before(found.Plan[0].At) {
				return "", nil
			}
			next := found.Plan[0]
			found.Plan = found.Plan[1:]
			return next.Does.on(found, p.Fee), nil
		})
	}
	if found.Delivered < found.Changes {
		if err := p.tell(ctx, id, found); err != nil {
			return err
		}
		found.Delivered = found.Changes
	}
	if err := p.put(ctx, id, found, version); !fault.Is(err, fault.Stale) {
		return err
	}
	return nil
}
