package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetOwnCharity returns an invitation that the actor accepted for a charity; NotFound for any other.
func (a *App) GetOwnCharity(ctx context.Context, actor Actor, id fund.ID) (Charity, error) {
	if err := RequireUser(actor); err != nil {
		return Charity{}, err
	}
	i, err := a.store.GetCharity(ctx, id)
	if err == nil && (i.OwnerID != actor.User || i.State != fund.CharityAccepted && i.State != fund.CharityJoined) {
		err = missingNamed("invitation", id.String())
	}
	if err != nil {
		return Charity{}, err
	}
	return a.charity(ctx, a.store.Queries, i)
}

// SetUpCharity makes the cause of an invitation that the actor accepted, who becomes its first owner; once. Whatever the setting of the server, it is pending until an operator
// approves it: one mail address proves no charity. It is published, so that it is seen and takes campaigns from then on. What is wrong with a field is Invalid there.
func (a *App) SetUpCharity(ctx context.Context, actor Actor, id fund.ID, patch fund.CausePatch) (fund.Cause, error) {
	if err := requireWriter(actor); err != nil {
		return fund.Cause{}, err
	}
	if _, err := a.GetOwnCharity(ctx, actor, id); err != nil {
		return fund.Cause{}, err
	}
	patch.Status = fund.Some(fund.Published)
	// Without it there is nothing to look up in a register.
	legal := patch.LegalName.Value
	fund.CheckName(&patch.Invalid, "legal_name", &legal)
	cause, err := a.createCause(ctx, actor, newCause{
		owner: actor.User, approval: fund.Pending, patch: patch,
		with: func(ctx context.Context, tx *store.Tx, cause fund.ID, now time.Time) error {
			i, err := tx.GetCharity(ctx, id)
			if err != nil {
				return err
			}
			if i.State != fund.CharityAccepted || i.OwnerID != actor.User {
				return fault.New(fault.Conflict, "The invitation is %s: a profile cannot be made by it any more.", i.State)
			}
			i.CauseID = cause
			if err := moveCharity(ctx, tx, i, fund.CharityJoined, now); err != nil {
				return err
			}
			return a.mailOperators(ctx, tx, fund.MailCharityProfile, i.ID, now)
		},
	})
	if err != nil {
		return cause, fmt.Errorf("invitation %s: %w", id, err)
	}
	return cause, nil
}

// charityApproved tells who asked for a charity, and who wrote its profile, that an operator approved it.
func (a *App) charityApproved(ctx context.Context, tx *store.Tx, cause fund.Cause, now time.Time) error {
	i, err := tx.GetCharityOf(ctx, cause.ID)
	if ok, err := found(err); !ok || cause.Status != fund.Published {
		return err
	}
	if err := a.mailUser(ctx, tx, fund.MailCharityApproved, i.OwnerID, i.ID, now); err != nil {
		return err
	}
	return a.mailAsker(ctx, tx, fund.MailCharityReady, i, now)
}
