package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetFundraisingEvent finds one fundraising event, with its registration fields and visibility.
func (a *App) GetFundraisingEvent(ctx context.Context, actor Actor, key fund.Key) (fund.FundraisingEvent, error) {
	event, err := a.store.GetFundraisingEvent(ctx, key)
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	return event, asAsked(requireSight(ctx, a.store.Queries, actor, event.Fact), "fundraising event", key.String())
}

// ListFundraisingEvents lists the published events, newest first: of one cause, or all for nil.
func (a *App) ListFundraisingEvents(ctx context.Context, actor Actor, key *fund.Key, page fund.Page) ([]fund.FundraisingEvent, error) {
	var of fund.ID
	if key != nil {
		cause, err := a.GetCause(ctx, actor, *key)
		if err != nil {
			return nil, err
		}
		of = cause.ID
	}
	err := checkCursors(page, func(n int64) (bool, error) {
		event, err := a.store.GetFundraisingEvent(ctx, fund.Key{LegacyID: n})
		ok, err := found(err)
		return ok && event.Status == fund.Published && (of.IsZero() || event.Cause.ID == of), err
	})
	if err != nil {
		return nil, err
	}
	return a.store.ListFundraisingEvents(ctx, of, []fund.Status{fund.Published}, page)
}

// ownEvent finds an event whose cause the actor speaks for.
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

// ListIncentives lists what an event offers to its fundraisers.
func (a *App) ListIncentives(ctx context.Context, actor Actor, key fund.Key) ([]fund.Incentive, error) {
	event, err := a.GetFundraisingEvent(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListIncentives(ctx, event.ID)
}

// UpdateRegistrationFields changes what users are asked when they register; the cause only. It
// gives all fields.
func (a *App) UpdateRegistrationFields(ctx context.Context, actor Actor, key fund.Key, patch fund.RegistrationFieldsPatch) (fund.RegistrationFields, error) {
	event, err := a.updateEvent(ctx, actor, key, func(_ context.Context, _ store.Queries, e *fund.FundraisingEvent) error {
		next, wrong := patch.Apply(e.RegistrationFields)
		e.RegistrationFields = next
		return wrong.Err()
	})
	return event.RegistrationFields, err
}

// UpdateEventVisibility changes what the pages of an event show; the cause only. It gives all options.
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
	err = a.write(ctx, event.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		event, err = tx.GetFundraisingEvent(ctx, fund.Key{ID: event.ID})
		if err != nil {
			return err
		}
		if err := editing(actor)(ctx, tx.Queries, event.Fact); err != nil {
			return err
		}
		if err := requireOpen(event.Fact); err != nil {
			return err
		}
		event.UpdatedAt = now
		if err := change(ctx, tx.Queries, &event); err != nil {
			return err
		}
		if err := tx.UpdateFundraisingEvent(ctx, event); err != nil {
			return err
		}
		return appendFactChanged(ctx, tx, event.Fact, now)
	})
	if err != nil {
		return fund.FundraisingEvent{}, fmt.Errorf("fundraising event %d: %w", event.LegacyID, err)
	}
	return event, nil
}

// CreateFundraisingEvent makes an event of the cause e.Cause.ID. IDs, times and the currency are
// set. System only.
func (a *App) CreateFundraisingEvent(ctx context.Context, actor Actor, e fund.FundraisingEvent) (fund.FundraisingEvent, error) {
	if actor.Kind != ActorSystem {
		return fund.FundraisingEvent{}, forbidden()
	}
	now := a.Now()
	if err := a.stampFact(&e.Fact, fund.KindFundraisingEvent, now); err != nil {
		return fund.FundraisingEvent{}, err
	}
	err := a.write(ctx, e.Cause.ID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
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
		return appendFactChanged(ctx, tx, e.Fact, now)
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
	err := a.write(ctx, i.EventID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
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
		return appendFactChanged(ctx, tx, event.Fact, now)
	})
	if err != nil {
		return fund.Incentive{}, fmt.Errorf("new incentive %q: %w", i.Title, err)
	}
	return i, nil
}
