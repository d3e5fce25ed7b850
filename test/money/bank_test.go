package money_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// bank is a payment provider that knows the truth about its payments. What its events say means nothing.
type bank struct {
	truth map[fund.ID]*fund.PaymentState
	// orders are the payments in their order; refunds are the keys of refunds that were made.
	orders  []pay.Order
	refunds map[string]bool
	// word signs events: play money and real money have different ones.
	word string
	// deaf makes every call fail; late creates the payment although the call fails.
	deaf, late bool
	// told are all events so far.
	told []pay.Raw
}

func newBank(mode fund.Mode) *bank {
	return &bank{truth: map[fund.ID]*fund.PaymentState{}, refunds: map[string]bool{}, word: string(mode)}
}

var errDeaf = fault.Wrap(errors.New("time-out"), fault.Unavailable, "The provider does not answer.")

func (b *bank) Name() string { return "bank" }

func (b *bank) Start(_ context.Context, o pay.Order) (pay.Started, error) {
	if b.deaf {
		return pay.Started{}, errDeaf
	}
	if b.truth[o.Donation] == nil {
		b.truth[o.Donation] = &fund.PaymentState{Status: fund.PaymentOpen, Paid: o.Total(), Currency: o.Currency}
		b.orders = append(b.orders, o)
	}
	if b.late {
		return pay.Started{}, errDeaf
	}
	return pay.Started{Reference: "pi_" + o.Donation.String(), URL: "https://pay.example/" + o.Donation.String()}, nil
}

func (b *bank) Resume(_ context.Context, p pay.Ref) (string, error) {
	return "https://pay.example/" + p.Donation.String(), nil
}

func (b *bank) LookUp(_ context.Context, p pay.Ref) (fund.PaymentState, error) {
	s, err := b.of(p)
	if err != nil {
		return fund.PaymentState{}, err
	}
	return *s, nil
}

// of is the truth about a payment.
func (b *bank) of(p pay.Ref) (*fund.PaymentState, error) {
	if b.deaf {
		return nil, errDeaf
	}
	if s := b.truth[p.Donation]; s != nil {
		return s, nil
	}
	return nil, fault.New(fault.NotFound, "There is no such payment.")
}

func (b *bank) Cancel(_ context.Context, p pay.Ref) error {
	s, err := b.of(p)
	if err == nil && s.Status == fund.PaymentOpen {
		s.Status = fund.PaymentExpired
	}
	return err
}

func (b *bank) Refund(_ context.Context, r pay.Refund) error {
	s, err := b.of(r.Ref)
	switch {
	case err != nil:
		return err
	case b.refunds[r.Key]:
		return nil
	case s.Status != fund.PaymentPaid || r.Amount <= 0 || r.Amount > s.Paid-s.Refunded-s.Disputed:
		return fault.New(fault.PaymentFailed, "This cannot be refunded.")
	}
	b.refunds[r.Key] = true
	s.Refunded += r.Amount
	return nil
}

func (b *bank) Concede(_ context.Context, p pay.Ref) error {
	s, err := b.of(p)
	if err == nil && s.Dispute == fund.DisputeOpen {
		s.Dispute = fund.DisputeLost
	}
	return err
}

// bankEvent is an event of the bank, authenticated by its word.
type bankEvent struct{ ID, Donation, Word string }

func (b *bank) Decode(raw pay.Raw, _ time.Time) (pay.Event, error) {
	var e bankEvent
	if err := json.Unmarshal(raw.Body, &e); err != nil || e.Word != b.word {
		return pay.Event{}, fault.New(fault.Unauthenticated, "The event is not signed.")
	}
	donation, err := fund.ParseID(e.Donation)
	if err != nil {
		return pay.Event{}, fault.New(fault.Malformed, "The event names no donation.")
	}
	return pay.Event{ID: e.ID, Topic: "changed", Ref: pay.Ref{Donation: donation, Reference: "pi_" + e.Donation}}, nil
}

// event is a new event about a payment.
func (b *bank) event(donation fund.ID) pay.Raw {
	body, err := json.Marshal(bankEvent{ID: fmt.Sprint("evt_", b.word, len(b.told)), Donation: donation.String(), Word: b.word})
	if err != nil {
		panic(err)
	}
	raw := pay.Raw{Body: body}
	b.told = append(b.told, raw)
	return raw
}
