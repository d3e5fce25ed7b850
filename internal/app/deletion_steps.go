package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// beginStep does what a deletion has to do next while who asked waits, as far as one step goes. Background work does the rest, and what fails here.
func (a *App) beginStep(ctx context.Context, d fund.AccountDeletion) {
	_, err := a.deletionStep(ctx, d)
	a.logFailureOf(ctx, "deletion of an account", err)
}

// continueDeletion does what the deletion of an account has to do next.
func (a *App) continueDeletion(ctx context.Context, user fund.ID) error {
	for {
		d, err := a.store.GetAccountDeletion(ctx, user)
		if known, err := found(err); !known {
			return err
		}
		if d.DueAt.IsZero() || a.Now().Before(d.DueAt) {
			return nil
		}
		if more, err := a.deletionStep(ctx, d); err != nil || !more {
			return err
		}
	}
}

// deletionStep deals with some of the facts of a user, or goes on to the next state when there are no more. It reports whether there may be more to do.
func (a *App) deletionStep(ctx context.Context, d fund.AccountDeletion) (more bool, err error) {
	switch d.State {
	case fund.DeletionClosing:
		return a.closeFacts(ctx, d)
	case fund.DeletionRestoring:
		return a.endFacts(ctx, d, restoreFact, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
			return tx.DropAccountDeletion(ctx, d.UserID)
		})
	case fund.DeletionClosed:
		return true, a.write(ctx, background(), d.UserID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return tx.MoveAccountDeletion(ctx, d, fund.DeletionErasing, now)
		})
	case fund.DeletionErasing:
		return a.endFacts(ctx, d, eraseFact, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return eraseUser(ctx, tx, d, now)
		})
	case fund.DeletionErased:
	}
	return false, nil
}

// closeFacts takes down the facts that a user owns.
func (a *App) closeFacts(ctx context.Context, d fund.AccountDeletion) (more bool, err error) {
	facts, err := a.store.OwnFacts(ctx, d.UserID, deletedAtOnce)
	if err != nil {
		return false, err
	}
	for _, f := range facts {
		err := a.write(ctx, background(), f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return closeFact(ctx, tx, f.ID, now)
		})
		if err != nil {
			return false, fmt.Errorf("%s %d: %w", f.Kind.Noun(), f.LegacyID, err)
		}
	}
	if len(facts) == deletedAtOnce {
		return true, nil
	}
	return false, a.write(ctx, background(), d.UserID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.MoveAccountDeletion(ctx, d, fund.DeletionClosed, d.EraseAt)
	})
}

// closeFact retires a published fact that somebody donated to, and hides another one. It ends the grants on it, its overlays, and that it is live.
func closeFact(ctx context.Context, tx *store.Tx, id fund.ID, now time.Time) error {
	f, err := tx.GetFact(ctx, factByID(id))
	if err != nil {
		return err
	}
	if err := tx.InsertDeletedFact(ctx, fund.DeletedFact{FactID: id, UserID: f.User.ID, Status: f.Status, Livestream: f.Livestream}); err != nil {
		return err
	}
	grants, err := tx.ListFactGrants(ctx, id, now, fund.MaxFactGrants)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := endGrant(ctx, tx, background(), g, now); err != nil {
			return err
		}
	}
	if err := endOverlays(ctx, tx, id, now); err != nil {
		return err
	}
	if live, err := tx.EndLive(ctx, id); err != nil {
		return err
	} else if live {
		if err := appendAbout(ctx, tx, f, fund.Event{Topic: fund.TopicFactLiveEnded, Subject: id, At: now}); err != nil {
			return err
		}
	}
	used, err := campaignUsed(ctx, tx.Queries, f)
	if err != nil {
		return err
	}
	to := f.Status
	if f.Status == fund.Published {
		if to = fund.Unpublished; used {
			to = fund.Retired
		}
	}
	f.Livestream = nil
	return moveFact(ctx, tx, f, to, now)
}

// moveFact gives a fact another state, whatever the rules for those who change it.
func moveFact(ctx context.Context, tx *store.Tx, f fund.Fact, to fund.Status, now time.Time) error {
	was := f.Status
	if was == fund.Retired && to != was {
		f.RetiredAt = time.Time{}
	}
	f.Status, f.UpdatedAt, f.LiveFrom, f.LiveUntil = to, now, time.Time{}, time.Time{}
	f.Stamp(now)
	if err := tx.UpdateFact(ctx, f); err != nil {
		return err
	}
	event := factEvent(f, was)
	event.At = now
	return appendAbout(ctx, tx, f, event)
}

