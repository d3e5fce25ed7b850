package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetFundraisingEvent returns one fundraising event, with its registration fields and visibility.
func (a *App) GetFundraisingEvent(ctx context.Context, actor Actor, key fund.Key) (fund.FundraisingEvent, error) {
	event, err := a.store.GetFundraisingEvent(ctx, key)
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	return event, asRequested(requireSight(ctx, a.store.Queries, actor, event.Fact), "fundraising event", key.String())
}

// EventQuery filters the fundraising events of a list.
type EventQuery struct {
	// Cause restricts the list to one cause; nil for all causes.
	Cause *Seen
	// Retired includes retired events.
	Retired bool
}

// ListFundraisingEvents lists events in the order of the page: newest first a cursor is {Number: LegacyID},
// oldest first {ID}.
func (a *App) ListFundraisingEvents(ctx context.Context, _ Actor, query EventQuery, page fund.Page) ([]fund.FundraisingEvent, error) {
	var of fund.ID
	if query.Cause != nil {
		of = query.Cause.fact.ID
	}
	statuses := []fund.Status{fund.Published}
	if query.Retired {
		statuses = shown()
	}
	if page.Order == fund.NewestFirst {
		err := checkCursors(page, func(n int64) (bool, error) {
			event, err := a.store.GetFundraisingEvent(ctx, fund.Key{LegacyID: n})
			ok, err := found(err)
			return ok && slices.Contains(statuses, event.Status) && (of.IsZero() || event.Cause.ID == of), err
		})
		if err != nil {
			return nil, err
		}
	}
	return a.store.ListFundraisingEvents(ctx, of, statuses, page)
}

// OwnFundraisingEvents lists the events of a cause, drafts and retired ones among them, newest first; the cause only.
func (a *App) OwnFundraisingEvents(ctx context.Context, actor Actor, cause fund.Key, page fund.Page) ([]fund.FundraisingEvent, error) {
	c, err := a.ownCause(ctx, actor, cause)
	if err != nil {
		return nil, err
	}
	return a.store.ListFundraisingEvents(ctx, c.ID, append(shown(), fund.Unpublished), page)
}

// ownEvent finds an event whose cause the actor acts for.
func (a *App) ownEvent(ctx context.Context, actor Actor, key fund.Key) (fund.FundraisingEvent, error) {
	if err := RequireToken(actor); err != nil {
		return fund.FundraisingEvent{}, err
	}
	event, err := a.GetFundraisingEvent(ctx, actor, key)
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	return event, a.RequireCause(ctx, actor, event.Cause.ID)
}

// Incentives lists what an event offers to its fundraisers.
func (a *App) Incentives(ctx context.Context, s Seen) ([]fund.Incentive, error) {
	return a.store.ListIncentives(ctx, s.fact.ID)
}

// UpdateRegistrationFields changes what users are asked when they register; the cause only. It returns all fields.
func (a *App) UpdateRegistrationFields(ctx context.Context, actor Actor, key fund.Key, patch fund.RegistrationFieldsPatch) (fund.RegistrationFields, error) {
	event, err := a.updateEvent(ctx, actor, key, func(_ context.Context, _ store.Queries, e *fund.FundraisingEvent) error {
		next, wrong := patch.Apply(e.RegistrationFields)
		e.RegistrationFields = next
		return wrong.Err()
	})
	return event.RegistrationFields, err
}

// UpdateEventVisibility changes what the pages of an event show; the cause only. It returns all options.
func (a *App) UpdateEventVisibility(ctx context.Context, actor Actor, key fund.Key, patch fund.VisibilityPatch) (fund.Visibility, error) {
	event, err := a.updateEvent(ctx, actor, key, func(_ context.Context, _ store.Queries, e *fund.FundraisingEvent) error {
		next, wrong := patch.Apply(e.Visibility, fund.EventVisibilityNames())
		e.Visibility = next
		return wrong.Err()
	})
	return event.Visibility, err
}

// updateEvent loads, changes and saves an event in one write.
func (a *App) updateEvent(ctx context.Context, actor Actor, key fund.Key, change func(context.Context, store.Queries, *fund.FundraisingEvent) error) (fund.FundraisingEvent, error) {
	event, err := a.ownEvent(ctx, actor, key)
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	err = a.write(ctx, actor, event.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		event, err = tx.GetFundraisingEvent(ctx, fund.Key{ID: event.ID})
		if err != nil {
			return err
		}
		if err := requireEditor(actor)(ctx, tx.Queries, event.Fact); err != nil {
			return err
		}
		if err := requireOpen(event.Fact); err != nil {
			return err
		}
		event.UpdatedAt = now
		was := event.Status
		if err := change(ctx, tx.Queries, &event); err != nil {
			return err
		}
		if err := tx.UpdateFundraisingEvent(ctx, event); err != nil {
			return err
		}
		return appendFact(ctx, tx, event.Fact, was, now)
	})
	if err != nil {
		return fund.FundraisingEvent{}, fmt.Errorf("fundraising event %d: %w", event.LegacyID, err)
	}
	return event, nil
}

