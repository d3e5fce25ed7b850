package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/totp"
)

// SetUpCode makes a code with which whoever has it makes the account of the first operator, once, within fund.SetUpLife. Earlier codes still work. It is a Conflict where
// there is an operator. System only.
func (a *App) SetUpCode(ctx context.Context, actor Actor) (code string, until time.Time, err error) {
	if actor.Kind != ActorSystem {
		return "", until, forbidden()
	}
	codes, err := totp.NewRecoveryCodes(a.random, 1)
	if err != nil {
		return "", until, err
	}
	link := fund.AccountLink{Kind: fund.LinkSetUp}
	if link.ID, err = a.newID(a.Now()); err != nil {
		return "", until, err
	}
	hash := hashOf(totp.Recovery(codes[0]))
	err = a.write(ctx, actor, link.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := requireNoOperator(ctx, tx.Queries); err != nil {
			return err
		}
		link.AskedAt, link.ExpiresAt = now, now.Add(fund.SetUpLife)
		if err := tx.PutAccountLink(ctx, link); err != nil {
			return err
		}
		return tx.SetAccountLink(ctx, link, hash[:])
	})
	return codes[0], link.ExpiresAt, err
}

// NeedsOperator reports whether nobody runs the server yet.
func (a *App) NeedsOperator(ctx context.Context) (bool, error) {
	n, err := a.store.CountOperators(ctx)
	return n == 0, err
}

// requireNoOperator is a Conflict where somebody runs the server.
func requireNoOperator(ctx context.Context, q store.Queries) error {
	n, err := q.CountOperators(ctx)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "This server has an operator. They make others with: almoner operator add")
	}
	return err
}

// CheckSetUp is NotFound for a code that does not work, and a Conflict where the server has an operator.
func (a *App) CheckSetUp(ctx context.Context, code string) error {
	_, err := a.setUpLink(ctx, a.store.Queries, code)
	return err
}

func (a *App) setUpLink(ctx context.Context, q store.Queries, code string) (fund.AccountLink, error) {
	if err := requireNoOperator(ctx, q); err != nil {
		return fund.AccountLink{}, err
	}
	hash := hashOf(totp.Recovery(code))
	link, err := q.GetAccountLinkByHash(ctx, hash[:], fund.LinkSetUp)
	if err == nil {
		err = a.requireOpen(link)
	}
	return link, asRequested(err, "code", "")
}

// SetUp makes the account of the first operator with a code, which is the Key, and returns the text of a new session. A code that does not work is NotFound, and where
// the server has an operator it is a Conflict. What is wrong with a field is Invalid at "username", "slug", "email" or "password".
func (a *App) SetUp(ctx context.Context, in Joining, email string) (session string, err error) {
	if err := a.CheckSetUp(ctx, in.Key); err != nil {
		return "", err
	}
	var wrong fault.Fields
	fund.CheckLogin(&wrong, "email", &email)
	if err := wrong.Err(); err != nil {
		return "", err
	}
	hash, err := a.newPassword(ctx, in.Password)
	if err != nil {
		return "", err
	}
	find := func(ctx context.Context, q store.Queries) (fund.AccountLink, error) {
		link, err := a.setUpLink(ctx, q, in.Key)
		link.Email = email
		return link, err
	}
	makeOperator := func(ctx context.Context, tx *store.Tx, user fund.User, now time.Time) error {
		if err := tx.MakeOperator(ctx, user.ID); err != nil {
			return err
		}
		return logAct(ctx, tx, Actor{Kind: ActorUser, User: user.ID}.From(in.Address), doneOn(fund.ActAddOperator, user.ID, now))
	}
	return a.makeInvited(ctx, in, invited{find: find, hash: hash, by: fund.FactorPassword, with: makeOperator})
}
