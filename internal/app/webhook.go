package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Webhook endpoints, their subscriptions and relays belong to an application, and only its own tokens have access. A user's token is
// Forbidden, and so is one without the scope.

// requireWebhooks requires an application with one of the scopes, or the system.
func requireWebhooks(actor Actor, scopes ...string) error {
	if actor.Kind == ActorSystem {
		return nil
	}
	if err := RequireToken(actor); err != nil {
		return err
	}
	if actor.Kind != ActorApplication || actor.Application.IsZero() {
		return fault.WrongToken(fault.Forbidden, "This needs an application's own token: webhooks belong to applications.")
	}
	if !slices.ContainsFunc(scopes, actor.HasScope) {
		return fault.MissingScope(scopes...)
	}
	return nil
}

func requireWebhookRead(actor Actor) error {
	return requireWebhooks(actor, fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite)
}

func requireWebhookWrite(actor Actor) error {
	return requireWebhooks(actor, fund.ScopeWebhooksWrite)
}

// ListEndpoints lists the webhook endpoints of the actor's application, without signing keys.
func (a *App) ListEndpoints(ctx context.Context, actor Actor, page fund.Page) ([]fund.WebhookEndpoint, error) {
	if err := requireWebhookRead(actor); err != nil {
		return nil, err
	}
	all, err := a.store.ListEndpoints(ctx, actor.Application, page)
	for i := range all {
		all[i] = all[i].WithoutKeys()
	}
	return all, err
}

// GetEndpoint returns a webhook endpoint of the actor's application, without its signing key.
func (a *App) GetEndpoint(ctx context.Context, actor Actor, key fund.Key) (fund.WebhookEndpoint, error) {
	if err := requireWebhookRead(actor); err != nil {
		return fund.WebhookEndpoint{}, err
	}
	e, err := ownEndpoint(ctx, a.store.Queries, actor, key)
	return e.WithoutKeys(), err
}

// ownEndpoint finds an endpoint of the actor's application; those of others are NotFound. The system sees all.
func ownEndpoint(ctx context.Context, q store.Queries, actor Actor, key fund.Key) (fund.WebhookEndpoint, error) {
	const noun = "webhook endpoint"
	e, err := q.GetEndpoint(ctx, key.ID)
	if err != nil {
		return fund.WebhookEndpoint{}, asRequested(err, noun, key.String())
	}
	if actor.Kind != ActorSystem && e.ApplicationID != actor.Application {
		return fund.WebhookEndpoint{}, missing(noun, key)
	}
	return e, nil
}

// CreateEndpoint creates a webhook endpoint of the actor's application, active by default. Only this call returns its signing key.
func (a *App) CreateEndpoint(ctx context.Context, actor Actor, patch fund.WebhookEndpointPatch) (fund.WebhookEndpoint, error) {
	if err := requireWebhookWrite(actor); err != nil {
		return fund.WebhookEndpoint{}, err
	}
	return a.addEndpoint(ctx, actor, actor.Application, patch)
}

// CreateEndpointFor is CreateEndpoint for any application. System only.
func (a *App) CreateEndpointFor(ctx context.Context, actor Actor, application fund.ID, patch fund.WebhookEndpointPatch) (fund.WebhookEndpoint, error) {
	if actor.Kind != ActorSystem {
		return fund.WebhookEndpoint{}, forbidden()
	}
	return a.addEndpoint(ctx, actor, application, patch)
}

func (a *App) addEndpoint(ctx context.Context, actor Actor, application fund.ID, patch fund.WebhookEndpointPatch) (fund.WebhookEndpoint, error) {
	key, _, err := a.newSecret()
	if err != nil {
		return fund.WebhookEndpoint{}, err
	}
	if !patch.Active.Set {
		patch.Active = fund.Some(true)
	}
	patch.Networks = a.webhooks.Networks
	var e fund.WebhookEndpoint
	err = a.write(ctx, actor, application, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		e = fund.WebhookEndpoint{ApplicationID: application, SigningKey: key, CreatedAt: now}
		if err := patch.Apply(&e, now).Err(); err != nil {
			return err
		}
		if err := room(fund.MaxEndpoints, "webhook endpoints")(tx.CountEndpoints(ctx, application)); err != nil {
			return err
		}
		if e.ID, err = a.newID(now); err != nil {
			return err
		}
		webhookChanged(tx, e.ID, now)
		return tx.InsertEndpoint(ctx, e)
	})
	if err != nil {
		return fund.WebhookEndpoint{}, fmt.Errorf("new webhook endpoint: %w", err)
	}
	return e, nil
}

