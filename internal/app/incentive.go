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
	// events are what work reported.
	events *[]fund.Event
}

// report notes what became of a part of the fact.
func (e edit) report(topic fund.Topic, part fund.ID, detail fund.Detail) {
	*e.events = append(*e.events, fund.Event{Topic: topic, Subject: part, Detail: detail})
}

// addToCampaign lets an editor add a part to a campaign, in one write.
func (a *App) addToCampaign(ctx context.Context, actor Actor, key FactKey, work func(context.Context, *store.Tx, edit) error) error {
	f, err := a.editableCampaign(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.editParts(ctx, actor, f, work)
}

// editParts runs work on the parts of a fact, when the fact is not retired and the actor may change it, and appends what work reports.
func (a *App) editParts(ctx context.Context, actor Actor, f fund.Fact, work func(context.Context, *store.Tx, edit) error) error {
	return a.writeBelow(ctx, actor, f, requireEditor(actor), work)
}

// requireEditor requires an actor who may change a fact, with a token that may write.
func requireEditor(actor Actor) permission { return requireChange(actor, editFact) }

// requireChange is requireEditor for another right to change.
func requireChange(actor Actor, r right) permission {
	return func(ctx context.Context, q store.Queries, f fund.Fact) error {
		if err := requireRole(ctx, q, actor, r, f); err != nil {
			return err
		}
		return requireWrite(actor, f)
	}
}

// permission checks whether the actor may change the parts of a fact.
type permission func(context.Context, store.Queries, fund.Fact) error

// writeBelow runs work on the parts of a fact that is not retired, if permitted. It appends the events that work reports, which name the
// fact and its ancestors.
func (a *App) writeBelow(ctx context.Context, actor Actor, f fund.Fact, may permission, work func(context.Context, *store.Tx, edit) error) error {
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
		var events []fund.Event
		if err := work(ctx, tx, edit{fact: fresh, now: now, id: id, events: &events}); err != nil {
			return err
		}
		if len(events) == 0 {
			return nil
		}
		facts, err := factsShowing(ctx, tx.Queries, fresh)
		if err != nil {
			return err
		}
		for _, event := range events {
			event.Facts, event.At = union(facts, event.Facts), now
			tx.Append(event)
		}
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
	if err := a.editParts(ctx, actor, f, work); err != nil {
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
