package app

import (
	"context"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// done is an act to be logged: what was done on what, and when.
type done struct {
	act     fund.Act
	subject fund.ID
	// cause is the cause whose role the actor used; zero for none.
	cause fund.ID
	// fact is the fact at which the actor may have used a grant; zero for none.
	fact   fund.ID
	at     time.Time
	detail map[string]string
}

// doneOn is an act on a fact of its own cause, or on something that belongs to none.
func doneOn(act fund.Act, subject fund.ID, at time.Time) done {
	return done{act: act, subject: subject, at: at, detail: map[string]string{}}
}

// of sets the cause whose role the actor used.
func (d done) of(cause fund.ID) done {
	d.cause = cause
	return d
}

// doneWith is an act on a donation.
func doneWith(act fund.Act, d fund.Donation, at time.Time) done {
	return doneOn(act, d.ID, at).of(d.CauseID).byGrant(d.Fact.ID)
}

// byGrant sets the fact at which the actor may have used a grant.
func (d done) byGrant(fact fund.ID) done {
	d.fact = fact
	return d
}

// withAmount adds an amount in minor units.
func (d done) withAmount(amount int64) done {
	return d.with(detailAmount, strconv.FormatInt(amount, 10))
}

// with adds an id or a number to the detail; texts that somebody wrote are not logged.
func (d done) with(name, value string) done {
	d.detail[name] = value
	return d
}

// logAct appends an act to the log, in the transaction of the act itself. Background work is no act.
func logAct(ctx context.Context, tx *store.Tx, actor Actor, d done) error {
	if actor.unattended {
		return nil
	}
	role, err := roleName(ctx, tx.Queries, actor, d)
	if err != nil {
		return err
	}
	line := fund.LoggedAct{At: d.at, Actor: actor.id(), Role: role, Act: d.act, Subject: d.subject, Detail: d.detail}
	if actor.Address.IsValid() {
		line.Address = actor.Address.String()
	}
	return tx.LogAct(ctx, line)
}

// logGranted appends an act at a fact to the log if the actor may do it by a grant alone.
func logGranted(ctx context.Context, tx *store.Tx, actor Actor, r right, f fund.Fact, d done) error {
	byRole, err := levelByRole(ctx, tx.Queries, actor, r, f)
	if err != nil || byRole == levelAllowed {
		return err
	}
	return logAct(ctx, tx, actor, d.of(f.Cause.ID).byGrant(f.ID))
}

// logAlone logs an act that writes in transactions of its own.
func (a *App) logAlone(ctx context.Context, actor Actor, act fund.Act, subject fund.ID) error {
	if actor.unattended {
		return nil
	}
	return a.write(ctx, actor, subject, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return logAct(ctx, tx, actor, doneOn(act, subject, now))
	})
}

// withoutTerms is the actor of a write that is not the requested change.
func (a Actor) withoutTerms() Actor {
	a.Terms = Terms{}
	return a
}

// id is who the actor is in the log: a user, a cause, a grant on a fact or an application; zero for the system.
func (a Actor) id() fund.ID {
	switch a.Kind {
	case ActorUser:
		return a.User
	case ActorCause:
		return a.Cause
	case ActorGrant:
		return a.Grant
	case ActorDesk:
		return a.Desk
	default:
		return a.Application
	}
}

// roleName is what the actor was when acting: the role for the cause, "operator", the roles of grants on the fact, or the kind of actor.
func roleName(ctx context.Context, q store.Queries, actor Actor, d done) (string, error) {
	if actor.Kind != ActorSystem && !d.cause.IsZero() {
		role, err := causeRole(ctx, q, actor, d.cause)
		if err != nil || role.Any() {
			return string(role), err
		}
	}
	if actor.Operator {
		return operatorRole, nil
	}
	if !d.fact.IsZero() && actor.Kind != ActorDesk {
		roles, err := grantRoles(ctx, q, actor, d.fact)
		if err != nil || len(roles) > 0 {
			return "grant " + joined(roles), err
		}
	}
	return string(actor.Kind), nil
}

// operatorRole is how the log names an operator.
const operatorRole = "operator"

// Acts lists the log of acts on a subject, or on anything with the zero id; operators only. A cursor is {Number}.
func (a *App) Acts(ctx context.Context, actor Actor, subject fund.ID, page fund.Page) ([]fund.LoggedAct, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListActs(ctx, subject, page)
}

// ActFilter says which acts are listed; what is zero does not matter.
type ActFilter = store.ActFilter

// ActPage are lines of the log of acts, with the users among those who did them and on whom they were done.
type ActPage struct {
	Lines []fund.LoggedAct
	Users map[fund.ID]fund.User
}

// FindActs lists the log of acts as far as a filter lets it through; operators only. A cursor is {Number}.
func (a *App) FindActs(ctx context.Context, actor Actor, filter ActFilter, page fund.Page) (found ActPage, err error) {
	if err := requireOperator(actor); err != nil {
		return found, err
	}
	if found.Lines, err = a.store.FindActs(ctx, filter, page); err != nil {
		return found, err
	}
	ids := make([]fund.ID, 0, 2*len(found.Lines))
	for _, line := range found.Lines {
		ids = append(ids, line.Actor, line.Subject)
	}
	found.Users, err = a.store.UsersByID(ctx, distinct(ids))
	return found, err
}
