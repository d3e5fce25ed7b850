package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// everything is the page of a list that comes whole.
func everything() fund.Page { return fund.Page{Limit: fund.MaxPerFact} }

// edit is a fact whose parts are about to change: as it is now, inside the write.
type edit struct {
	fact fund.Fact
	now  time.Time
	// id is a fresh one for a part that is made.
	id fund.ID
}

// addToCampaign lets a campaign's editor change what it has, in one write.
func (a *App) addToCampaign(ctx context.Context, actor Actor, key FactKey, work func(context.Context, *store.Tx, edit) error) error {
	f, err := a.editableCampaign(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.editParts(ctx, actor, f, work)
}

// editParts runs work on the parts of a fact when it is not retired and the actor may change it,
// and tells of the change.
func (a *App) editParts(ctx context.Context, actor Actor, f fund.Fact, work func(context.Context, *store.Tx, edit) error) error {
	return a.writeBelow(ctx, f, editing(actor), func(ctx context.Context, tx *store.Tx, e edit) (fund.Event, error) {
		return fund.Event{Topic: fund.TopicIncentiveChanged, Subject: f.ID}, work(ctx, tx, e)
	})
}

// editing lets those pass who may change a fact, with a token that is for it.
func editing(actor Actor) permission {
	return func(ctx context.Context, q store.Queries, f fund.Fact) error {
		if err := requireEdit(ctx, q, actor, f); err != nil {
			return err
		}
		return requireWrite(actor, f)
	}
}

// permission refuses what may not be done below a fact.
type permission func(context.Context, store.Queries, fund.Fact) error

// writeBelow runs work on what belongs to a fact, when it is not retired and that is permitted. It
// appends the event that work gives, and tells the fact and those above it too.
func (a *App) writeBelow(ctx context.Context, f fund.Fact, may permission, work func(context.Context, *store.Tx, edit) (fund.Event, error)) error {
	return a.write(ctx, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(f.ID))
		if err != nil {
			return err
		}
		if err := may(ctx, tx.Queries, fresh); err != nil {
			return err
		}
		if err := requireOpen(fresh); err != nil {
			return err
		}
		id, err := a.newID(now)
		if err != nil {
			return err
		}
		event, err := work(ctx, tx, edit{fact: fresh, now: now, id: id})
		if err != nil {
			return err
		}
		facts, err := factsShowing(ctx, tx.Queries, fresh)
		if err != nil {
			return err
		}
		event.Facts, event.At = union(facts, event.Facts), now
		tx.Append(event)
		return nil
	})
}

// seenFact gives the fact that a part hangs on, when the actor may see it.
func (a *App) seenFact(ctx context.Context, actor Actor, id fund.ID) (fund.Fact, error) {
	f, err := a.store.GetFact(ctx, factByID(id))
	if err != nil {
		return fund.Fact{}, err
	}
	return f, requireSight(ctx, a.store.Queries, actor, f)
}

// part is what the three kinds of incentives have in common.
type part struct {
	noun   string
	fact   fund.ID
	legacy int64
}

// editPart lets an editor of the part's fact change it, in one write. The part of a fact that the
// actor may not see does not exist.
func (a *App) editPart(ctx context.Context, actor Actor, p part, work func(context.Context, *store.Tx, edit) error) error {
	f, err := a.partFact(ctx, actor, p)
	if err != nil {
		return err
	}
	if err := a.editParts(ctx, actor, f, work); err != nil {
		return fmt.Errorf("%s %d: %w", p.noun, p.legacy, err)
	}
	return nil
}

// partFact is the fact that a part hangs on; when the actor may not see it, there is no such part.
func (a *App) partFact(ctx context.Context, actor Actor, p part) (fund.Fact, error) {
	f, err := a.seenFact(ctx, actor, p.fact)
	if fault.Is(err, fault.NotFound) {
		return fund.Fact{}, missing(p.noun, fund.Key{LegacyID: p.legacy})
	}
	return f, err
}

// inUse refuses to remove what donations point at.
func inUse(p part) error {
	return fault.New(fault.Conflict, "Donations were made for %s %d: it cannot be deleted, disable it instead.", p.noun, p.legacy)
}
