package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// requireProof lets only a user go on who is signed in in a browser and proved within fund.ProofLife who they are. Tokens cannot prove that. See
// NeedsProof.
func (a *App) requireProof(actor Actor) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	if !actor.Session.Proven(a.Now()) {
		return &fault.Error{Kind: fault.Forbidden, Rule: fund.ProofTooOld, Message: "This needs a new proof that it is you: enter your password again."}
	}
	return nil
}

// RequireProof is Forbidden for a user who has to prove again who they are; see NeedsProof. It is for acts as an application of the user, which proves
// nothing itself.
func (a *App) RequireProof(actor Actor) error { return a.requireProof(actor) }

// NeedsProof reports whether an act was refused until its user proves again who they are; see ProvePassword.
func NeedsProof(err error) bool {
	return fault.Is(err, fault.Forbidden) && fault.From(err).Rule == fund.ProofTooOld
}

// ProvePassword has the user of a browser prove again who they are, with the password, which counts for fund.ProofLife. A wrong one is Invalid at
// "password", and guesses are slowed down as those of SignIn are.
func (a *App) ProvePassword(ctx context.Context, actor Actor, password string) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return err
	}
	if err := a.requirePassword(ctx, user, Credentials{Password: password, Address: actor.Address}, "password"); err != nil {
		return err
	}
	return a.proved(ctx, actor, fund.FactorPassword)
}

// proved records that the user of a browser proved who they are.
func (a *App) proved(ctx context.Context, actor Actor, by fund.Factor) error {
	err := a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return tx.ProveSession(ctx, actor.Session.Proving(by, now))
	})
	if fault.Is(err, fault.NotFound) { // it ended meanwhile
		return errSignedOut()
	}
	if err != nil {
		return fmt.Errorf("proof in session %s: %w", actor.Session.ID, err)
	}
	return nil
}
