package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// CreateEvent makes a fundraising event of a cause; the cause only. A slug that is not given is made
// from the name.
func (a *App) CreateEvent(ctx context.Context, actor Actor, key fund.Key, patch fund.EventPatch) (fund.FundraisingEvent, error) {
	cause, err := a.ownCause(ctx, actor, key)
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	id, err := a.newID(a.Now())
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	err = a.write(ctx, cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(cause.ID))
		if err != nil {
			return err
		}
		if err := editing(actor)(ctx, tx.Queries, fresh); err != nil {
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
	return appendFactChanged(ctx, tx, e.Fact, e.CreatedAt)
}

// UpdateEvent changes a fundraising event; its cause only. The status retired ends it for good.
func (a *App) UpdateEvent(ctx context.Context, actor Actor, key fund.Key, patch fund.EventPatch) (fund.FundraisingEvent, error) {
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

// AddCause makes a cause, unpublished if nothing else is said. The actor's user, or the owner of the
// program that asks, becomes its first member.
func (a *App) AddCause(ctx context.Context, actor Actor, patch fund.CausePatch) (fund.Cause, error) {
	if err := RequireToken(actor); err != nil {
		return fund.Cause{}, err
	}
	if err := requireScope(actor, fund.ScopeCause); err != nil {
		return fund.Cause{}, err
	}
	member := actor.User
	if actor.Kind == ActorApplication {
		member = actor.Owner
	}
	if member.IsZero() && actor.Kind != ActorSystem {
		return fund.Cause{}, forbidden()
	}
	id, err := a.newID(a.Now())
	if err != nil {
		return fund.Cause{}, err
	}
	err = a.write(ctx, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		c := fund.Cause{Fact: fund.Fact{
			ID: id, Kind: fund.KindCause, Status: fund.Unpublished, Supportable: fund.SupportPublic, CreatedAt: now,
		}}
		if err := insertCause(ctx, tx, &c, patch); err != nil {
			return err
		}
		if member.IsZero() {
			return nil
		}
		return tx.AddCauseMember(ctx, id, member)
	})
	if err != nil {
		return fund.Cause{}, fmt.Errorf("new cause: %w", err)
	}
	return a.store.GetCause(ctx, fund.Key{ID: id})
}

func insertCause(ctx context.Context, tx *store.Tx, c *fund.Cause, patch fund.CausePatch) error {
	wrong := patch.Apply(c, c.CreatedAt)
	if err := settleSlug(ctx, tx.Queries, &c.Fact, patch.Slug, &wrong); err != nil {
		return err
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if err := tx.InsertCause(ctx, c); err != nil {
		return err
	}
	return appendFactChanged(ctx, tx, c.Fact, c.CreatedAt)
}

// UpdateCause changes a cause; the cause only. The status retired ends it for good.
func (a *App) UpdateCause(ctx context.Context, actor Actor, key fund.Key, patch fund.CausePatch) (fund.Cause, error) {
	c, err := a.updateCause(ctx, actor, key, func(ctx context.Context, q store.Queries, c *fund.Cause) error {
		wrong := patch.Apply(c, c.UpdatedAt)
		if err := settleSlug(ctx, q, &c.Fact, patch.Slug, &wrong); err != nil {
			return err
		}
		return wrong.Err()
	})
	if err != nil {
		return fund.Cause{}, err
	}
	return a.store.GetCause(ctx, fund.Key{ID: c.ID})
}

// settleSlug finds a free slug for a new fact that chose none, and looks whether a chosen one is free.
func settleSlug(ctx context.Context, q store.Queries, f *fund.Fact, chosen fund.Opt[string], wrong *fault.Fields) error {
	taken := func(slug string) (bool, error) { return slugTaken(ctx, q, *f, slug) }
	if f.Kind == fund.KindCause {
		taken = func(slug string) (bool, error) { return causeSlugTaken(ctx, q, f.ID, slug) }
	}
	var err error
	switch isNew := f.LegacyID == 0; {
	case chosen.Set && f.Slug != "":
		var used bool
		if used, err = taken(f.Slug); used {
			wrong.Add("slug", fund.Taken)
		}
	case isNew && f.Slug != "":
		f.Slug, err = freeSlug(f.Slug, taken)
	}
	return err
}

func causeSlugTaken(ctx context.Context, q store.Queries, cause fund.ID, slug string) (bool, error) {
	other, err := q.GetCause(ctx, fund.Key{Slug: slug})
	ok, err := found(err)
	return ok && other.ID != cause, err
}
