package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// WebhookSample is the content of a sample webhook message, which is not sent.
type WebhookSample struct {
	// Endpoint has its signing key, so that the sample can be signed.
	Endpoint fund.WebhookEndpoint
	// ID is that of the message, a new one each time; At is its time.
	ID        fund.ID
	At        time.Time
	EventType string
	// Fact is the subject of the sample, nil for a made-up one. Donation is its newest donation, nil for none.
	Fact     *fund.Fact
	Donation *fund.Donation
}

// SampleWebhook returns what an endpoint of the actor's application would receive about a fact that the actor may see, or about a made-up
// one. The private types of a real fact are reserved for applications whose owner may edit it; who donated is in them only if the token may read it
// through the API. Nothing is sent or stored.
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

// sampleFact finds the fact of the input and its newest donation.
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
	if err != nil || len(last) == 0 {
		return err
	}
	// A sample shows no more of a donor than a read with the same token.
	d, err := a.forHandler(ctx, actor, last[0], f)
	s.Donation = &d
	return err
}
