package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const deliveryNoun = "webhook delivery"

// DeliveryKey identifies a delivery of a webhook endpoint.
type DeliveryKey struct{ Endpoint, Delivery fund.Key }

// LoggedDelivery is a delivery with its attempts, the first one first. Key is the key of a relay, nil for none.
type LoggedDelivery struct {
	fund.WebhookDelivery
	Made []fund.WebhookAttempt
	Key  *fund.RelayKey
}

// DeliveryFilter narrows a list of deliveries; the zero filter lists all.
type DeliveryFilter struct{ Status fund.WebhookStatus }

// ListDeliveries lists the deliveries of a webhook endpoint of the last fund.WebhookKept, without what was sent. A cursor is {ID}.
func (a *App) ListDeliveries(ctx context.Context, actor Actor, endpoint fund.Key, filter DeliveryFilter, page fund.Page) ([]fund.WebhookDelivery, error) {
	e, err := a.GetEndpoint(ctx, actor, endpoint)
	if err != nil {
		return nil, err
	}
	all, err := a.store.ListDeliveries(ctx, e.ID, filter.Status, page)
	for i := range all {
		all[i].Data = ""
	}
	return all, err
}

// GetDelivery returns one delivery with its attempts. What was sent is in it unless that may say who donated, which takes a token of the
// scope donations:read.
func (a *App) GetDelivery(ctx context.Context, actor Actor, key DeliveryKey) (LoggedDelivery, error) {
	e, err := a.GetEndpoint(ctx, actor, key.Endpoint)
	if err != nil {
		return LoggedDelivery{}, err
	}
	return a.loggedDelivery(ctx, actor, e.ID, key.Delivery)
}

func (a *App) loggedDelivery(ctx context.Context, actor Actor, endpoint fund.ID, key fund.Key) (LoggedDelivery, error) {
	d, err := a.store.GetDelivery(ctx, endpoint, key.ID)
	if err != nil {
		return LoggedDelivery{}, asRequested(err, deliveryNoun, key.String())
	}
	if d.Personal() && !actor.HasScope(fund.ScopeDonationsRead) {
		d.Data = ""
	}
	made, err := a.store.ListAttempts(ctx, d.ID)
	if err != nil {
		return LoggedDelivery{}, err
	}
	k, err := a.keyOf(ctx, d)
	return LoggedDelivery{WebhookDelivery: d, Made: made, Key: k}, err
}

// ResendDelivery sends a delivery again as it was, now, whatever became of it. An attempt that waits is replaced. An endpoint that is not active
// is a Conflict. It counts as a test message: more than shield.WebhookTestsAnHour are RateLimited.
func (a *App) ResendDelivery(ctx context.Context, actor Actor, key DeliveryKey) (LoggedDelivery, error) {
	var endpoint fund.ID
	err := a.onActive(ctx, actor, key.Endpoint, func(ctx context.Context, tx *store.Tx, e fund.WebhookEndpoint, now time.Time) error {
		d, err := tx.GetDelivery(ctx, e.ID, key.Delivery.ID)
		if err != nil {
			return asRequested(err, deliveryNoun, key.Delivery.String())
		}
		if err := a.shield.TestWebhook(e.ApplicationID); err != nil {
			return err
		}
		endpoint = e.ID
		return tx.MoveDelivery(ctx, d, d.Again(now), nil)
	})
	if err != nil {
		return LoggedDelivery{}, err
	}
	return a.loggedDelivery(ctx, actor, endpoint, key.Delivery)
}

// ResendInput selects deliveries to be sent again.
type ResendInput struct {
	// Since is when the first of them was made, at most fund.WebhookKept ago.
	Since   time.Time
	Invalid fault.Fields
}

// resentAtOnce is how many deliveries are made due in one write.
const resentAtOnce = 500

// ResendDeliveries sends again what failed, was stopped or withheld since an instant, in the order in which it happened, and returns how many
// deliveries that are. An endpoint that is not active is a Conflict. An application may ask for it shield.WebhookResendsAnHour times an hour; more are
// RateLimited.
func (a *App) ResendDeliveries(ctx context.Context, actor Actor, endpoint fund.Key, in ResendInput) (int, error) {
	wrong := in.Invalid
	if in.Since.IsZero() && !wrong.Has("since") {
		wrong.Add("since", fund.Blank)
	}
	if err := wrong.Err(); err != nil {
		return 0, err
	}
	begun, sum := a.Now(), 0
	var after fund.ID
	for {
		var n int
		err := a.onActive(ctx, actor, endpoint, func(ctx context.Context, tx *store.Tx, e fund.WebhookEndpoint, now time.Time) (err error) {
			if after.IsZero() {
				if err := a.shield.ResendWebhooks(e.ApplicationID); err != nil {
					return err
				}
			}
			n, after, err = tx.ResendDeliveries(ctx, store.Resend{
				Endpoint: e.ID, Since: in.Since, Until: begun, Now: now, Limit: resentAtOnce, After: after,
			})
			return err
		})
		if err != nil || n == 0 {
			return sum, err
		}
		sum += n
	}
}

// TestWebhook sends a test message to a webhook endpoint, once: what SampleWebhook would return for the input. An endpoint that is not active is a
// Conflict. An application has shield.WebhookTestsAnHour of them at most; more are RateLimited.
func (a *App) TestWebhook(ctx context.Context, actor Actor, endpoint fund.Key, in fund.WebhookSampleInput) (LoggedDelivery, error) {
	s, err := a.SampleWebhook(ctx, actor, endpoint, in)
	if err != nil {
		return LoggedDelivery{}, err
	}
	d := fund.WebhookDelivery{
		ID: s.ID, EndpointID: s.Endpoint.ID, EventType: s.EventType, SourceType: fund.WebhookSourceTest, Status: fund.WebhookWaiting,
		DueAt: s.At, CreatedAt: s.At,
	}
	if s.Fact != nil {
		d.FactID = s.Fact.ID
	}
	if s.Donation != nil && d.AboutDonation() {
		d.DonationID = s.Donation.ID
	}
	if err := a.shield.TestWebhook(s.Endpoint.ApplicationID); err != nil {
		return LoggedDelivery{}, err
	}
	err = a.onActive(ctx, actor, endpoint, func(ctx context.Context, tx *store.Tx, _ fund.WebhookEndpoint, _ time.Time) error {
		return tx.InsertDelivery(ctx, d)
	})
	return LoggedDelivery{WebhookDelivery: d}, err
}

// onActive changes deliveries of an active endpoint of the actor's application, and has what is due sent soon.
func (a *App) onActive(
	ctx context.Context, actor Actor, key fund.Key, change func(context.Context, *store.Tx, fund.WebhookEndpoint, time.Time) error,
) error {
	if err := requireWebhookWrite(actor); err != nil {
		return err
	}
	err := a.write(ctx, actor, actor.Application, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		e, err := ownEndpoint(ctx, tx.Queries, actor, key)
		if err != nil {
			return err
		}
		if !e.Active() {
			return fault.New(fault.Conflict, "This webhook endpoint is not active, so nothing is sent to it; activate it first.")
		}
		return change(ctx, tx, e, now)
	})
	if err != nil {
		return fmt.Errorf("deliveries of webhook endpoint %s: %w", key, err)
	}
	a.runner.Wake(fund.WorkDelivery)
	return nil
}
