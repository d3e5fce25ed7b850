package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// listedCharities is how many of somebody's invitations are listed, the newest.
	listedCharities = 50
	// alikeLooks is how many causes are looked at for a name that could be taken for another, the newest.
	alikeLooks = 5_000
	// atAddress is how many of the latest invitations to an address are looked at.
	atAddress = 10
)

// Charity is the invitation of a charity as who asked, who answers and operators see it.
type Charity struct {
	fund.CharityInvitation

	// By is who asked.
	By fund.User
	// Cause is what the charity became; nil before. Paid reports whether it can take payments now.
	Cause *fund.Cause
	Paid  bool
}

// AskCharity asks for the invitation of a charity, which an operator approves before it is mailed; users whose pages do not wait. What is wrong with a field is Invalid there:
// fund.CharityHere at "name" for a charity that is here, fund.CharityBusy at "email" for one that was invited, or does not want to be. More than fund.MaxOpenCharities at once, or
// fund.CharityPlaces of all users, are a Conflict, and who asks too often is RateLimited.
func (a *App) AskCharity(ctx context.Context, actor Actor, in fund.CharityInvitation) (fund.CharityInvitation, error) {
	if err := requireWriter(actor); err != nil {
		return in, err
	}
	in.UserID = actor.User
	wrong := in.Check()
	if err := wrong.Err(); err != nil {
		return in, err
	}
	// What follows compares names of causes, which costs.
	if err := a.shield.InviteCharity(actor.Address); err != nil {
		return in, err
	}
	if err := a.requireNoSuchCause(ctx, in.Name); err != nil {
		return in, err
	}
	hashes, err := a.charityHashes(ctx, in)
	if err != nil {
		return in, err
	}
	if in.ID, err = a.newID(a.Now()); err != nil {
		return in, err
	}
	err = a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.LockUser(ctx, actor.User); err != nil {
			return err
		}
		if err := mayAskCharity(ctx, tx.Queries, actor, now); err != nil {
			return err
		}
		if err := a.requireFreeCharity(ctx, tx.Queries, hashes); err != nil {
			return err
		}
		in.AskedAt = now
		in.Move(fund.CharityAsked, now)
		if err := tx.InsertCharity(ctx, in, hashes); err != nil {
			if fault.Is(err, fault.Conflict) { // somebody else was faster
				err = errCharityBusy()
			}
			return err
		}
		return a.mailOperators(ctx, tx, fund.MailCharityAsked, in.ID, now)
	})
	if err != nil {
		return in, fmt.Errorf("invitation of a charity: %w", err)
	}
	return in, nil
}

// requireNoSuchCause is Invalid at "name" where everybody sees a cause whose name reads the same.
func (a *App) requireNoSuchCause(ctx context.Context, name string) error {
	alike := fund.NewNameAlike(name)
	var wrong fault.Fields
	err := a.eachCause(ctx, []fund.Status{fund.Published}, func(c fund.Cause) {
		if c.Public() && alike.Same(c.Name) && !wrong.Has("name") {
			wrong.Add("name", fund.CharityHere)
		}
	})
	return errors.Join(err, wrong.Err())
}

// eachCause does something for each of the newest causes, at most alikeLooks.
func (a *App) eachCause(ctx context.Context, statuses []fund.Status, do func(fund.Cause)) error {
	page := fund.Page{Limit: fund.MaxPage}
	for range alikeLooks / fund.MaxPage {
		causes, err := a.store.ListCauses(ctx, statuses, page)
		if err != nil {
			return err
		}
		for _, c := range causes {
			do(c)
		}
		if len(causes) < page.Limit {
			return nil
		}
		last := causes[len(causes)-1]
		page.After = &fund.Cursor{ID: last.ID, Number: last.LegacyID, At: last.CreatedAt}
	}
	return nil
}

// charityHashes are the keyed hashes of the address and of the website of a charity.
func (a *App) charityHashes(ctx context.Context, i fund.CharityInvitation) (h store.CharityHashes, err error) {
	key, err := a.Key(ctx, "charity")
	if err != nil {
		return h, err
	}
	keyed := func(kind, text string) []byte {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(kind + "\x00" + text))
		return mac.Sum(nil)
	}
	return store.CharityHashes{Address: keyed("address", i.Email), Host: keyed("host", i.Host())}, nil
}

// mayAskCharity refuses who has too many invitations, and whose pages wait.
func mayAskCharity(ctx context.Context, q store.Queries, actor Actor, now time.Time) error {
	user, err := q.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return err
	}
	if user.Waits(now) {
		return fault.New(fault.Forbidden, "An invitation cannot be asked for yet: the account is new. It can be from %s on, or once the operator of the server approves the account.",
			user.PublicAt.Format(time.RFC3339))
	}
	today, err := q.ListCharities(ctx, store.CharityFilter{User: actor.User, Since: now.Add(-24 * time.Hour)}, fund.Page{Limit: fund.MaxCharitiesADay})
	if err != nil {
		return err
	}
	open := 0
	for _, state := range fund.CharityStates() {
		if !state.Withdrawable() {
			continue
		}
		of, err := q.ListCharities(ctx, store.CharityFilter{User: actor.User, State: state}, fund.Page{Limit: fund.MaxOpenCharities})
		if err != nil {
			return err
		}
		open += len(of)
	}
	waiting, err := q.CountCharities(ctx, fund.CharityAsked)
	switch {
	case err != nil:
		return err
	case len(today) >= fund.MaxCharitiesADay:
		return &fault.Error{
			Kind: fault.RateLimited, RetryAfter: today[len(today)-1].AskedAt.Add(24 * time.Hour).Sub(now),
			Message: fmt.Sprintf("You asked for %d invitations of charities within a day, which is the most.", fund.MaxCharitiesADay),
		}
	case open >= fund.MaxOpenCharities:
		return fault.New(fault.Conflict, "%d of your invitations wait for an answer, which is the most: withdraw one, or wait.", fund.MaxOpenCharities)
	case waiting >= fund.CharityPlaces(user):
		return fault.New(fault.Conflict, "Too many invitations wait for the operators of this server. Try again in some days.")
	}
	return nil
}

