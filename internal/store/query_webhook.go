package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectEndpoint = `SELECT e.id, e.application_id, e.description, e.url, e.signing_key, e.previous_key, e.previous_until, e.options,
	e.warned_at, e.activated_at, e.deactivated_at, e.created_at, e.updated_at FROM webhook_endpoints e`

// GetEndpoint finds one webhook endpoint of any application.
func (q Queries) GetEndpoint(ctx context.Context, id fund.ID) (fund.WebhookEndpoint, error) {
	return one(ctx, q.db, selecting(selectEndpoint).and("e.id = ?", id), q.scanEndpoint, thing{"webhook endpoint", id.String()})
}

// ListEndpoints lists the webhook endpoints of an application.
func (q Queries) ListEndpoints(ctx context.Context, application fund.ID, page fund.Page) ([]fund.WebhookEndpoint, error) {
	s := selecting(selectEndpoint).and("e.application_id = ?", application)
	endpoints, err := keysetPage(ctx, q.db, s, byID("e.id"), page, q.scanEndpoint)
	if err != nil {
		return nil, fmt.Errorf("list webhook endpoints of application %s: %w", application, err)
	}
	return endpoints, nil
}

// CountEndpoints counts the few webhook endpoints of an application.
func (q Queries) CountEndpoints(ctx context.Context, application fund.ID) (int, error) {
	return q.count(ctx, "SELECT COUNT(*) FROM webhook_endpoints WHERE application_id = $1", application)
}

// count is for rows of which an owner has few: it costs as much as there are.
func (q Queries) count(ctx context.Context, query string, owner fund.ID) (int, error) {
	var n int
	if err := q.db.QueryRowContext(ctx, query, owner).Scan(&n); err != nil {
		return 0, fmt.Errorf("count what %s has: %w", owner, err)
	}
	return n, nil
}

// WarnedEndpoints are active endpoints whose owners were told at or after an instant that deliveries fail.
func (q Queries) WarnedEndpoints(ctx context.Context, since time.Time, limit int) ([]fund.WebhookEndpoint, error) {
	s := selecting(selectEndpoint).and("e.activated_at IS NOT NULL AND e.deactivated_at IS NULL AND e.warned_at >= ?", micros(since)).then("ORDER BY e.warned_at DESC LIMIT ?", limit)
	endpoints, err := list(ctx, q.db, s, q.scanEndpoint)
	if err != nil {
		return nil, fmt.Errorf("webhook endpoints that fail: %w", err)
	}
	return endpoints, nil
}

func (q Queries) scanEndpoint(r row) (fund.WebhookEndpoint, error) {
	var e fund.WebhookEndpoint
	err := r.Scan(&e.ID, &e.ApplicationID, &e.Description, &e.URL, &e.SigningKey, &e.PreviousKey,
		instant{&e.PreviousUntil}, textJSON{&e.Options}, instant{&e.WarnedAt}, instant{&e.ActivatedAt}, instant{&e.DeactivatedAt}, instant{&e.CreatedAt}, instant{&e.UpdatedAt})
	if err != nil {
		return e, err
	}
	return e, q.openEndpoint(&e)
}

const selectSubscription = `SELECT s.id, s.endpoint_id, s.fact_id, s.event_types, s.created_at, s.updated_at
	FROM webhook_subscriptions s`

// GetSubscription finds the subscription of an endpoint to a fact.
func (q Queries) GetSubscription(ctx context.Context, endpoint, fact fund.ID) (fund.WebhookSubscription, error) {
	s := selecting(selectSubscription).and("s.endpoint_id = ?", endpoint).and("s.fact_id = ?", fact)
	return one(ctx, q.db, s, scanSubscription, thing{noun: "webhook subscription"})
}

// ListSubscriptions lists the subscriptions of an endpoint.
func (q Queries) ListSubscriptions(ctx context.Context, endpoint fund.ID, page fund.Page) ([]fund.WebhookSubscription, error) {
	s := selecting(selectSubscription).and("s.endpoint_id = ?", endpoint)
	subscriptions, err := keysetPage(ctx, q.db, s, byID("s.id"), page, scanSubscription)
	if err != nil {
		return nil, fmt.Errorf("list subscriptions of webhook endpoint %s: %w", endpoint, err)
	}
	return subscriptions, nil
}

// CountSubscriptions counts the subscriptions of an endpoint.
func (q Queries) CountSubscriptions(ctx context.Context, endpoint fund.ID) (int, error) {
	return q.count(ctx, "SELECT COUNT(*) FROM webhook_subscriptions WHERE endpoint_id = $1", endpoint)
}

func scanSubscription(r row) (fund.WebhookSubscription, error) {
	var (
		s     fund.WebhookSubscription
		types string
	)
	err := r.Scan(&s.ID, &s.EndpointID, &s.FactID, &types, instant{&s.CreatedAt}, instant{&s.UpdatedAt})
	s.EventTypes = splitWords(types)
	return s, err
}
