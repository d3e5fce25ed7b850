package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// CauseMembership is a user's role for a cause.
type CauseMembership struct {
	Cause, User fund.ID
	Role        fund.CauseRole
}

// SetCauseRole lets a user act for a cause, or changes what a member may do; owners of the cause and operators only. The last owner keeps
// the role.
func (a *App) SetCauseRole(ctx context.Context, actor Actor, m CauseMembership) error {
	var wrong fault.Fields
	fund.CheckOneOf(&wrong, "role", m.Role, fund.CauseRoles())
	if err := wrong.Err(); err != nil {
		return err
	}
	return a.changeCauseMembers(ctx, actor, m, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		user, err := tx.GetUser(ctx, fund.Key{ID: m.User})
		if err == nil && !user.DeletedAt.IsZero() {
			err = missing("user", fund.Key{ID: m.User})
		}
		if err != nil {
			return err
		}
		if err := tx.SetCauseRole(ctx, m.Cause, m.User, m.Role); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActSetMember, m.Cause, now).of(m.Cause).with("user", m.User.String()).with("role", string(m.Role)))
	})
}

// RemoveCauseMember ends that a user acts for a cause; owners of the cause and operators only. The last owner stays.
func (a *App) RemoveCauseMember(ctx context.Context, actor Actor, m CauseMembership) error {
	m.Role = ""
	return a.changeCauseMembers(ctx, actor, m, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.RemoveCauseMember(ctx, m.Cause, m.User); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActRemoveMember, m.Cause, now).of(m.Cause).with("user", m.User.String()))
	})
}

// changeCauseMembers checks and makes one change of a cause's members.
func (a *App) changeCauseMembers(ctx context.Context, actor Actor, m CauseMembership, change change) error {
	err := a.write(ctx, actor, m.Cause, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		cause, err := tx.GetCause(ctx, fund.Key{ID: m.Cause})
		if err != nil {
			return err
		}
		if err := requireFully(ctx, tx.Queries, actor, manageCauseMembers, cause.Fact); err != nil {
			return err
		}
		if err := keepsOwner(ctx, tx, m); err != nil {
			return err
		}
		if err := change(ctx, tx, now); err != nil {
			return err
		}
		// What the member may do for the cause, and see of it, is not what it was.
		tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: m.User, At: now})
		return nil
	})
	if err != nil {
		return fmt.Errorf("cause %s: member %s: %w", m.Cause, m.User, err)
	}
	return nil
}

// keepsOwner refuses a change after which the cause would have no owner.
func keepsOwner(ctx context.Context, tx *store.Tx, m CauseMembership) error {
	was, err := tx.GetCauseRole(ctx, m.Cause, m.User)
	if err != nil || was != fund.CauseOwner || m.Role == fund.CauseOwner {
		return err
	}
	if err := tx.LockCause(ctx, m.Cause); err != nil {
		return err
	}
	owners, err := tx.CountCauseOwners(ctx, m.Cause)
	if err == nil && owners < 2 {
		err = fault.New(fault.Conflict, "This is the last owner of the cause: make another member an owner first.")
	}
	return err
}

// ListCauseMembers lists the members of a cause, oldest account first; members of the cause and operators only. A cursor is {ID} of a user.
func (a *App) ListCauseMembers(ctx context.Context, actor Actor, key fund.Key, page fund.Page) ([]store.CauseMember, error) {
	cause, err := a.ownCause(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListCauseMembers(ctx, cause.ID, oldestFirst(page))
}
