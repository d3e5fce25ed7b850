package app

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// lineData writes what a chat is told, as a JSON string. It is Gone where there is nothing to say: the fact is not public, the donation was paid back,
// or the message was made for an endpoint that was no chat then.
func (a *App) lineData(ctx context.Context, e fund.WebhookEndpoint, d fund.WebhookDelivery, c WebhookContent) (string, error) {
	if !d.Test() && (!d.AboutDonation() || fund.PrivateWebhookType(d.EventType)) {
		return "", withheld("only donations are announced in a chat, as everybody sees them")
	}
	said := Announcement{Template: e.Options.Template, Test: d.Test()}
	if c.Fact != nil {
		seen, err := a.See(ctx, Actor{}, FactKey{Key: fund.Key{ID: c.Fact.ID}, Kinds: AllKinds()})
		if fault.Is(err, fault.NotFound) {
			return "", withheld("the fact is not public")
		}
		if err != nil {
			return "", err
		}
		said.Seen = &seen
	}
	if c.Donation != nil {
		if !c.Donation.Listed() {
			return "", withheld("the donation was paid back")
		}
		public := c.Donation.Public()
		said.Donation = &public
	}
	line, err := a.webhooks.Announcer.Announce(ctx, a, said)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(line)
	if err != nil {
		return "", fmt.Errorf("message to a chat: %w", err)
	}
	return string(text), nil
}

// webhookBody is the exact body of an attempt, or what a chat is told.
func (a *App) webhookBody(m WebhookMessage) ([]byte, error) {
	if line, is := m.Line(); is {
		return []byte(line), nil
	}
	return a.webhooks.Encoder.Message(m)
}
