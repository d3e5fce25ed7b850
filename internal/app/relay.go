package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const relayNoun = "webhook relay"

// ListRelays lists the webhook relays of the actor's application.
func (a *App) ListRelays(ctx context.Context, actor Actor, page fund.Page) ([]fund.WebhookRelay, error) {
	if err := requireWebhookRead(actor); err != nil {
		return nil, err
	}
	return a.store.ListRelays(ctx, actor.Application, page)
}

// GetRelay returns a webhook relay of the actor's application.
func (a *App) GetRelay(ctx context.Context, actor Actor, key fund.Key) (fund.WebhookRelay, error) {
	if err := requireWebhookRead(actor); err != nil {
		return fund.WebhookRelay{}, err
	}
	return ownRelay(ctx, a.store.Queries, actor, key)
}

// ownRelay finds a relay of the actor's application; those of others are NotFound. The system sees all.
func ownRelay(ctx context.Context, q store.Queries, actor Actor, key fund.Key) (fund.WebhookRelay, error) {
	r, err := q.GetRelay(ctx, key.ID)
	if err != nil {
		return fund.WebhookRelay{}, asRequested(err, relayNoun, key.String())
	}
	if actor.Kind != ActorSystem && r.ApplicationID != actor.Application {
		return fund.WebhookRelay{}, missing(relayNoun, key)
	}
	return r, nil
}

// CreateRelay creates a webhook relay that sends to an endpoint of the actor's application. The system creates it for the endpoint's
// application.
func (a *App) CreateRelay(ctx context.Context, actor Actor, patch fund.WebhookRelayPatch) (fund.WebhookRelay, error) {
	if err := requireWebhookWrite(actor); err != nil {
		return fund.WebhookRelay{}, err
	}
	var r fund.WebhookRelay
	err := a.write(ctx, actor, actor.Application, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		r = fund.WebhookRelay{ApplicationID: actor.Application, CreatedAt: now}
		wrong := patch.Apply(&r, now)
		if err := chooseEndpoint(ctx, tx, actor, relayChange{patch, &r, &wrong}); err != nil {
			return err
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		err := room(fund.MaxRelays, "webhook relays")(tx.CountRelays(ctx, r.ApplicationID))
		if err != nil {
			return err
		}
		if r.ID, err = a.newID(now); err != nil {
			return err
		}
		webhookChanged(tx, r.EndpointID, now)
		return tx.InsertRelay(ctx, r)
	})
	if err != nil {
		return fund.WebhookRelay{}, fmt.Errorf("new webhook relay: %w", err)
	}
	return r, nil
}

// relayChange is a patch with the relay that it changes and its errors.
type relayChange struct {
	patch fund.WebhookRelayPatch
	relay *fund.WebhookRelay
	wrong *fault.Fields
}

// chooseEndpoint finds the endpoint of the patch.
func chooseEndpoint(ctx context.Context, tx *store.Tx, actor Actor, c relayChange) error {
	if !c.patch.Endpoint.Set {
		return nil
	}
	e, err := ownEndpoint(ctx, tx.Queries, actor, c.patch.Endpoint.Value)
	known, err := found(err)
	if err != nil {
		return err
	}
	if !known {
		c.wrong.Add("endpoint", fund.Missing)
		return nil
	}
	if e.Options.Format.Chat() {
		c.wrong.Add("endpoint", fund.IsChat)
	}
	c.relay.ApplicationID, c.relay.EndpointID = e.ApplicationID, e.ID
	return nil
}

// UpdateRelay changes a webhook relay.
func (a *App) UpdateRelay(ctx context.Context, actor Actor, key fund.Key, patch fund.WebhookRelayPatch) (fund.WebhookRelay, error) {
	var r fund.WebhookRelay
	err := a.changeRelay(ctx, actor, key, func(ctx context.Context, tx *store.Tx, before fund.WebhookRelay, now time.Time) error {
		r = before
		wrong := patch.Apply(&r, now)
		if err := chooseEndpoint(ctx, tx, actor, relayChange{patch, &r, &wrong}); err != nil {
			return err
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		webhookChanged(tx, r.EndpointID, now)
		return tx.UpdateRelay(ctx, r)
	})
	if err != nil {
		return fund.WebhookRelay{}, err
	}
	return r, nil
}

// DeleteRelay removes a webhook relay without keys; with keys it is a Conflict, because they identify donations.
func (a *App) DeleteRelay(ctx context.Context, actor Actor, key fund.Key) error {
	return a.changeRelay(ctx, actor, key, func(ctx context.Context, tx *store.Tx, r fund.WebhookRelay, now time.Time) error {
		webhookChanged(tx, r.EndpointID, now)
		err := tx.DeleteRelay(ctx, r.ID)
		if fault.Is(err, fault.Conflict) {
			return fault.Wrap(err, fault.Conflict, "This webhook relay has keys, and so it stays.")
		}
		return err
	})
}

func (a *App) changeRelay(
	ctx context.Context, actor Actor, key fund.Key,
	change func(context.Context, *store.Tx, fund.WebhookRelay, time.Time) error,
) error {
	if err := requireWebhookWrite(actor); err != nil {
		return err
	}
	err := a.write(ctx, actor, actor.Application, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		r, err := ownRelay(ctx, tx.Queries, actor, key)
		if err != nil {
			return err
		}
		return change(ctx, tx, r, now)
	})
	if err != nil {
		return fmt.Errorf("webhook relay %s: %w", key, err)
	}
	return nil
}