// endFacts ends with each fact that a deletion dealt with, and then with the deletion itself.
func (a *App) endFacts(
	ctx context.Context, d fund.AccountDeletion, end func(context.Context, *store.Tx, fund.DeletedFact, fund.Fact, time.Time) error, last change,
) (more bool, err error) {
	facts, err := a.store.ListDeletedFacts(ctx, d.UserID, deletedAtOnce)
	if err != nil {
		return false, err
	}
	for _, one := range facts {
		f, err := a.store.GetFact(ctx, factByID(one.FactID))
		if _, err := found(err); err != nil {
			return false, err
		}
		err = a.write(ctx, background(), f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			if err := tx.DropDeletedFact(ctx, one.FactID); err != nil {
				return err
			}
			f, err := tx.GetFact(ctx, factByID(one.FactID))
			if known, err := found(err); !known {
				return err
			}
			return end(ctx, tx, one, f, now)
		})
		if fault.Is(err, fault.Conflict) {
			return false, errors.Join(fmt.Errorf("fact %s: %w", one.FactID, err), a.postponeDeletion(ctx, d))
		}
		if err != nil {
			return false, fmt.Errorf("fact %s: %w", one.FactID, err)
		}
	}
	if len(facts) == deletedAtOnce {
		return true, nil
	}
	return false, a.write(ctx, background(), d.UserID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: d.UserID, At: now})
		return last(ctx, tx, now)
	})
}

// postponeDeletion has a deletion that has to wait tried again later.
func (a *App) postponeDeletion(ctx context.Context, d fund.AccountDeletion) error {
	return a.write(ctx, background(), d.UserID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return tx.MoveAccountDeletion(ctx, d, d.State, now.Add(fund.DeletionRetry))
	})
}

// restoreFact makes a fact what it was.
func restoreFact(ctx context.Context, tx *store.Tx, was fund.DeletedFact, f fund.Fact, now time.Time) error {
	f.Livestream = was.Livestream
	return moveFact(ctx, tx, f, was.Status, now)
}

// eraseFact deletes a fact to which nobody donated. One that was hidden and to which money came after all is retired. It is a Conflict while a donor is paying.
func eraseFact(ctx context.Context, tx *store.Tx, was fund.DeletedFact, f fund.Fact, now time.Time) error {
	used, err := campaignUsed(ctx, tx.Queries, f)
	switch {
	case err != nil || f.Status == fund.Retired:
		return err
	case !used:
		return deleteCampaign(ctx, tx, f, now)
	case was.Status == fund.Published:
		return moveFact(ctx, tx, f, fund.Retired, now)
	}
	return nil
}

// eraseUser erases what is known of a user whose account was deleted.
func eraseUser(ctx context.Context, tx *store.Tx, d fund.AccountDeletion, now time.Time) error {
	user, err := tx.GetUser(ctx, fund.Key{ID: d.UserID})
	if err != nil {
		return err
	}
	if err := tx.MoveAccountDeletion(ctx, d, fund.DeletionErased, time.Time{}); err != nil {
		return err
	}
	for slot, address := range map[fund.PictureSlot]string{fund.SlotAvatar: d.Kept.Avatar, fund.SlotCover: d.Kept.Cover} {
		if err := endReplaced(ctx, tx, fund.PictureUse{Subject: user.ID, Slot: slot}, [2]string{address, ""}); err != nil {
			return err
		}
	}
	registrations, err := tx.RegistrationsOf(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, r := range registrations {
		event, err := tx.GetFact(ctx, factByID(r.EventID))
		if err != nil {
			return err
		}
		if err := tx.DeleteRegistration(ctx, r.ID); err != nil {
			return err
		}
		if err := appendAbout(ctx, tx, event, fund.Event{Topic: fund.TopicRegistrationRemoved, Subject: r.ID, At: now}); err != nil {
			return err
		}
	}
	return tx.EraseUser(ctx, user)
}

// disableDeleted records that an operator disabled a user whose account is deleted, who cannot undo that then.
func disableDeleted(ctx context.Context, tx *store.Tx, actor Actor, id fund.ID, now time.Time) error {
	d, err := tx.GetAccountDeletion(ctx, id)
	if err != nil || !d.DisabledAt.IsZero() {
		return err
	}
	if err := tx.DisableDeleted(ctx, id, now); err != nil {
		return err
	}
	return logAct(ctx, tx, actor, doneOn(fund.ActDisableUser, id, now))
}

// enableDeleted takes back disableDeleted.
func enableDeleted(ctx context.Context, tx *store.Tx, actor Actor, id fund.ID, now time.Time) error {
	d, err := tx.GetAccountDeletion(ctx, id)
	switch {
	case err != nil:
		return err
	case d.DisabledAt.IsZero():
		return fault.New(fault.Conflict, "The account is deleted: undo that instead.")
	}
	if err := tx.DisableDeleted(ctx, id, time.Time{}); err != nil {
		return err
	}
	return logAct(ctx, tx, actor, doneOn(fund.ActEnableUser, id, now))
}
