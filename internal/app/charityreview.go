package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ListCharities lists invitations of charities in a state, "" for any, oldest first; operators only. A cursor is {ID}.
func (a *App) ListCharities(ctx context.Context, actor Actor, state fund.CharityState, page fund.Page) ([]Charity, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.listCharities(ctx, store.CharityFilter{State: state}, oldestFirst(page))
}

// CharityReview is what an operator looks at before approving the invitation of a charity.
type CharityReview struct {
	Charity

	// Alike are causes whose names people could take for that of the charity, in whatever state.
	Alike []fund.Cause
	// Before are other invitations to the same address.
	Before []fund.CharityInvitation
	// Account is whose account the address is; nil for nobody's.
	Account *fund.User
	// Letter is the mail to the charity if it is approved now. Its link has no secret.
	Letter Letter
}

// ReviewCharity shows an operator the invitation of a charity.
func (a *App) ReviewCharity(ctx context.Context, actor Actor, id fund.ID) (r CharityReview, err error) {
	if err := requireOperator(actor); err != nil {
		return r, err
	}
	i, err := a.store.GetCharity(ctx, id)
	if err != nil {
		return r, err
	}
	if r.Charity, err = a.charity(ctx, a.store.Queries, i); err != nil {
		return r, err
	}
	said := CharityMail{Mode: a.Mode(ctx), Charity: r.Charity, Site: a.accounts.Site, Until: a.Now().Add(fund.CharityLife)}
	r.Letter = Letter{Mail: fund.Mail{Kind: fund.MailCharityInvitation, Recipient: i.Email, About: id, Language: i.Language}, At: a.Now(), Content: said}
	if r.Alike, err = a.causesAlike(ctx, i.Name, i.CauseID); err != nil {
		return r, err
	}
	user, _, err := a.store.GetUserByEmail(ctx, i.Email)
	if known, err := found(err); err != nil {
		return r, err
	} else if known {
		r.Account = &user
	}
	hashes, err := a.store.GetCharityHashes(ctx, id)
	if err != nil {
		return r, err
	}
	before, err := a.store.CharitiesAt(ctx, hashes.Address, atAddress)
	for _, one := range before {
		if one.ID != id {
			r.Before = append(r.Before, one)
		}
	}
	return r, err
}

// CausesAlike lists other causes whose names people could take for that of a cause; operators only.
func (a *App) CausesAlike(ctx context.Context, actor Actor, c fund.Cause) ([]fund.Cause, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.causesAlike(ctx, c.Name, c.ID)
}

// causesAlike lists causes whose names people could take for a name, but for one.
func (a *App) causesAlike(ctx context.Context, name string, but fund.ID) (alike []fund.Cause, err error) {
	names := fund.NewNameAlike(name)
	err = a.eachCause(ctx, nil, func(c fund.Cause) {
		if c.ID != but && names.Is(c.Name) {
			alike = append(alike, c)
		}
	})
	return alike, err
}

// ApproveCharity has the invitation of a charity mailed, as it is; operators only. One that does not wait for that is a Conflict, and so is every one while nobody can make an
// account, or where who asked has none that can be used.
func (a *App) ApproveCharity(ctx context.Context, actor Actor, id fund.ID) (fund.CharityInvitation, error) {
	mode, err := a.SignUpMode(ctx)
	if err == nil && mode == fund.SignUpClosed {
		err = fault.New(fault.Conflict, "Nobody can make an account at this server, which a charity needs: its setting %s is %s. Set it to %s.",
			fund.SettingSignUp, fund.SignUpClosed, fund.SignUpInvitation)
	}
	if err != nil {
		return fund.CharityInvitation{}, err
	}
	return a.decideOnCharity(ctx, actor, id, func(ctx context.Context, tx *store.Tx, i fund.CharityInvitation, now time.Time) error {
		by, err := tx.GetUser(ctx, fund.Key{ID: i.UserID})
		if err == nil && !by.DisabledAt.IsZero() {
			err = fault.New(fault.Conflict, "Who asked for the invitation has no account that can be used.")
		}
		if err != nil {
			return err
		}
		if err := moveCharity(ctx, tx, i, fund.CharityInvited, now); err != nil {
			return err
		}
		if err := a.queueMail(ctx, tx, fund.Mail{Kind: fund.MailCharityInvitation, Recipient: i.Email, About: i.ID, Language: i.Language}, now); err != nil {
			return err
		}
		if err := a.mailAsker(ctx, tx, fund.MailCharityInvited, i, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActApproveCharity, i.ID, now))
	})
}

// DeclineCharity refuses to mail the invitation of a charity; operators only. The reason, of at most fund.MaxReason characters, is for who asked. One that does not wait for a
// decision is a Conflict.
func (a *App) DeclineCharity(ctx context.Context, actor Actor, id fund.ID, reason string) (fund.CharityInvitation, error) {
	reason, err := readReason(reason)
	if err != nil {
		return fund.CharityInvitation{}, err
	}
	return a.decideOnCharity(ctx, actor, id, func(ctx context.Context, tx *store.Tx, i fund.CharityInvitation, now time.Time) error {
		i.Reason = reason
		if err := moveCharity(ctx, tx, i, fund.CharityRefused, now); err != nil {
			return err
		}
		if err := a.mailAsker(ctx, tx, fund.MailCharityRefused, i, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActDeclineCharity, i.ID, now))
	})
}

// decideOnCharity has an operator decide on an invitation that waits for it.
func (a *App) decideOnCharity(
	ctx context.Context, actor Actor, id fund.ID, decide func(context.Context, *store.Tx, fund.CharityInvitation, time.Time) error,
) (fund.CharityInvitation, error) {
	if err := requireOperator(actor); err != nil {
		return fund.CharityInvitation{}, err
	}
	err := a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		i, err := tx.GetCharity(ctx, id)
		if err != nil {
			return err
		}
		if i.State != fund.CharityAsked {
			return fault.New(fault.Conflict, "The invitation does not wait for a decision: it is %s.", i.State)
		}
		return decide(ctx, tx, i, now)
	})
	if err != nil {
		return fund.CharityInvitation{}, fmt.Errorf("invitation %s: %w", id, err)
	}
	return a.store.GetCharity(ctx, id)
}
