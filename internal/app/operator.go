package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// requireOperator requires a user who runs the server, with a token that may write, or a command.
func requireOperator(actor Actor) error {
	if actor.Kind == ActorSystem {
		return nil
	}
	if err := RequireToken(actor); err != nil {
		return err
	}
	if actor.Kind != ActorUser || !actor.Operator {
		return forbidden()
	}
	return requireScope(actor, fund.ScopeWrite)
}

// actsAsOperator reports whether requireOperator lets the actor.
func actsAsOperator(actor Actor) bool { return requireOperator(actor) == nil }

// AddOperator lets the user with the e-mail address run the server; operators only. A user who does so already stays as is.
func (a *App) AddOperator(ctx context.Context, actor Actor, email string) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	user, _, err := a.store.GetUserByEmail(ctx, fund.LoginEmail(email))
	if fault.Is(err, fault.NotFound) {
		return fund.User{}, fault.New(fault.NotFound, "There is no user with the e-mail address %s; make one first.", email)
	}
	if err != nil || user.Operator {
		return user, err
	}
	err = a.write(ctx, actor, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.MakeOperator(ctx, user.ID); err != nil {
			return err
		}
		// The user's tokens are cached with what the user may do.
		tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: user.ID, At: now})
		return logAct(ctx, tx, actor, doneOn(fund.ActAddOperator, user.ID, now))
	})
	if err != nil {
		return fund.User{}, fmt.Errorf("operator %s: %w", user.ID, err)
	}
	user.Operator = true
	return user, nil
}
