package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// CreateMatch adds a donation match to a fact. Earlier donations within its window count.
func (a *App) CreateMatch(ctx context.Context, actor Actor, key FactKey, patch fund.MatchPatch) (fund.DonationMatch, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	var id fund.ID
	err = a.writeBelow(ctx, actor, f, requireEditor(actor), func(ctx context.Context, tx *store.Tx, e edit) (fund.Event, error) {
		if err := a.requireByHand(ctx); err != nil {
			return fund.Event{}, err
		}
		id = e.id
		m := fund.DonationMatch{
			ID: e.id, DonationID: fund.MatchDonationID(e.id), FactID: f.ID, Currency: f.Currency, CreatedAt: e.now,
		}
		if err := a.applyMatch(patch, &m, e.now); err != nil {
			return fund.Event{}, err
		}
		if err := tx.LockChain(ctx, f.ID); err != nil {
			return fund.Event{}, err
		}
		return matchChanged(id), tx.InsertMatch(ctx, m)
	})
	if err != nil {
		return fund.DonationMatch{}, fmt.Errorf("new donation match: %w", err)
	}
	return a.store.GetMatch(ctx, id)
}

// applyMatch changes a donation match. Its pledge becomes one donation, and has the limit of one.
func (a *App) applyMatch(patch fund.MatchPatch, m *fund.DonationMatch, now time.Time) error {
	wrong := patch.Apply(m, now)
	a.donationLimit.Check(&wrong, "pledged", m.Pledged, m.Currency)
	return wrong.Err()
}

func matchChanged(id fund.ID) fund.Event {
	return fund.Event{Topic: fund.TopicMatchChanged, Subject: id}
}

// UpdateMatch changes a donation match that has not ended. A changed window recounts the donations.
func (a *App) UpdateMatch(ctx context.Context, actor Actor, key fund.Key, patch fund.MatchPatch) (fund.DonationMatch, error) {
	f, err := a.matchFact(ctx, actor, key)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	err = a.writeBelow(ctx, actor, f, requireEditor(actor), func(ctx context.Context, tx *store.Tx, e edit) (fund.Event, error) {
		if err := tx.LockChain(ctx, f.ID); err != nil {
			return fund.Event{}, err
		}
		m, err := tx.GetMatch(ctx, key.ID)
		if err != nil {
			return fund.Event{}, err
		}
		if err := a.applyMatch(patch, &m, e.now); err != nil {
			return fund.Event{}, err
		}
		return matchChanged(m.ID), tx.UpdateMatch(ctx, m)
	})
	if err != nil {
		return fund.DonationMatch{}, fmt.Errorf("donation match %s: %w", key, err)
	}
	return a.store.GetMatch(ctx, key.ID)
}

// EndMatch completes a donation match and makes the matcher's own donation, if there is anything to match. Because that moves money, it
// requires the scope for donations, not the one for matches. It is allowed even after the fact was retired; a match that has ended is a
// Conflict.
func (a *App) EndMatch(ctx context.Context, actor Actor, key fund.Key) (fund.DonationMatch, error) {
	f, err := a.matchFact(ctx, actor, key)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	if err := requireMatchEnder(ctx, a.store.Queries, actor, f); err != nil {
		return fund.DonationMatch{}, err
	}
	// The donor key may be written at its first use, which must not happen within a write.
	if _, err := a.Key(ctx, donorKey); err != nil {
		return fund.DonationMatch{}, err
	}
	err = a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.LockChain(ctx, f.ID); err != nil {
			return err
		}
		if err := requireMatchEnder(ctx, tx.Queries, actor, f); err != nil {
			return err
		}
		m, err := tx.GetMatch(ctx, key.ID)
		if err != nil {
			return err
		}
		if !m.CompletedAt.IsZero() {
			return fault.New(fault.Conflict, "This donation match has ended already.")
		}
		made, err := a.matcherDonation(ctx, f, m, now)
		if err != nil {
			return err
		}
		facts, err := factsShowing(ctx, tx.Queries, f)
		if err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicMatchChanged, Subject: m.ID, Facts: facts, At: now})
		return tx.EndMatch(ctx, m, made)
	})
	if err != nil {
		return fund.DonationMatch{}, fmt.Errorf("donation match %s: %w", key, err)
	}
	return a.store.GetMatch(ctx, key.ID)
}

// requireMatchEnder requires an actor who may change the fact, with a token for donations.
func requireMatchEnder(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) error {
	if err := requireEdit(ctx, q, actor, f); err != nil {
		return err
	}
	return requireScope(actor, fund.ScopeDonationsWrite)
}

// matcherDonation is the donation that the matcher owes; nil for none.
func (a *App) matcherDonation(ctx context.Context, f fund.Fact, m fund.DonationMatch, now time.Time) (*store.Completion, error) {
	if m.Amount() <= 0 {
		return nil, nil
	}
	d := fund.Donation{
		ID: m.DonationID, Fact: factRef(f), FactKind: f.Kind, CauseID: f.Cause.ID,
		// A match of everything has no pledge, but the limit of one donation.
		Amount: min(m.Amount(), a.donationLimit.Of(m.Currency)), Currency: m.Currency,
		Name: m.MatchedBy, IsMatch: true,
	}
	var err error
	if d.DonorID, err = a.donorID(ctx, d); err != nil {
		return nil, err
	}
	usd, err := a.inUSD(ctx, d, now)
	if err != nil {
		return nil, err
	}
	return &store.Completion{Donation: d, USD: usd, Entry: fund.EntryMatch}, nil
}

// matchFact is the fact that a donation match belongs to. If the actor may not see it, the match is NotFound.
func (a *App) matchFact(ctx context.Context, actor Actor, key fund.Key) (fund.Fact, error) {
	m, err := a.store.GetMatch(ctx, key.ID)
	if err != nil {
		return fund.Fact{}, err
	}
	f, err := a.seenFact(ctx, actor, m.FactID)
	return f, asRequested(err, "donation match", key.String())
}

// MatchQuery filters the donation matches of a list; unset fields do not filter.
type MatchQuery struct {
	Created, Updated fund.Span
	// Status is store.MatchActive or store.MatchCompleted.
	Status string
}

// Matches lists the donation matches of a fact, oldest first. A cursor is {ID}.
func (a *App) Matches(ctx context.Context, s Seen, query MatchQuery, page fund.Page) ([]fund.DonationMatch, error) {
	return a.store.ListMatches(ctx, store.MatchFilter{
		Fact: s.fact.ID, Created: query.Created, Updated: query.Updated, Status: query.Status, Now: a.Now(),
	}, oldestFirst(page))
}

// GetMatch returns one donation match of a fact that the actor may see.
func (a *App) GetMatch(ctx context.Context, actor Actor, key fund.Key) (fund.DonationMatch, error) {
	m, err := a.store.GetMatch(ctx, key.ID)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	_, err = a.seenFact(ctx, actor, m.FactID)
	return m, asRequested(err, "donation match", key.String())
}
