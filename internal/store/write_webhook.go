package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertEndpoint inserts a new webhook endpoint.
func (t *Tx) InsertEndpoint(ctx context.Context, e fund.WebhookEndpoint) error {
	row, err := t.endpointRow(ctx, e)
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"webhook endpoint", e.ID.String()}, "webhook_endpoints", append(columns{
		{"id", e.ID}, {"application_id", e.ApplicationID}, {"created_at", micros(e.CreatedAt)},
	}, row...))
}

// endpointRow lists the columns of webhook_endpoints that an update may change.
func (t *Tx) endpointRow(ctx context.Context, e fund.WebhookEndpoint) (columns, error) {
	options := ""
	if e.Options != (fund.WebhookOptions{}) {
		var err error
		if options, err = encodeJSON(e.Options); err != nil {
			return nil, err
		}
	}
	e, err := t.sealEndpoint(ctx, e)
	if err != nil {
		return nil, err
	}
	return columns{
		{"description", e.Description}, {"url", e.URL}, {"signing_key", e.SigningKey}, {"previous_key", e.PreviousKey}, {"previous_until", nullMicros(e.PreviousUntil)}, {"options", options},
		{"warned_at", nullMicros(e.WarnedAt)},
		{"activated_at", nullMicros(e.ActivatedAt)}, {"deactivated_at", nullMicros(e.DeactivatedAt)},
		{"updated_at", micros(e.UpdatedAt)},
	}, nil
}

// UpdateEndpoint writes everything about an endpoint except its application.
func (t *Tx) UpdateEndpoint(ctx context.Context, e fund.WebhookEndpoint) error {
	row, err := t.endpointRow(ctx, e)
	if err != nil {
		return err
	}
	return t.update(ctx, thing{"webhook endpoint", e.ID.String()}, updating("webhook_endpoints", row).and("id = ?", e.ID))
}

// DeleteEndpoint deletes an endpoint with its subscriptions. One that a relay sends to is a
// Conflict.
func (t *Tx) DeleteEndpoint(ctx context.Context, id fund.ID) error {
	what := thing{"webhook endpoint", id.String()}
	if _, err := t.db.ExecContext(ctx, "DELETE FROM webhook_subscriptions WHERE endpoint_id = $1", id); err != nil {
		return what.refused(err)
	}
	return t.change(ctx, what, "DELETE FROM webhook_endpoints WHERE id = $1", id)
}

// InsertSubscription inserts a new subscription.
func (t *Tx) InsertSubscription(ctx context.Context, s fund.WebhookSubscription) error {
	return t.insert(ctx, thing{"webhook subscription", s.ID.String()}, "webhook_subscriptions", columns{
		{"id", s.ID}, {"endpoint_id", s.EndpointID}, {"fact_id", s.FactID}, {"event_types", joinWords(s.EventTypes)},
		{"created_at", micros(s.CreatedAt)}, {"updated_at", micros(s.UpdatedAt)},
	})
}

// UpdateSubscription writes the event types of a subscription.
func (t *Tx) UpdateSubscription(ctx context.Context, s fund.WebhookSubscription) error {
	return t.change(ctx, thing{"webhook subscription", s.ID.String()},
		"UPDATE webhook_subscriptions SET event_types = $1, updated_at = $2 WHERE id = $3",
		joinWords(s.EventTypes), micros(s.UpdatedAt), s.ID)
}

// DeleteSubscription deletes a subscription.
func (t *Tx) DeleteSubscription(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"webhook subscription", id.String()}, "DELETE FROM webhook_subscriptions WHERE id = $1", id)
}
