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

// SubscriptionKey finds the subscription of a webhook endpoint to a fact, both by their ids.
type SubscriptionKey struct{ Endpoint, Fact fund.Key }

// ListSubscriptions lists what a webhook endpoint of the actor's application is subscribed to.
func (a *App) ListSubscriptions(ctx context.Context, actor Actor, endpoint fund.Key, page fund.Page) ([]fund.WebhookSubscription, error) {
	e, err := a.GetEndpoint(ctx, actor, endpoint)
	if err != nil {
		return nil, err
	}
	return a.store.ListSubscriptions(ctx, e.ID, page)
}

// GetSubscription returns one subscription of a webhook endpoint.
func (a *App) GetSubscription(ctx context.Context, actor Actor, key SubscriptionKey) (fund.WebhookSubscription, error) {
	e, err := a.GetEndpoint(ctx, actor, key.Endpoint)
	if err != nil {
		return fund.WebhookSubscription{}, err
	}
	s, err := a.store.GetSubscription(ctx, e.ID, key.Fact.ID)
	return s, asRequested(err, "webhook subscription to", key.Fact.String())
}

// PutSubscription subscribes a webhook endpoint to a published fact, or changes the event types. The private types are reserved for
// applications whose owner may edit the fact.
func (a *App) PutSubscription(ctx context.Context, actor Actor, key SubscriptionKey, patch fund.SubscriptionPatch) (fund.WebhookSubscription, error) {
	var s fund.WebhookSubscription
	err := a.changeSubscription(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e fund.WebhookEndpoint, now time.Time) error {
		types, err := checkSubscription(ctx, tx.Queries, actor, key.Fact, patch)
		if err != nil {
			return err
		}
		if e.Options.Format.Chat() {
			var wrong fault.Fields
			fund.CheckChatTypes(&wrong, types)
			if err := wrong.Err(); err != nil {
				return err
			}
		}
		s, err = tx.GetSubscription(ctx, e.ID, key.Fact.ID)
		if ok, err := found(err); err != nil {
			return err
		} else if ok {
			s.EventTypes, s.UpdatedAt = types, now
			return tx.UpdateSubscription(ctx, s)
		}
		s = fund.WebhookSubscription{EndpointID: e.ID, FactID: key.Fact.ID, EventTypes: types, CreatedAt: now, UpdatedAt: now}
		return a.addSubscription(ctx, tx, &s)
	})
	if err != nil {
		return fund.WebhookSubscription{}, err
	}
	return s, nil
}

func (a *App) addSubscription(ctx context.Context, tx *store.Tx, s *fund.WebhookSubscription) error {
	err := room(fund.MaxSubscriptions, "subscriptions of this webhook endpoint")(tx.CountSubscriptions(ctx, s.EndpointID))
	if err != nil {
		return err
	}
	if s.ID, err = a.newID(s.CreatedAt); err != nil {
		return err
	}
	return tx.InsertSubscription(ctx, *s)
}

// checkSubscription normalizes the event types.
func checkSubscription(ctx context.Context, q store.Queries, actor Actor, fact fund.Key, patch fund.SubscriptionPatch) ([]string, error) {
	f, err := q.GetFact(ctx, factByID(fact.ID))
	if err != nil {
		return nil, asRequested(err, "fact", fact.String())
	}
	if f.Status != fund.Published {
		return nil, missing("fact", fact)
	}
	types, wrong := patch.Check()
	managed, err := ownerMayEdit(ctx, q, actor, f)
	if err != nil {
		return nil, err
	}
	if !managed && slices.ContainsFunc(types, fund.PrivateWebhookType) {
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if err := wouldManage(ctx, q, actor, f); err != nil {
			return nil, err
		}
		fund.CheckPublicTypes(&wrong, types)
	}
	return types, wrong.Err()
}

// wouldManage names the scope for causes if the application lacks nothing else to manage the fact.
func wouldManage(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) error {
	if actor.HasScope(fund.ScopeCause) {
		return nil
	}
	actor.Scopes = append(slices.Clone(actor.Scopes), fund.ScopeCause)
	managed, err := ownerMayEdit(ctx, q, actor, f)
	if err == nil && managed {
		err = fault.MissingScope(fund.ScopeCause)
	}
	return err
}

// ownerMayEdit reports whether the owner of the actor's application may edit the fact. The application acts for its owner only within its
// token's scopes: a cause's facts require the scope for causes.
func ownerMayEdit(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	if actor.Kind == ActorSystem {
		return true, nil
	}
	if actor.Owner.IsZero() {
		return false, nil
	}
	return may(ctx, q, Actor{Kind: ActorUser, User: actor.Owner, Scopes: actor.Scopes}, editFact, f)
}

// DeleteSubscription ends a subscription and returns it; the fact may be in any state.
func (a *App) DeleteSubscription(ctx context.Context, actor Actor, key SubscriptionKey) (fund.WebhookSubscription, error) {
	var s fund.WebhookSubscription
	err := a.changeSubscription(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e fund.WebhookEndpoint, _ time.Time) error {
		var err error
		if s, err = tx.GetSubscription(ctx, e.ID, key.Fact.ID); err != nil {
			return asRequested(err, "webhook subscription to", key.Fact.String())
		}
		return tx.DeleteSubscription(ctx, s.ID)
	})
	if err != nil {
		return fund.WebhookSubscription{}, err
	}
	return s, nil
}

func (a *App) changeSubscription(
	ctx context.Context, actor Actor, key SubscriptionKey,
	change func(context.Context, *store.Tx, fund.WebhookEndpoint, time.Time) error,
) error {
	if err := requireWebhookWrite(actor); err != nil {
		return err
	}
	err := a.write(ctx, actor, actor.Application, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		e, err := ownEndpoint(ctx, tx.Queries, actor, key.Endpoint)
		if err != nil {
			return err
		}
		webhookChanged(tx, e.ID, now)
		return change(ctx, tx, e, now)
	})
	if err != nil {
		return fmt.Errorf("subscription of webhook endpoint %s to %s: %w", key.Endpoint, key.Fact, err)
	}
	return nil
}
