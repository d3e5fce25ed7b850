package app

import (
	"context"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// mayRestore gives somebody who proved to be the user of a deleted account the key of a link that undoes that; Unauthenticated where it is too late, or an operator
// disabled the user apart from it.
func (a *App) mayRestore(ctx context.Context, user fund.User) (SignedIn, error) {
	d, err := a.store.GetAccountDeletion(ctx, user.ID)
	known, err := found(err)
	if err != nil {
		return SignedIn{}, err
	}
	now := a.Now()
	if !known || !d.Undoable(now) || !d.DisabledAt.IsZero() {
		return SignedIn{}, fault.New(fault.Unauthenticated, "This account was deleted.")
	}
	link, err := a.newRestoreLink(user, d, now.Add(fund.AccountLinkLife))
	if err != nil {
		return SignedIn{}, err
	}
	key, hash, err := a.newSecret()
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Restore: key}, a.write(ctx, background(), user.ID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		if err := tx.PutAccountLink(ctx, link); err != nil {
			return err
		}
		return tx.SetAccountLink(ctx, link, hash[:])
	})
}

// GetDeletion returns the deletion that the link with the key undoes. It changes nothing: programs open links in mails, too. One that is unknown, was followed or is too
// late is NotFound, and so is that of a user whom an operator disabled apart from this.
func (a *App) GetDeletion(ctx context.Context, key string) (fund.AccountDeletion, error) {
	_, d, err := a.restoreLink(ctx, a.store.Queries, key)
	return d, err
}

func (a *App) restoreLink(ctx context.Context, q store.Queries, key string) (link fund.AccountLink, d fund.AccountDeletion, err error) {
	hash := hashOf(key)
	if link, err = q.GetAccountLinkByHash(ctx, hash[:], fund.LinkRestore); err != nil {
		return link, d, asRequested(err, "link", "")
	}
	if d, err = q.GetAccountDeletion(ctx, link.UserID); err != nil {
		return link, d, asRequested(err, "link", "")
	}
	if now := a.Now(); !link.Open(now) || !d.Undoable(now) || !d.DisabledAt.IsZero() {
		err = missingNamed("link", "")
	}
	return link, d, err
}

// Restoring is the input of RestoreAccount.
type Restoring struct {
	// Key is that of the link, Address the browser's network address, and Language that of the page, as a language tag; "" for unknown.
	Key      string
	Address  netip.Addr
	Language string
}

// RestoreAccount undoes the deletion of an account, once; see GetDeletion for links. The user can sign in again, has the roles of before, and what was published is so
// again. What ended stays ended: sessions, tokens, consents and grants.
func (a *App) RestoreAccount(ctx context.Context, in Restoring) error {
	link, _, err := a.restoreLink(ctx, a.store.Queries, in.Key)
	if err != nil {
		return err
	}
	actor := Actor{Kind: ActorUser, User: link.UserID}.From(in.Address).Reading(in.Language)
	_, err = a.restore(ctx, actor, link.UserID, func(ctx context.Context, tx *store.Tx) (fund.AccountDeletion, error) {
		link, d, err := a.restoreLink(ctx, tx.Queries, in.Key)
		if err != nil {
			return d, err
		}
		return d, tx.UseAccountLink(ctx, link.ID)
	})
	return asRequested(err, "link", "")
}

// UndeleteUser is RestoreAccount for the account of somebody else; operators only. A user whom an operator disabled stays so. One who is not deleted, or was erased, is a Conflict.
func (a *App) UndeleteUser(ctx context.Context, actor Actor, id fund.ID) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	return a.restore(ctx, actor, id, func(ctx context.Context, tx *store.Tx) (fund.AccountDeletion, error) {
		d, err := tx.GetAccountDeletion(ctx, id)
		switch known, err := found(err); {
		case err != nil:
			return d, err
		case !known:
			return d, fault.New(fault.Conflict, "The account is not deleted.")
		case !d.Undoable(a.Now()):
			return d, fault.New(fault.Conflict, "It is too late: the deletion could be undone until %s.", d.EraseAt.UTC().Format(time.RFC3339))
		}
		return d, nil
	})
}

// restore undoes the deletion that find finds.
func (a *App) restore(ctx context.Context, actor Actor, id fund.ID, find func(context.Context, *store.Tx) (fund.AccountDeletion, error)) (fund.User, error) {
	var d fund.AccountDeletion
	user, err := a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) (err error) {
		if d, err = find(ctx, tx); err != nil {
			return err
		}
		if err := tx.MoveAccountDeletion(ctx, d, fund.DeletionRestoring, now.Add(deletionPatience)); err != nil {
			return err
		}
		user, err := tx.GetUser(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		d.Kept.Restore(&user, now)
		user.Operator, user.DisabledAt, user.DeletedAt = d.Kept.Operator, d.DisabledAt, time.Time{}
		if err := tx.EndAccountLinks(ctx, user); err != nil {
			return err
		}
		if err := tx.CloseUser(ctx, user); err != nil {
			return err
		}
		if err := restoreRoles(ctx, tx, d, now); err != nil {
			return err
		}
		if err := a.tellUser(ctx, tx, actor, user, fund.MailAccountRestored, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActUndeleteUser, id, now))
	})
	if err != nil {
		return user, err
	}
	d.State = fund.DeletionRestoring
	a.beginStep(ctx, d)
	return user, nil
}

// restoreRoles restores the roles of a user in teams and for causes, where those still are.
func restoreRoles(ctx context.Context, tx *store.Tx, d fund.AccountDeletion, now time.Time) error {
	for _, id := range sortedIDs(d.Kept.Teams) {
		team, err := tx.GetTeam(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		if !team.DisbandedAt.IsZero() {
			continue
		}
		if err := tx.SetRole(ctx, id, d.UserID, d.Kept.Teams[id]); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicTeamChanged, Subject: id, Facts: []fund.ID{d.UserID}, At: now})
	}
	for _, id := range sortedIDs(d.Kept.Causes) {
		_, err := tx.GetFact(ctx, factByID(id))
		if known, err := found(err); err != nil {
			return err
		} else if !known {
			continue
		}
		if err := tx.SetCauseRole(ctx, id, d.UserID, d.Kept.Causes[id]); err != nil {
			return err
		}
	}
	return nil
}
