package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// endpointsAtOnce is how many webhook endpoints a node sends to at the same time. Most of them are answered within milliseconds; one that
	// is not keeps one place, whatever waits for it.
	endpointsAtOnce = 256
	// deliveriesAtOnce is how many requests a node has open to one endpoint.
	deliveriesAtOnce = 8
	// deliveriesRead is how many due deliveries of an endpoint are read at once.
	deliveriesRead = 64
	// endpointTurn is how long a node works on one endpoint before others get their turn.
	endpointTurn = 15 * time.Second
	// endpointLease is how long the webhooks of an endpoint stand still when the node that works on it is killed.
	endpointLease = 15 * time.Second
	// stoppedAtOnce is how many waiting deliveries of an endpoint are stopped in one write: with its deactivation, and the others after that.
	stoppedAtOnce = 1000
)

// deliverDue makes the attempts of one endpoint that are due. Deliveries of an endpoint that is not active are stopped.
func (a *App) deliverDue(ctx context.Context, endpoint fund.ID) error {
	d := &turn{app: a, until: a.Now().Add(endpointTurn), busy: map[fund.ID]bool{}, done: make(chan result)}
	err := d.run(ctx, endpoint)
	for d.open > 0 {
		err = errors.Join(err, d.wait())
	}
	if err != nil {
		return fmt.Errorf("webhook endpoint %s: %w", endpoint, err)
	}
	return nil
}

// turn is what a node does for one endpoint in one go.
type turn struct {
	app   *App
	until time.Time
	// busy are the deliveries that are being attempted, and those whose attempt could not be recorded; open is how many attempts run.
	busy map[fund.ID]bool
	open int
	done chan result
}

// result is the end of an attempt; err is why it could not be made or recorded.
type result struct {
	delivery fund.ID
	err      error
}

func (d *turn) run(ctx context.Context, endpoint fund.ID) error {
	var failed error
	for ctx.Err() == nil && !d.app.Now().After(d.until) {
		e, due, err := d.due(ctx, endpoint)
		if err != nil || e.ID.IsZero() {
			return errors.Join(failed, err)
		}
		for _, one := range due {
			for d.open >= deliveriesAtOnce {
				failed = errors.Join(failed, d.wait())
			}
			d.start(ctx, e, one)
		}
		if d.open == 0 && len(due) == 0 {
			return failed
		}
		failed = errors.Join(failed, d.wait())
	}
	return failed
}

// due reads what is due of the endpoint and not attempted yet; a zero endpoint when there is nothing to do for it.
func (d *turn) due(ctx context.Context, id fund.ID) (fund.WebhookEndpoint, []fund.WebhookDelivery, error) {
	e, err := d.app.store.GetEndpoint(ctx, id)
	if known, err := found(err); !known {
		return fund.WebhookEndpoint{}, nil, err
	}
	if !e.Active() {
		return fund.WebhookEndpoint{}, nil, d.app.stopDeliveries(ctx, id)
	}
	due, err := d.app.store.DueDeliveries(ctx, store.DueDeliveries{
		Endpoint: id, Now: d.app.Now(), Limit: deliveriesRead + len(d.busy), InOrder: e.Options.InOrder(),
	})
	var free []fund.WebhookDelivery
	for _, one := range due {
		if !d.busy[one.ID] {
			free = append(free, one)
		}
	}
	return e, free, err
}

func (d *turn) start(ctx context.Context, e fund.WebhookEndpoint, one fund.WebhookDelivery) {
	d.busy[one.ID] = true
	d.open++
	go func() { d.done <- result{one.ID, d.app.attempt(ctx, e, one)} }()
}

// wait waits for the end of an attempt.
func (d *turn) wait() error {
	r := <-d.done
	d.open--
	switch {
	case r.err == nil, fault.Is(r.err, fault.Stale):
		delete(d.busy, r.delivery)
		return nil
	default:
		return fmt.Errorf("delivery %s: %w", r.delivery, r.err)
	}
}

// stopDeliveries stops what waits for an endpoint that is not active. It is sent only when somebody asks for that.
func (a *App) stopDeliveries(ctx context.Context, endpoint fund.ID) error {
	for {
		var stopped int64
		err := a.store.Write(ctx, endpoint, func(ctx context.Context, tx *store.Tx) error {
			e, err := tx.GetEndpoint(ctx, endpoint)
			if err != nil || e.Active() {
				return err
			}
			stopped, err = tx.StopDeliveries(ctx, endpoint, stoppedAtOnce)
			return err
		})
		if err != nil || stopped == 0 {
			return err
		}
	}
}
