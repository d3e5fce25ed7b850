package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// FindUser finds a user by key, or by e-mail address if that is not ""; operators only.
func (a *App) FindUser(ctx context.Context, actor Actor, key fund.Key, email string) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	if email == "" {
		return a.store.GetUser(ctx, key)
	}
	user, _, err := a.store.GetUserByEmail(ctx, fund.LoginEmail(email))
	return user, err
}

// DisableUser ends all sessions, tokens and grants of a user and keeps the user from signing in; operators only. Applications of the user
// are disabled meanwhile. What the user made stays. A user who is disabled already stays so.
func (a *App) DisableUser(ctx context.Context, actor Actor, id fund.ID) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	return a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		user, err := tx.GetUser(ctx, fund.Key{ID: id})
		if err == nil && !user.DeletedAt.IsZero() {
			return disableDeleted(ctx, tx, actor, id, now)
		}
		if err != nil || !user.DisabledAt.IsZero() {
			return err
		}
		if err := tx.SetUserDisabled(ctx, id, now); err != nil {
			return err
		}
		if err := endAccess(ctx, tx, id, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActDisableUser, id, now))
	})
}

// EnableUser lets a disabled user sign in again; operators only. Sessions and tokens that ended stay ended.
func (a *App) EnableUser(ctx context.Context, actor Actor, id fund.ID) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	return a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		user, err := tx.GetUser(ctx, fund.Key{ID: id})
		if err == nil && !user.DeletedAt.IsZero() {
			return enableDeleted(ctx, tx, actor, id, now)
		}
		if err != nil || user.DisabledAt.IsZero() {
			return err
		}
		if err := tx.SetUserDisabled(ctx, id, time.Time{}); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActEnableUser, id, now))
	})
}

// EndSessions ends all sessions of a user and returns how many; operators only.
func (a *App) EndSessions(ctx context.Context, actor Actor, id fund.ID) (ended int, err error) {
	if err := requireOperator(actor); err != nil {
		return 0, err
	}
	_, err = a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if ended, err = endSessionsOf(ctx, tx, id, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActEndSessions, id, now))
	})
	return ended, err
}

// changeAccount makes one change of a user's account, and has every node forget what it knew of the user.
func (a *App) changeAccount(ctx context.Context, actor Actor, id fund.ID, change change) (fund.User, error) {
	err := a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: id, At: now})
		return change(ctx, tx, now)
	})
	if err != nil {
		return fund.User{}, fmt.Errorf("user %s: %w", id, err)
	}
	return a.store.GetUser(ctx, fund.Key{ID: id})
}

// endAccess ends everything through which a user, or an application for the user, gets in.
func endAccess(ctx context.Context, tx *store.Tx, user fund.ID, now time.Time) error {
	if _, err := endSessionsOf(ctx, tx, user, now); err != nil {
		return err
	}
	grants, err := tx.ListGrants(ctx, user)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := revokeGrant(ctx, tx, g.ID, now); err != nil {
			return err
		}
	}
	tokens, err := tx.RevokeTokensOf(ctx, user, now)
	for _, token := range tokens {
		tx.Append(fund.Event{Topic: fund.TopicTokenRevoked, Subject: token, At: now})
	}
	return err
}

// endSessionsOf ends every session of a user, and the sign-ins that wait for a second factor, and returns how many sessions there were.
func endSessionsOf(ctx context.Context, tx *store.Tx, user fund.ID, now time.Time) (int, error) {
	ended, err := tx.EndSessionsOf(ctx, user, now)
	if err != nil {
		return 0, err
	}
	return len(ended), sessionsEnded(ctx, tx, user, ended, now)
}

// sessionsEnded says that sessions of a user ended, and ends the sign-ins that wait for a second factor.
func sessionsEnded(ctx context.Context, tx *store.Tx, user fund.ID, ended []fund.ID, now time.Time) error {
	for _, session := range ended {
		tx.Append(fund.Event{Topic: fund.TopicSessionEnded, Subject: session, At: now})
	}
	return tx.EndPendingSignInsOf(ctx, user)
}
