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
	return a.changeOperator(ctx, actor, email, operatorChange{runs: true, act: fund.ActAddOperator, do: (*store.Tx).MakeOperator})
}

// RemoveOperator ends that the user with the e-mail address runs the server; operators only. The user's tokens stay, and can do what those of
// other users can.
func (a *App) RemoveOperator(ctx context.Context, actor Actor, email string) (fund.User, error) {
	return a.changeOperator(ctx, actor, email, operatorChange{runs: false, act: fund.ActRemoveOperator, do: (*store.Tx).EndOperator})
}

// ListOperators lists the users who run the server, oldest account first; operators only. A cursor is {Number} of a user.
func (a *App) ListOperators(ctx context.Context, actor Actor, page fund.Page) ([]fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListOperators(ctx, oldestFirst(page))
}

// operatorChange is a change of who runs the server.
type operatorChange struct {
	// runs is whether the user does afterwards.
	runs bool
	act  fund.Act
	do   func(*store.Tx, context.Context, fund.ID) error
}

func (a *App) changeOperator(ctx context.Context, actor Actor, email string, change operatorChange) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	user, _, err := a.store.GetUserByEmail(ctx, fund.LoginEmail(email))
	if fault.Is(err, fault.NotFound) {
		return fund.User{}, fault.New(fault.NotFound, "There is no user with the e-mail address %s; make one first.", email)
	}
	if err != nil || user.Operator == change.runs {
		return user, err
	}
	err = a.write(ctx, actor, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := change.do(tx, ctx, user.ID); err != nil {
			return err
		}
		// The user's tokens are cached with what the user may do.
		tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: user.ID, At: now})
		return logAct(ctx, tx, actor, doneOn(change.act, user.ID, now))
	})
	if err != nil {
		return fund.User{}, fmt.Errorf("operator %s: %w", user.ID, err)
	}
	user.Operator = change.runs
	return user, nil
}
