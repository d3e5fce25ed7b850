package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/store"
)

// Condition looks at what is about to change, and refuses the change with a fault. It reads
// through an App that sees things as they are within the write, until the write's end.
type Condition func(ctx context.Context, now *App) error

type conditionKey struct{}

// OnlyIf makes a context in which a change is made only if the condition holds. It is asked
// inside of the write, behind everybody who changes the same thing, so that nobody comes between
// the question and the change. Who may not make the change is told that, whatever the condition
// says.
func OnlyIf(ctx context.Context, holds Condition) context.Context {
	return context.WithValue(ctx, conditionKey{}, holds)
}

// conditioned is work under the condition of ctx, if that has one. The change is made and taken
// back even if the condition does not hold, because only the work knows who may do it.
func (a *App) conditioned(ctx context.Context, work func(context.Context, *store.Tx, time.Time) error) func(context.Context, *store.Tx, time.Time) error {
	holds, ok := ctx.Value(conditionKey{}).(Condition)
	if !ok {
		return work
	}
	return func(ctx context.Context, tx *store.Tx, now time.Time) error {
		unmet := holds(ctx, a.within(tx))
		err := work(ctx, tx, now)
		if unmet == nil || fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
			return err
		}
		return unmet
	}
}

// within is an App that only reads, and sees what the transaction sees.
func (a *App) within(tx *store.Tx) *App {
	return &App{
		store: &store.Store{Queries: tx.Queries}, now: a.now, random: a.random, baseURL: a.baseURL, log: a.log,
		actors: a.actors, hashing: a.hashing,
	}
}
