package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// WebhookSample is what there is to show of a message to a webhook endpoint that is not sent.
type WebhookSample struct {
	// Endpoint has its signing key, so that the sample can be signed.
	Endpoint fund.WebhookEndpoint
	// ID is that of the message, a new one each time; At is when it is made.
	ID        fund.ID
	At        time.Time
	EventType string
	// Fact is what the sample is about, nil for something made up. Donation is what was given to it
	// last, nil where that is nothing.
	Fact     *fund.Fact
	Donation *fund.Donation
}

// SampleWebhook gives what an endpoint of the actor's application would be told of a fact that the
// actor may see, or of a made-up one. The private types, of a real fact, are for applications whose
// owner may edit it. Nothing is sent and nothing is kept.
func (a *App) SampleWebhook(ctx context.Context, actor Actor, key fund.Key, in fund.WebhookSampleInput) (WebhookSample, error) {
	if err := requireWebhookWrite(actor); err != nil {
		return WebhookSample{}, err
	}
	e, err := ownEndpoint(ctx, a.store.Queries, actor, key)
	if err != nil {
		return WebhookSample{}, err
	}
	s := WebhookSample{Endpoint: e, EventType: in.EventType.Value, At: a.Now()}
	if err := a.sampleFact(ctx, actor, in, &s); err != nil {
		return WebhookSample{}, fmt.Errorf("sample for webhook endpoint %s: %w", key, err)
	}
	s.ID, err = a.newID(s.At)
	return s, err
}

// sampleFact finds the fact that the input names, and its newest donation.
func (a *App) sampleFact(ctx context.Context, actor Actor, in fund.WebhookSampleInput, s *WebhookSample) error {
	wrong := in.Check()
	if !in.Fact.Set || in.Fact.Value.ID.IsZero() {
		return wrong.Err()
	}
	f, err := a.store.GetFact(ctx, factByID(in.Fact.Value.ID))
	if err == nil {
		err = requireSight(ctx, a.store.Queries, actor, f)
	}
	if seen, err := found(err); err != nil {
		return err
	} else if !seen {
		wrong.Add("fact", fund.Missing)
		return wrong.Err()
	}
	managed, err := ownerMayEdit(ctx, a.store.Queries, actor, f)
	if err != nil {
		return err
	}
	if !managed && fund.PrivateWebhookType(in.EventType.Value) {
		wrong.Add("event_type", fund.NotManaged)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	s.Fact = &f
	last, err := a.store.ListDonations(ctx, store.DonationFilter{Fact: f.ID}, fund.Page{Limit: 1})
	if len(last) > 0 {
		s.Donation = &last[0]
	}
	return err
}
