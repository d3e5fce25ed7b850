package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// reconcileWorkers is how many provider events are applied at once: enough to fill groups of the store.
	reconcileWorkers = 128
	// reconcileQueue is how many provider events may wait for a worker; the next round finds what does not fit.
	reconcileQueue = 4096
	// reconcileInterval is how often due work is looked up.
	reconcileInterval = time.Second
	// reconcileBatch is how many items of a kind a round takes at once.
	reconcileBatch = 200
)

// reconciler does background work: it applies provider events, asks about due payments, ends donation matches, and releases donations that
// were held long enough. Several nodes may run one each: everything happens once.
type reconciler struct {
	app   *App
	queue chan fund.ProviderEvent
}

func newReconciler(a *App) *reconciler {
	return &reconciler{app: a, queue: make(chan fund.ProviderEvent, reconcileQueue)}
}

// now applies a provider event at once if a worker is free; otherwise the next round finds it.
func (c *reconciler) now(n fund.ProviderEvent) {
	select {
	case c.queue <- n:
	default:
	}
}

// RunReconciler does what is due until ctx ends; then its error is nil. What fails is logged and tried again.
func (a *App) RunReconciler(ctx context.Context) error {
	var hands sync.WaitGroup
	defer hands.Wait()
	for range reconcileWorkers {
		hands.Go(func() { a.reconciler.work(ctx) })
	}
	round := time.NewTicker(reconcileInterval)
	defer round.Stop()
	for {
		a.ReconcileDue(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-round.C:
		}
	}
}

func (c *reconciler) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-c.queue:
			// A repeated event is stored under its first id only.
			if err := c.app.ApplyProviderEvent(ctx, background(), n.ID); !fault.Is(err, fault.NotFound) {
				c.app.logFailure(ctx, err)
			}
		}
	}
}

// ReconcileDue does everything that is due now, once.
func (a *App) ReconcileDue(ctx context.Context) {
	for _, chore := range []func(context.Context, time.Time) (int, error){
		a.applyDue, a.askDue, a.endMatches, a.releaseHeld,
	} {
		for ctx.Err() == nil {
			done, err := chore(ctx, a.Now())
			a.logFailure(ctx, err)
			if err != nil || done < reconcileBatch {
				break
			}
		}
	}
}

// logFailure is logFailureOf for the reconciler.
func (a *App) logFailure(ctx context.Context, err error) {
	a.logFailureOf(ctx, "payment reconciler", err)
}

// logFailureOf logs why background work failed. While the database or a provider is unavailable that is only a warning, because the work is
// retried.
func (a *App) logFailureOf(ctx context.Context, worker string, err error) {
	switch {
	case err == nil || ctx.Err() != nil:
	case fault.Is(err, fault.Internal):
		a.log.ErrorContext(ctx, worker, "error", err)
	default:
		a.log.WarnContext(ctx, worker, "error", err)
	}
}

func (a *App) applyDue(ctx context.Context, now time.Time) (int, error) {
	events, err := a.store.DueProviderEvents(ctx, now, reconcileBatch)
	return len(events), each(events, err, func(n fund.ProviderEvent) { a.logFailure(ctx, a.applyProviderEvent(ctx, n)) })
}

// each runs work on all items, a few at a time.
func each[T any](all []T, err error, do func(T)) error {
	if err == nil {
		atOnce(16, all, do)
	}
	return err
}

// atOnce runs work on all items with that many workers.
func atOnce[T any](workers int, all []T, do func(T)) {
	var working sync.WaitGroup
	free := make(chan struct{}, workers)
	for _, one := range all {
		free <- struct{}{}
		working.Go(func() {
			defer func() { <-free }()
			do(one)
		})
	}
	working.Wait()
}

// askDue asks about payments that were not made in time or whose events did not arrive.
func (a *App) askDue(ctx context.Context, now time.Time) (int, error) {
	payments, err := a.store.DuePayments(ctx, now, reconcileBatch)
	return len(payments), each(payments, err, func(p fund.Payment) {
		if err := a.Reconcile(ctx, p.DonationID); err != nil && ctx.Err() == nil {
			a.logFailure(ctx, err)
			wait := time.Minute
			if errors.Is(err, errUncounted) {
				wait = eventRetryLast // its event is tried meanwhile
			}
			a.logFailure(ctx, a.store.Write(ctx, p.CauseID, func(ctx context.Context, tx *store.Tx) error {
				return tx.PostponePayment(ctx, p.DonationID, now.Add(wait))
			}))
		}
	})
}

// endMatches ends donation matches whose window is over, with the matcher's own donation.
func (a *App) endMatches(ctx context.Context, now time.Time) (int, error) {
	ids, err := a.store.DueMatches(ctx, now, reconcileBatch)
	return len(ids), each(ids, err, func(id fund.ID) {
		if _, err := a.EndMatch(ctx, background(), fund.Key{ID: id}); !fault.Is(err, fault.Conflict) {
			a.logFailure(ctx, err)
		}
	})
}

// releaseHeld releases donations that were held long enough.
func (a *App) releaseHeld(ctx context.Context, now time.Time) (int, error) {
	ids, err := a.store.DueReleases(ctx, now, reconcileBatch)
	return len(ids), each(ids, err, func(id fund.ID) {
		a.logFailure(ctx, a.release(ctx, id))
	})
}
