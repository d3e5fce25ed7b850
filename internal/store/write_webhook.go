package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertEndpoint puts in a new webhook endpoint.
func (t *Tx) InsertEndpoint(ctx context.Context, e fund.WebhookEndpoint) error {
	return t.insert(ctx, thing{"webhook endpoint", e.ID.String()}, `INSERT INTO webhook_endpoints (id, application_id,
		description, url, signing_key, activated_at, deactivated_at, created_at, updated_at)`,
		e.ID, e.ApplicationID, e.Description, e.URL, e.SigningKey, nullMicros(e.ActivatedAt), nullMicros(e.DeactivatedAt),
		micros(e.CreatedAt), micros(e.UpdatedAt))
}

// UpdateEndpoint writes everything about an endpoint but its application.
func (t *Tx) UpdateEndpoint(ctx context.Context, e fund.WebhookEndpoint) error {
	return t.change(ctx, thing{"webhook endpoint", e.ID.String()}, `UPDATE webhook_endpoints SET description = $1,
		url = $2, signing_key = $3, activated_at = $4, deactivated_at = $5, updated_at = $6 WHERE id = $7`,
		e.Description, e.URL, e.SigningKey, nullMicros(e.ActivatedAt), nullMicros(e.DeactivatedAt), micros(e.UpdatedAt), e.ID)
}

// DeleteEndpoint takes out an endpoint with its subscriptions. One that a relay sends to is a
// Conflict.
func (t *Tx) DeleteEndpoint(ctx context.Context, id fund.ID) error {
	what := thing{"webhook endpoint", id.String()}
	if _, err := t.db.ExecContext(ctx, "DELETE FROM webhook_subscriptions WHERE endpoint_id = $1", id); err != nil {
		return what.refused(err)
	}
	return t.change(ctx, what, "DELETE FROM webhook_endpoints WHERE id = $1", id)
}

// InsertSubscription puts in a new subscription.
func (t *Tx) InsertSubscription(ctx context.Context, s fund.WebhookSubscription) error {
	return t.insert(ctx, thing{"webhook subscription", s.ID.String()}, `INSERT INTO webhook_subscriptions (id, endpoint_id,
		fact_id, event_types, created_at, updated_at)`,
		s.ID, s.EndpointID, s.FactID, joinWords(s.EventTypes), micros(s.CreatedAt), micros(s.UpdatedAt))
}

// UpdateSubscription writes the event types of a subscription.
func (t *Tx) UpdateSubscription(ctx context.Context, s fund.WebhookSubscription) error {
	return t.change(ctx, thing{"webhook subscription", s.ID.String()},
		"UPDATE webhook_subscriptions SET event_types = $1, updated_at = $2 WHERE id = $3",
		joinWords(s.EventTypes), micros(s.UpdatedAt), s.ID)
}

// DeleteSubscription takes out a subscription.
func (t *Tx) DeleteSubscription(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"webhook subscription", id.String()}, "DELETE FROM webhook_subscriptions WHERE id = $1", id)
}
