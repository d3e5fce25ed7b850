package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// WebhookPreviewInput is how an endpoint would write messages, and what made-up ones say.
type WebhookPreviewInput struct {
	Format                  fund.WebhookFormat
	Template, EventTemplate string
	// Fact is what they are about; the zero id for none.
	Fact fund.ID
	// Donor, Comment and Title are those of a made-up donation and a made-up milestone.
	Donor, Comment, Title string
}

// WebhookPreview is what an endpoint would send: of a chat the line about a donation and that about another event, of a program the body of a message. The
// other one is "".
type WebhookPreview struct{ Donation, Event, Body string }

// The amounts of made-up messages, in minor units.
const (
	previewAmount    = 25_00
	previewMilestone = 500_00
)

// PreviewWebhook writes what an endpoint of the actor's application would be sent, if it wrote its messages like that. Nothing is sent or stored.
func (a *App) PreviewWebhook(ctx context.Context, actor Actor, key fund.Key, in WebhookPreviewInput) (p WebhookPreview, err error) {
	if err := requireWebhookWrite(actor); err != nil {
		return p, err
	}
	e, err := ownEndpoint(ctx, a.store.Queries, actor, key)
	if err != nil {
		return p, err
	}
	patch := fund.WebhookEndpointPatch{Format: fund.Some(in.Format), Template: fund.Some(in.Template), EventTemplate: fund.Some(in.EventTemplate)}
	var wrong fault.Fields
	for _, one := range patch.Apply(&e, a.Now()) {
		if one.Path != "url" { // its address may be yet to come
			wrong.AddField(one)
		}
	}
	if err := wrong.Err(); err != nil {
		return p, err
	}
	if !a.webhooks.sends() {
		return p, nil
	}
	if e.Options.Format.Chat() {
		return a.previewLines(ctx, e.Options, in)
	}
	p.Body, err = a.previewBody(ctx, actor)
	return p, err
}

// previewLines are the lines of a chat. Without a fact that everybody sees they say that they are a test.
func (a *App) previewLines(ctx context.Context, o fund.WebhookOptions, in WebhookPreviewInput) (p WebhookPreview, err error) {
	gift, event := Announcement{Template: o.Template}, Announcement{Template: o.EventTemplate}
	seen, err := a.See(ctx, Actor{}, FactKey{Key: fund.Key{ID: in.Fact}, Kinds: AllKinds()})
	if known, err := found(err); err != nil {
		return p, err
	} else if known {
		gift.Seen, event.Seen = &seen, &seen
		gift.Donation = &fund.PublicDonation{Name: in.Donor, Comment: in.Comment, Amount: previewAmount, Currency: seen.fact.Currency}
		event.Event = &AnnouncedEvent{Topic: fund.TopicMilestoneReached, Title: in.Title, Amount: previewMilestone, Total: previewMilestone}
	}
	if p.Donation, err = a.webhooks.Announcer.Announce(ctx, a, gift); err != nil {
		return p, fmt.Errorf("preview of a donation: %w", err)
	}
	if p.Event, err = a.webhooks.Announcer.Announce(ctx, a, event); err != nil {
		return p, fmt.Errorf("preview of an event: %w", err)
	}
	return p, nil
}

// previewBody is the body of a made-up message about a donation.
func (a *App) previewBody(ctx context.Context, actor Actor) (string, error) {
	now := a.Now()
	id, err := a.newID(now)
	if err != nil {
		return "", err
	}
	d := fund.WebhookDelivery{ID: id, EventType: fund.WebhookPublic + ":" + fund.WebhookDirect + ":" + fund.WebhookDonation, SourceType: fund.WebhookSourceTest, GeneratedAt: now}
	if d.Data, err = a.webhooks.Encoder.Data(ctx, a, WebhookContent{EventType: d.EventType, Receiver: actor}); err != nil {
		return "", fmt.Errorf("preview of a message: %w", err)
	}
	body, err := a.webhooks.Encoder.Message(WebhookMessage{WebhookDelivery: d, AttemptedAt: now})
	return string(body), err
}