// errCharityBusy is the refusal to ask a charity that was asked already, or does not want to be.
func errCharityBusy() error { return fault.Fields{{Path: "email", Text: fund.CharityBusy}}.Err() }

// requireFreeCharity is Invalid at "email" for an address to which an invitation is open, or was answered with no or not at all, and for a charity that does not want to be
// invited.
func (a *App) requireFreeCharity(ctx context.Context, q store.Queries, hashes store.CharityHashes) error {
	refuses, err := q.RefusesCharity(ctx, hashes.Address, hashes.Host)
	if err != nil {
		return err
	}
	before, err := q.CharitiesAt(ctx, hashes.Address, atAddress)
	for _, one := range before {
		refuses = refuses || one.State.Open() || one.Rests()
	}
	if err == nil && refuses {
		err = errCharityBusy()
	}
	return err
}

// ListOwnCharities lists the invitations that the actor asked for, and those that the actor accepted for a charity: the newest first.
func (a *App) ListOwnCharities(ctx context.Context, actor Actor) (asked, accepted []Charity, err error) {
	if err := RequireUser(actor); err != nil {
		return nil, nil, err
	}
	page := fund.Page{Limit: listedCharities}
	if asked, err = a.listCharities(ctx, store.CharityFilter{User: actor.User}, page); err != nil {
		return nil, nil, err
	}
	accepted, err = a.listCharities(ctx, store.CharityFilter{Owner: actor.User}, page)
	return asked, accepted, err
}

func (a *App) listCharities(ctx context.Context, filter store.CharityFilter, page fund.Page) ([]Charity, error) {
	found, err := a.store.ListCharities(ctx, filter, page)
	if err != nil {
		return nil, err
	}
	all := make([]Charity, len(found))
	for n, one := range found {
		if all[n], err = a.charity(ctx, a.store.Queries, one); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// charity adds who asked, and the cause.
func (a *App) charity(ctx context.Context, q store.Queries, i fund.CharityInvitation) (c Charity, err error) {
	c.CharityInvitation = i
	if c.By, err = q.GetUser(ctx, fund.Key{ID: i.UserID}); err != nil || i.CauseID.IsZero() {
		return c, err
	}
	cause, err := q.GetCause(ctx, fund.Key{ID: i.CauseID})
	if err != nil {
		return c, err
	}
	c.Cause = &cause
	_, _, err = a.payee(ctx, cause.Fact)
	if c.Paid = err == nil; fault.Is(err, fault.Unavailable) {
		err = nil
	}
	return c, err
}

// WithdrawCharity takes an invitation back that the actor asked for and that the charity did not answer. One that is not there, or of somebody else, is NotFound; one that cannot
// be withdrawn any more a Conflict.
func (a *App) WithdrawCharity(ctx context.Context, actor Actor, id fund.ID) error {
	if err := requireWriter(actor); err != nil {
		return err
	}
	err := a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		i, err := tx.GetCharity(ctx, id)
		if err == nil && i.UserID != actor.User {
			err = missingNamed("invitation", id.String())
		}
		if err == nil && !i.State.Withdrawable() {
			err = fault.New(fault.Conflict, "The invitation is %s: there is nothing to withdraw.", i.State)
		}
		if err != nil {
			return err
		}
		return moveCharity(ctx, tx, i, fund.CharityWithdrawn, now)
	})
	if err != nil {
		return fmt.Errorf("invitation %s: %w", id, err)
	}
	return nil
}

// moveCharity gives an invitation another state. If it has another one by now, it is a Conflict.
func moveCharity(ctx context.Context, tx *store.Tx, i fund.CharityInvitation, to fund.CharityState, now time.Time) error {
	from := i.State
	i.Move(to, now)
	err := tx.MoveCharity(ctx, i, from)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Conflict, "The invitation has changed meanwhile.")
	}
	return err
}

// endCharitiesOf withdraws the invitations that a user asked for, and gives up those that the user accepted for a charity without a profile.
func (a *App) endCharitiesOf(ctx context.Context, tx *store.Tx, user fund.ID, now time.Time) error {
	for _, filter := range []store.CharityFilter{
		{User: user, State: fund.CharityAsked}, {User: user, State: fund.CharityInvited}, {Owner: user, State: fund.CharityAccepted},
	} {
		open, err := tx.ListCharities(ctx, filter, fund.Page{Limit: fund.MaxPage})
		if err != nil {
			return err
		}
		for _, i := range open {
			to := fund.CharityWithdrawn
			if filter.State == fund.CharityAccepted {
				to = fund.CharityExpired
			}
			if err := moveCharity(ctx, tx, i, to, now); err != nil {
				return err
			}
			if to == fund.CharityExpired {
				if err := a.mailAsker(ctx, tx, fund.MailCharityExpired, i, now); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
