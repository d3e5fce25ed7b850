package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// wholeList is the page for a whole list.
func wholeList() fund.Page { return fund.Page{Limit: fund.MaxPerFact} }

// edit is a fact whose parts are being changed, as read inside the write.
type edit struct {
	fact fund.Fact
	now  time.Time
	// id is a new id for a new part.
	id fund.ID
	// part is the changed part, for the event: that id, or one set by the work.
	part *fund.ID
}

// addToCampaign lets an editor add a part to a campaign, in one write.
func (a *App) addToCampaign(ctx context.Context, actor Actor, key FactKey, work func(context.Context, *store.Tx, edit) error) error {
	f, err := a.editableCampaign(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.editParts(ctx, actor, f, fund.ID{}, work)
}

// editParts runs work on a part of a fact, or on a new one for the zero id, when the fact is not retired and the
// actor may change it, and appends the change.
func (a *App) editParts(ctx context.Context, actor Actor, f fund.Fact, part fund.ID, work func(context.Context, *store.Tx, edit) error) error {
	return a.writeBelow(ctx, actor, f, requireEditor(actor), func(ctx context.Context, tx *store.Tx, e edit) (fund.Event, error) {
		subject := part
		if subject.IsZero() {
			subject = e.id
		}
		e.part = &subject
		err := work(ctx, tx, e)
		return fund.Event{Topic: fund.TopicIncentiveChanged, Subject: subject}, err
	})
}

// requireEditor requires an actor who may change a fact, with a token that may write.
func requireEditor(actor Actor) permission {
	return func(ctx context.Context, q store.Queries, f fund.Fact) error {
		if err := requireEdit(ctx, q, actor, f); err != nil {
			return err
		}
		return requireWrite(actor, f)
	}
}

// permission checks whether the actor may change the parts of a fact.
type permission func(context.Context, store.Queries, fund.Fact) error

// writeBelow runs work on the parts of a fact that is not retired, if permitted. It appends the event returned by work, which names the
// fact and its ancestors.
func (a *App) writeBelow(ctx context.Context, actor Actor, f fund.Fact, may permission, work func(context.Context, *store.Tx, edit) (fund.Event, error)) error {
	return a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
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

// part is what the three kinds of incentives have in common.
type part struct {
	noun   string
	id     fund.ID
	fact   fund.ID
	legacy int64
}

// editPart lets an editor of the part's fact change it, in one write. A part of a fact that the actor may not see is NotFound.
func (a *App) editPart(ctx context.Context, actor Actor, p part, work func(context.Context, *store.Tx, edit) error) error {
	f, err := a.partFact(ctx, actor, p)
	if err != nil {
		return err
	}
	if err := a.editParts(ctx, actor, f, p.id, work); err != nil {
		return fmt.Errorf("%s %d: %w", p.noun, p.legacy, err)
	}
	return nil
}

// partFact is the fact that a part belongs to. If the actor may not see it, the part is NotFound.
func (a *App) partFact(ctx context.Context, actor Actor, p part) (fund.Fact, error) {
	f, err := a.seenFact(ctx, actor, p.fact)
	if fault.Is(err, fault.NotFound) {
		return fund.Fact{}, missing(p.noun, fund.Key{LegacyID: p.legacy})
	}
	return f, err
}

// inUse refuses to remove a part that donations refer to.
func inUse(p part) error {
	return fault.New(fault.Conflict, "Donations were made for %s %d: it cannot be deleted, disable it instead.", p.noun, p.legacy)
}
