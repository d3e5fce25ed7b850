package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Condition looks at what is about to change, and refuses the change with a fault. It reads
// through an App that sees things as they are within the write, until the write's end.
type Condition func(ctx context.Context, now *App) error

// Terms are what a change is made under, beside who asks for it. The zero terms are none.
type Terms struct {
	// holds must be true of the thing that changes; nil for always.
	holds Condition
	// once is the idempotency key that the change takes; nil for none.
	once *reservation
}

// OnlyIf is the actor, who makes a change only if the condition holds. It is asked inside of the write, behind
// everybody who changes the same thing, so that nobody comes between the question and the change. Who may not
// make the change is told that, whatever the condition says.
func (a Actor) OnlyIf(holds Condition) Actor {
	a.Terms.holds = holds
	return a
}

// change is work on the database inside of a write, at an instant.
type change func(ctx context.Context, tx *store.Tx, now time.Time) error

// conditioned is work under the condition of the terms, if they have one. The change is made and taken
// back even if the condition does not hold, because only the work knows who may do it.
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

// within is an App that only reads, and sees what the transaction sees. It remembers nothing of other
// transactions, and nobody remembers what it saw.
func (a *App) within(tx *store.Tx) *App {
	return &App{
		Keys: a.Keys, store: &store.Store{Queries: tx.Queries}, now: a.now, random: a.random, baseURL: a.baseURL, log: a.log,
		actors: newMemory[tokenHash, Actor](), donatedTo: newMemory[donatedKey, fund.Fact](), donateForms: newMemory[fund.ID, formSettings](),
		hashing: a.hashing, guesses: a.guesses, payments: a.payments, providers: a.providers, shield: a.shield, captcha: a.captcha,
	}
}