// room checks that there are fewer than limit objects.
func room(limit int, of string) func(have int, err error) error {
	return func(have int, err error) error {
		if err == nil && have >= limit {
			return fault.New(fault.Conflict, "There are %d %s already, which is as many as there can be.", have, of)
		}
		return err
	}
}

// webhookChanged appends that an endpoint, or one of its parts, changed.
func webhookChanged(tx *store.Tx, endpoint fund.ID, now time.Time) {
	tx.Append(fund.Event{Topic: fund.TopicWebhookChanged, Subject: endpoint, At: now})
}

// UpdateEndpoint changes a webhook endpoint. It does not return the signing key.
func (a *App) UpdateEndpoint(ctx context.Context, actor Actor, key fund.Key, patch fund.WebhookEndpointPatch) (fund.WebhookEndpoint, error) {
	patch.Networks = a.webhooks.Networks
	e, err := a.changeEndpoint(ctx, actor, key, func(e *fund.WebhookEndpoint, now time.Time) error {
		return patch.Apply(e, now).Err()
	})
	return e.WithoutKeys(), err
}

// ActivateEndpoint turns deliveries on. An active endpoint stays as it is.
func (a *App) ActivateEndpoint(ctx context.Context, actor Actor, key fund.Key) (fund.WebhookEndpoint, error) {
	e, err := a.changeEndpoint(ctx, actor, key, func(e *fund.WebhookEndpoint, now time.Time) error {
		if !e.Active() {
			e.Switch(true, now)
			e.UpdatedAt = now
		}
		return nil
	})
	return e.WithoutKeys(), err
}

// RotateSigningKey sets a new signing key for a webhook endpoint, which only this call returns. The one before it is valid, too, for
// fund.KeyOverlap, if the endpoint asked for that.
func (a *App) RotateSigningKey(ctx context.Context, actor Actor, key fund.Key) (fund.WebhookEndpoint, error) {
	secret, _, err := a.newSecret()
	if err != nil {
		return fund.WebhookEndpoint{}, err
	}
	return a.changeEndpoint(ctx, actor, key, func(e *fund.WebhookEndpoint, now time.Time) error {
		e.Rotate(secret, now)
		return nil
	})
}

// changeEndpoint changes an endpoint of the actor's application; it writes nothing if nothing changed.
func (a *App) changeEndpoint(
	ctx context.Context, actor Actor, key fund.Key, change func(*fund.WebhookEndpoint, time.Time) error,
) (fund.WebhookEndpoint, error) {
	if err := requireWebhookWrite(actor); err != nil {
		return fund.WebhookEndpoint{}, err
	}
	var e fund.WebhookEndpoint
	err := a.write(ctx, actor, actor.Application, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		before, err := ownEndpoint(ctx, tx.Queries, actor, key)
		if err != nil {
			return err
		}
		e = before
		if err := change(&e, now); err != nil || e == before {
			return err
		}
		webhookChanged(tx, e.ID, now)
		if err := tx.UpdateEndpoint(ctx, e); err != nil || e.Active() || !before.Active() {
			return err
		}
		_, err = tx.StopDeliveries(ctx, e.ID, stoppedAtOnce)
		return err
	})
	if err != nil {
		return fund.WebhookEndpoint{}, fmt.Errorf("webhook endpoint %s: %w", key, err)
	}
	return e, nil
}

// DeleteEndpoint removes a webhook endpoint and its subscriptions. One that a relay sends to is a Conflict.
func (a *App) DeleteEndpoint(ctx context.Context, actor Actor, key fund.Key) error {
	if err := requireWebhookWrite(actor); err != nil {
		return err
	}
	err := a.write(ctx, actor, actor.Application, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		e, err := ownEndpoint(ctx, tx.Queries, actor, key)
		if err != nil {
			return err
		}
		webhookChanged(tx, e.ID, now)
		err = tx.DeleteEndpoint(ctx, e.ID)
		if fault.Is(err, fault.Conflict) {
			return fault.Wrap(err, fault.Conflict, "A webhook relay sends to this endpoint; give the relay another endpoint first.")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("webhook endpoint %s: %w", key, err)
	}
	return nil
}
