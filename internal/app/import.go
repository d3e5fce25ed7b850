package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// PastDonation is a donation that was paid at CompletedAt.
type PastDonation struct {
	fund.DonationInput
	CompletedAt time.Time
}

// Import records past donations in order, all or none. Their incentives must have been open at CompletedAt. System only.
func (a *App) Import(ctx context.Context, actor Actor, past []PastDonation) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	if len(past) == 0 {
		return nil
	}
	completions := make([]store.Completion, 0, len(past))
	facts := donatedFacts{}
	for i, p := range past {
		c, err := a.pastCompletion(ctx, actor, p, facts)
		if err != nil {
			return fmt.Errorf("import: donation %d of %d: %w", i+1, len(past), err)
		}
		completions = append(completions, c)
	}
	// The lane is that of the first cause: donations to other causes are safe in it, because the store locks what it adds to.
	err := a.store.Write(ctx, completions[0].Donation.CauseID, func(ctx context.Context, tx *store.Tx) error {
		return tx.CompleteAll(ctx, completions)
	})
	if err != nil {
		return fmt.Errorf("import of %d donations: %w", len(past), err)
	}
	return nil
}

// donatedFacts caches the facts that one import has read, by the key in its donations: many donations go to few facts.
type donatedFacts map[factName]fund.Fact

type factName struct {
	key   fund.Key
	owner string
}

func (a *App) pastCompletion(ctx context.Context, actor Actor, p PastDonation, facts donatedFacts) (store.Completion, error) {
	name := factName{p.Fact, p.FactOwner}
	f, known := facts[name]
	if !known {
		var err error
		if f, err = a.donatedFact(ctx, actor, p.DonationInput); err != nil {
			return store.Completion{}, err
		}
		facts[name] = f
	}
	c, err := a.completion(ctx, f, p.DonationInput, p.CompletedAt)
	c.Donation.Origin = fund.OriginImport
	return c, err
}
