package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Condition checks an object that is about to change, and refuses the change with a fault. It reads through an App that sees the state
// within the write, until the write ends.
type Condition func(ctx context.Context, now *App) error

// Terms are the conditions of a change besides its actor. The zero Terms are none.
type Terms struct {
	// holds must accept the object that changes; nil for no condition.
	holds Condition
	// once is the idempotency key that the change reserves; nil for none.
	once *reservation
}

// OnlyIf returns the actor with a condition for its change. The condition is checked inside the write, after all earlier changes of the
// same object, so that nothing happens between the check and the change. An actor who may not make the change gets that error, regardless
// of the condition.
func (a Actor) OnlyIf(holds Condition) Actor {
	a.Terms.holds = holds
	return a
}

// change is work on the database inside a write, at an instant.
type change func(ctx context.Context, tx *store.Tx, now time.Time) error

// conditioned is work under the condition of the terms, if they have one. The work runs even if the condition does not hold, and is then
// rolled back, because only the work checks permissions.
func (a *App) conditioned(terms Terms, work change) change {
	if terms.holds == nil {
		return work
	}
	return func(ctx context.Context, tx *store.Tx, now time.Time) error {
		unmet := terms.holds(ctx, a.within(tx))
		err := work(ctx, tx, now)
		if unmet == nil || fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
			return err
		}
		return unmet
	}
}

// within is a read-only App that sees what the transaction sees. It shares no caches with other transactions.
func (a *App) within(tx *store.Tx) *App {
	return &App{
		Keys: a.Keys, store: &store.Store{Queries: tx.Queries}, now: a.now, random: a.random, log: a.log,
		actors: newMemory[tokenHash, Actor](), donatedTo: newMemory[donatedKey, fund.Fact](), donateForms: newMemory[fund.ID, formSettings](),
		hashing: a.hashing, guesses: a.guesses, payments: a.payments, providers: a.providers, shield: a.shield, captcha: a.captcha, readOnly: true,
	}
}
