package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// chaos is a payment provider that knows the truth about its payments but is an unreliable messenger: it answers late or not at all, and
// the content of its events means nothing.
type chaos struct {
	mu    sync.Mutex
	truth map[string]*fund.PaymentState
	// deaf makes every call fail; late creates the payment although the call fails.
	deaf, late bool
	// between is called after a lookup read the truth and before it returns; nil for nothing.
	between func(reference string)
	sent    int
	// lookUps counts the lookups of each payment.
	lookUps map[string]int
}

func newChaos() *chaos {
	return &chaos{truth: map[string]*fund.PaymentState{}, lookUps: map[string]int{}}
}

var errDeaf = fault.Wrap(errors.New("time-out"), fault.Unavailable, "The provider does not answer.")

func (c *chaos) Name() string { return "chaos" }

func (c *chaos) Start(_ context.Context, o pay.Order) (pay.Started, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deaf {
		return pay.Started{}, errDeaf
	}
	id := "pi_" + o.Donation.String()
	c.truth[id] = &fund.PaymentState{Status: fund.PaymentOpen, Paid: o.Total(), Currency: o.Currency}
	if c.late {
		return pay.Started{}, errDeaf
	}
	return pay.Started{Reference: id, URL: "https://pay.example/" + id}, nil
}

func (c *chaos) Resume(_ context.Context, p pay.Ref) (string, error) {
	return "https://pay.example/" + p.Reference, nil
}

func (c *chaos) LookUp(_ context.Context, p pay.Ref) (fund.PaymentState, error) {
	c.mu.Lock()
	c.lookUps[p.Reference]++
	if c.deaf {
		c.mu.Unlock()
		return fund.PaymentState{}, errDeaf
	}
	known := c.truth[p.Reference]
	if known == nil {
		// The server knows a payment whose start failed late only by its donation.
		known = c.truth["pi_"+p.Donation.String()]
	}
	if known == nil {
		c.mu.Unlock()
		return fund.PaymentState{}, fault.New(fault.NotFound, "There is no such payment.")
	}
	state, between := *known, c.between
	c.between = nil
	c.mu.Unlock()
	if between != nil {
		between(p.Reference)
	}
	return state, nil
}

func (c *chaos) Cancel(_ context.Context, p pay.Ref) error {
	return c.change("pi_"+p.Donation.String(), func(s *fund.PaymentState) {
		if s.Status == fund.PaymentOpen {
			s.Status = fund.PaymentExpired
		}
	})
}

func (c *chaos) Refund(_ context.Context, r pay.Refund) error {
	return c.change("pi_"+r.Donation.String(), func(s *fund.PaymentState) { s.Refunded += r.Amount })
}

func (c *chaos) Concede(_ context.Context, p pay.Ref) error {
	return c.change("pi_"+p.Donation.String(), func(s *fund.PaymentState) { s.Dispute = fund.DisputeLost })
}

// change changes the truth.
func (c *chaos) change(reference string, change func(*fund.PaymentState)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.truth[reference]
	if c.deaf {
		return errDeaf
	}
	if s == nil {
		return fault.New(fault.NotFound, "There is no such payment.")
	}
	change(s)
	return nil
}

// state is the true state of a payment.
func (c *chaos) state(reference string) fund.PaymentState {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *c.truth[reference]
}

// set makes the provider deaf or late, or neither.
func (c *chaos) set(deaf, late bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deaf, c.late = deaf, late
}

// chaosEvent is a provider event, authenticated by the secret word.
type chaosEvent struct{ ID, Topic, Reference, Donation, Word string }

const chaosWord = "friend"

func (c *chaos) Decode(raw pay.Raw, _ time.Time) (pay.Event, error) {
	var n chaosEvent
	if err := json.Unmarshal(raw.Body, &n); err != nil {
		return pay.Event{}, fault.New(fault.Malformed, "The event cannot be read.")
	}
	if n.Word != chaosWord {
		return pay.Event{}, fault.New(fault.Unauthenticated, "The event is not signed.")
	}
	out := pay.Event{ID: n.ID, Topic: n.Topic, Ref: pay.Ref{Reference: n.Reference}}
	if n.Donation != "" {
		id, err := fund.ParseID(n.Donation)
		if err != nil {
			return pay.Event{}, fault.New(fault.Malformed, "The event names no donation.")
		}
		out.Donation = id
	}
	return out, nil
}

// event returns the body of a new provider event about a payment, with any topic.
func (c *chaos) event(donation fund.ID, topic, word string) pay.Raw {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent++
	body, err := json.Marshal(chaosEvent{
		ID: fmt.Sprintf("evt_%d", c.sent), Topic: topic, Reference: "pi_" + donation.String(), Donation: donation.String(), Word: word,
	})
	if err != nil {
		panic(err)
	}
	return pay.Raw{Body: body}
}
