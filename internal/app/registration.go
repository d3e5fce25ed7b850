package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Registrations lists who registered for an event, in the order of the page; its cause only. A cursor is {ID}.
func (a *App) Registrations(ctx context.Context, s Seen, page fund.Page) ([]fund.Registration, error) {
	if err := a.RequireCause(ctx, s.actor, s.fact.Cause.ID); err != nil {
		return nil, err
	}
	return a.store.ListRegistrations(ctx, s.fact.ID, page)
}

// OwnRegistration returns the registration of the actor's own user for an event; NotFound for none.
func (a *App) OwnRegistration(ctx context.Context, actor Actor, event fund.Key) (fund.Registration, error) {
	if err := RequireUser(actor); err != nil {
		return fund.Registration{}, err
	}
	e, err := a.GetFundraisingEvent(ctx, actor, event)
	if err != nil {
		return fund.Registration{}, err
	}
	r, err := a.store.GetRegistrationOf(ctx, e.ID, actor.User)
	return r, asRequested(err, "registration", event.String())
}

// CreateRegistration registers the actor's own user for an event, once.
func (a *App) CreateRegistration(ctx context.Context, actor Actor, key fund.Key, patch fund.RegistrationPatch) (fund.Registration, error) {
	if err := requireWriter(actor); err != nil {
		return fund.Registration{}, err
	}
	event, err := a.GetFundraisingEvent(ctx, actor, key)
	if err != nil {
		return fund.Registration{}, err
	}
	var r fund.Registration
	err = a.write(ctx, actor, event.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		r, err = a.newRegistration(ctx, tx, registrationChange{event: event.ID, user: actor.User, patch: patch, now: now})
		if err != nil {
			return err
		}
		if err := tx.InsertRegistration(ctx, &r); err != nil {
			return err
		}
		return appendAbout(ctx, tx, event.Fact, fund.Event{Topic: fund.TopicRegistrationCreated, Subject: r.ID, At: now})
	})
	if err != nil {
		return fund.Registration{}, fmt.Errorf("new registration for fundraising event %d: %w", event.LegacyID, err)
	}
	return r, nil
}

type registrationChange struct {
	event, user fund.ID
	patch       fund.RegistrationPatch
	now         time.Time
}

// newRegistration checks a submitted registration against the event's fields.
func (a *App) newRegistration(ctx context.Context, tx *store.Tx, c registrationChange) (fund.Registration, error) {
	event, err := tx.GetFundraisingEvent(ctx, fund.Key{ID: c.event})
	if err != nil {
		return fund.Registration{}, err
	}
	if err := requireOpen(event.Fact); err != nil {
		return fund.Registration{}, err
	}
	user, err := tx.GetUser(ctx, fund.Key{ID: c.user})
	if err != nil {
		return fund.Registration{}, err
	}
	_, err = tx.GetRegistrationOf(ctx, event.ID, user.ID)
	if ok, err := found(err); err != nil {
		return fund.Registration{}, err
	} else if ok {
		return fund.Registration{}, fault.New(fault.Conflict, "You are registered for fundraising event %d already.", event.LegacyID)
	}
	id, err := a.newID(c.now)
	if err != nil {
		return fund.Registration{}, err
	}
	r := fund.Registration{
		ID: id, EventID: event.ID, UserID: user.ID, UserLegacyID: user.LegacyID, Email: user.Email, RegisteredAt: c.now,
	}
	return r, c.patch.Apply(&r, event.RegistrationFields, c.now).Err()
}

// UpdateRegistration changes a registration; its user and the event's cause only.
func (a *App) UpdateRegistration(ctx context.Context, actor Actor, event, registration fund.Key, patch fund.RegistrationPatch) (fund.Registration, error) {
	var r fund.Registration
	err := a.editRegistration(ctx, actor, registrationChanged{fund.TopicRegistrationChanged, event, registration}, func(ctx context.Context, tx *store.Tx, e registrationEdit) error {
		r = e.registration
		if err := patch.Apply(&r, e.event.RegistrationFields, e.now).Err(); err != nil {
			return err
		}
		return tx.UpdateRegistration(ctx, r)
	})
	return r, err
}

// DeleteRegistration removes a registration; its user and the event's cause only.
func (a *App) DeleteRegistration(ctx context.Context, actor Actor, event, registration fund.Key) error {
	return a.editRegistration(ctx, actor, registrationChanged{fund.TopicRegistrationRemoved, event, registration}, func(ctx context.Context, tx *store.Tx, e registrationEdit) error {
		return tx.DeleteRegistration(ctx, e.registration.ID)
	})
}

// registrationChanged is what becomes of a registration of an event.
type registrationChanged struct {
	topic               fund.Topic
	event, registration fund.Key
}

type registrationEdit struct {
	event        fund.FundraisingEvent
	registration fund.Registration
	now          time.Time
}

// editRegistration runs work on a registration that the actor may change; others are Forbidden.
func (a *App) editRegistration(ctx context.Context, actor Actor, key registrationChanged, work func(context.Context, *store.Tx, registrationEdit) error) error {
	if err := RequireToken(actor); err != nil {
		return err
	}
	event, err := a.GetFundraisingEvent(ctx, actor, key.event)
	if err != nil {
		return err
	}
	err = a.write(ctx, actor, event.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		event, err := tx.GetFundraisingEvent(ctx, fund.Key{ID: event.ID})
		if err != nil {
			return err
		}
		r, err := tx.GetRegistration(ctx, event.ID, key.registration)
		if err != nil {
			return err
		}
		if err := requireRegistration(ctx, tx.Queries, actor, event, r); err != nil {
			return err
		}
		if err := requireOpen(event.Fact); err != nil {
			return err
		}
		if err := work(ctx, tx, registrationEdit{event: event, registration: r, now: now}); err != nil {
			return err
		}
		return appendAbout(ctx, tx, event.Fact, fund.Event{Topic: key.topic, Subject: r.ID, At: now})
	})
	if err != nil {
		return fmt.Errorf("registration %s of fundraising event %s: %w", key.registration, key.event, err)
	}
	return nil
}

func requireRegistration(ctx context.Context, q store.Queries, actor Actor, event fund.FundraisingEvent, r fund.Registration) error {
	if actor.Kind == ActorUser && actor.User == r.UserID {
		return requireScope(actor, fund.ScopeWrite)
	}
	if err := requireRole(ctx, q, actor, editFact, event.Fact); err != nil {
		return err
	}
	return requireScope(actor, fund.ScopeCause)
}