// ImportFundraisingEvent stores an event of the cause e.Cause.ID as it is, for data that comes from elsewhere. It
// sets ids, times and the currency. System only.
func (a *App) ImportFundraisingEvent(ctx context.Context, actor Actor, e fund.FundraisingEvent) (fund.FundraisingEvent, error) {
	if actor.Kind != ActorSystem {
		return fund.FundraisingEvent{}, forbidden()
	}
	now := a.Now()
	if err := a.stampFact(&e.Fact, fund.KindFundraisingEvent, now); err != nil {
		return fund.FundraisingEvent{}, err
	}
	err := a.write(ctx, actor, e.Cause.ID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		cause, err := tx.GetCause(ctx, fund.Key{ID: e.Cause.ID})
		if err != nil {
			return err
		}
		e.Currency = cause.Currency
		e.Cause = factRef(cause.Fact)
		if e.Parent == nil {
			e.Parent, e.ParentKind = &e.Cause, fund.KindCause
		}
		wrong := e.Check()
		if err := wrong.Err(); err != nil {
			return err
		}
		if err := tx.InsertFundraisingEvent(ctx, &e); err != nil {
			return err
		}
		return appendFactCreated(ctx, tx, e.Fact, now)
	})
	if err != nil {
		return fund.FundraisingEvent{}, fmt.Errorf("new fundraising event %q: %w", e.Slug, err)
	}
	return a.store.GetFundraisingEvent(ctx, fund.Key{ID: e.ID})
}

// CreateIncentive adds a thank-you to an event. System only.
func (a *App) CreateIncentive(ctx context.Context, actor Actor, i fund.Incentive) (fund.Incentive, error) {
	if actor.Kind != ActorSystem {
		return fund.Incentive{}, forbidden()
	}
	err := a.write(ctx, actor, i.EventID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		event, err := tx.GetFundraisingEvent(ctx, fund.Key{ID: i.EventID})
		if err != nil {
			return err
		}
		if i.ID, err = a.newID(now); err != nil {
			return err
		}
		i.EventLegacyID, i.CreatedAt = event.LegacyID, now
		if err := tx.InsertIncentive(ctx, &i); err != nil {
			return err
		}
		return appendAbout(ctx, tx, event.Fact, fund.Event{Topic: fund.TopicEventIncentiveCreated, Subject: i.ID, At: now})
	})
	if err != nil {
		return fund.Incentive{}, fmt.Errorf("new incentive %q: %w", i.Title, err)
	}
	return i, nil
}

// CreateFundraisingEvent creates a fundraising event of a cause; the cause only. A missing slug is derived from the name.
func (a *App) CreateFundraisingEvent(ctx context.Context, actor Actor, key fund.Key, patch fund.EventPatch) (fund.FundraisingEvent, error) {
	cause, err := a.ownCause(ctx, actor, key)
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	id, err := a.newID(a.Now())
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	patch.Language = actor.language()
	err = a.write(ctx, actor, cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(cause.ID))
		if err != nil {
			return err
		}
		if err := requireEditor(actor)(ctx, tx.Queries, fresh); err != nil {
			return err
		}
		if err := requireOpen(fresh); err != nil {
			return err
		}
		ref := factRef(fresh)
		return insertEvent(ctx, tx, fund.FundraisingEvent{Fact: fund.Fact{
			ID: id, Kind: fund.KindFundraisingEvent, Cause: ref, Parent: &ref, ParentKind: fund.KindCause,
			Currency: fresh.Currency, Status: fund.Unpublished, Supportable: fund.SupportPublic, CreatedAt: now,
		}}, patch)
	})
	if err != nil {
		return fund.FundraisingEvent{}, fmt.Errorf("new fundraising event: %w", err)
	}
	return a.store.GetFundraisingEvent(ctx, fund.Key{ID: id})
}

func insertEvent(ctx context.Context, tx *store.Tx, e fund.FundraisingEvent, patch fund.EventPatch) error {
	wrong := patch.Apply(&e, e.CreatedAt)
	if err := settleSlug(ctx, tx.Queries, &e.Fact, patch.Slug, &wrong); err != nil {
		return err
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if err := tx.InsertFundraisingEvent(ctx, &e); err != nil {
		return err
	}
	return appendFactCreated(ctx, tx, e.Fact, e.CreatedAt)
}

// UpdateFundraisingEvent changes a fundraising event; its cause only. The status retired is permanent.
func (a *App) UpdateFundraisingEvent(ctx context.Context, actor Actor, key fund.Key, patch fund.EventPatch) (fund.FundraisingEvent, error) {
	e, err := a.updateEvent(ctx, actor, key, func(ctx context.Context, q store.Queries, e *fund.FundraisingEvent) error {
		wrong := patch.Apply(e, e.UpdatedAt)
		if err := settleSlug(ctx, q, &e.Fact, patch.Slug, &wrong); err != nil {
			return err
		}
		return wrong.Err()
	})
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	return a.store.GetFundraisingEvent(ctx, fund.Key{ID: e.ID})
}
