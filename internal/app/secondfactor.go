package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/totp"
)

// SecondFactor is what a user has beside the password.
type SecondFactor struct {
	// Since is when sign-ins began to ask for a code of an authenticator app; zero while they do not.
	Since time.Time
	// CodesLeft is how many recovery codes were not used.
	CodesLeft int
}

// On reports whether sign-ins ask for a second factor.
func (s SecondFactor) On() bool { return !s.Since.IsZero() }

// GetSecondFactor returns what the actor has beside the password.
func (a *App) GetSecondFactor(ctx context.Context, actor Actor) (s SecondFactor, err error) {
	if err := RequireUser(actor); err != nil {
		return s, err
	}
	if s.Since, err = a.store.SecondFactorSince(ctx, actor.User); err != nil || !s.On() {
		return s, err
	}
	s.CodesLeft, err = a.store.CountRecoveryCodes(ctx, actor.User)
	return s, err
}

// AuthenticatorSetup is what an authenticator app takes: the key, and the URL of a QR code with it.
type AuthenticatorSetup struct{ Key, URL string }

// SpelledKey is the key in groups of four, as people type it.
func (s AuthenticatorSetup) SpelledKey() string { return totp.Grouped(s.Key, " ") }

// SetUpAuthenticator gives the actor a key for an authenticator app, in place of one that was not confirmed. Nothing asks for its codes until
// ConfirmAuthenticator. Beside an app that was confirmed it is a Conflict. It takes a proof; see NeedsProof.
func (a *App) SetUpAuthenticator(ctx context.Context, actor Actor) error {
	if err := a.requireProof(actor); err != nil {
		return err
	}
	key, err := totp.NewKey(a.random)
	if err != nil {
		return fmt.Errorf("authenticator app of user %s: %w", actor.User, err)
	}
	return a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return tx.PutAuthenticatorApp(ctx, fund.AuthenticatorApp{UserID: actor.User, Key: key, CreatedAt: now})
	})
}

// GetAuthenticatorSetup returns what an authenticator app takes while it is being set up, for fund.AuthenticatorSetupLife. After that it is NotFound. It takes a
// proof; see NeedsProof.
func (a *App) GetAuthenticatorSetup(ctx context.Context, actor Actor) (s AuthenticatorSetup, err error) {
	if err := a.requireProof(actor); err != nil {
		return s, err
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return s, err
	}
	app, err := a.appInSetup(ctx, a.store.Queries, actor)
	if err != nil {
		return s, err
	}
	return AuthenticatorSetup{Key: app.Key, URL: totp.URL(app.Key, cmp.Or(a.accounts.Site, "Almoner"), user.Email)}, nil
}

func (a *App) appInSetup(ctx context.Context, q store.Queries, actor Actor) (fund.AuthenticatorApp, error) {
	app, err := q.GetAuthenticatorApp(ctx, actor.User)
	if err == nil && !app.InSetup(a.Now()) {
		err = missingNamed("authenticator app", "")
	}
	return app, asRequested(err, "authenticator app", "")
}

// ConfirmAuthenticator has sign-ins of the actor ask for codes of the app that is being set up, from now on, which is told by mail; and returns recovery codes,
// which are shown this once. A wrong code is Invalid at "code". Other sessions of the actor end: they were signed in without it. It takes a proof; see
// NeedsProof.
func (a *App) ConfirmAuthenticator(ctx context.Context, actor Actor, code string) (codes []string, err error) {
	if err := a.requireProof(actor); err != nil {
		return nil, err
	}
	codes, hashes, err := a.newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	_, err = a.changeAccount(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		app, err := a.appInSetup(ctx, tx.Queries, actor)
		if err != nil {
			return err
		}
		used, err := useStep(ctx, tx, app, code, now)
		if err == nil && !used {
			err = fault.Fields{{Path: "code", Text: fund.WrongSecret}}.Err()
		}
		if err != nil {
			return err
		}
		if err := tx.ConfirmAuthenticatorApp(ctx, actor.User, now); err != nil {
			return err
		}
		if err := tx.SetRecoveryCodes(ctx, actor.User, hashes); err != nil {
			return err
		}
		if err := tx.ProveSession(ctx, actor.Session.Proving(fund.FactorTOTP, now)); err != nil {
			return err
		}
		if err := endSessionsBut(ctx, tx, actor.User, actor.Session.ID, now); err != nil {
			return err
		}
		return a.changedFactor(ctx, tx, actor, actor.User, factorChange{fund.ActAddSecondFactor, fund.MailSecondFactorOn}, now)
	})
	return codes, err
}

// RenewRecoveryCodes replaces the recovery codes of the actor, which is told by mail, and returns the new ones, which are shown this once. Without a second
// factor it is NotFound. It takes a proof; see NeedsProof.
func (a *App) RenewRecoveryCodes(ctx context.Context, actor Actor) (codes []string, err error) {
	if err := a.requireProof(actor); err != nil {
		return nil, err
	}
	codes, hashes, err := a.newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	_, err = a.changeAccount(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if since, err := tx.SecondFactorSince(ctx, actor.User); err != nil || since.IsZero() {
			return cmp.Or(err, missingNamed("second factor", ""))
		}
		if err := tx.SetRecoveryCodes(ctx, actor.User, hashes); err != nil {
			return err
		}
		return a.changedFactor(ctx, tx, actor, actor.User, factorChange{fund.ActRenewRecoveryCodes, fund.MailRecoveryCodes}, now)
	})
	return codes, err
}

// newRecoveryCodes are recovery codes as people see them, and what is stored of them.
func (a *App) newRecoveryCodes() (codes []string, hashes [][]byte, err error) {
	codes, err = totp.NewRecoveryCodes(a.random, fund.RecoveryCodes)
	for _, code := range codes {
		hash := hashOf(totp.Recovery(code))
		hashes = append(hashes, hash[:])
	}
	return codes, hashes, err
}

// RemoveSecondFactor has sign-ins of the actor take the password alone again, which is told by mail. Without a second factor it is NotFound. It takes a proof;
// see NeedsProof.
func (a *App) RemoveSecondFactor(ctx context.Context, actor Actor) error {
	if err := a.requireProof(actor); err != nil {
		return err
	}
	return a.removeSecondFactor(ctx, actor, actor.User)
}

// RemoveSecondFactorOf is RemoveSecondFactor for a user who lost it; operators only.
func (a *App) RemoveSecondFactorOf(ctx context.Context, actor Actor, id fund.ID) error {
	if err := requireOperator(actor); err != nil {
		return err
	}
	return a.removeSecondFactor(ctx, actor, id)
}

func (a *App) removeSecondFactor(ctx context.Context, actor Actor, id fund.ID) error {
	_, err := a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.DeleteAuthenticatorApp(ctx, id); err != nil {
			return asRequested(err, "second factor", "")
		}
		if err := tx.SetRecoveryCodes(ctx, id, nil); err != nil {
			return err
		}
		if err := tx.EndPendingSignInsOf(ctx, id); err != nil {
			return err
		}
		return a.changedFactor(ctx, tx, actor, id, factorChange{fund.ActRemoveSecondFactor, fund.MailSecondFactorOff}, now)
	})
	return err
}

// factorChange is how a change of a second factor is logged, and told.
type factorChange struct {
	act  fund.Act
	mail fund.MailKind
}

// changedFactor logs and tells a change of the second factor of a user.
func (a *App) changedFactor(ctx context.Context, tx *store.Tx, actor Actor, id fund.ID, to factorChange, now time.Time) error {
	user, err := tx.GetUser(ctx, fund.Key{ID: id})
	if err != nil {
		return err
	}
	if err := a.tellUser(ctx, tx, actor, user, to.mail, now); err != nil {
		return err
	}
	return logAct(ctx, tx, actor, doneOn(to.act, id, now))
}

// tellUser queues a mail to a user about the own account.
func (a *App) tellUser(ctx context.Context, tx *store.Tx, actor Actor, user fund.User, kind fund.MailKind, now time.Time) error {
	return a.queueMail(ctx, tx, fund.Mail{
		Kind: kind, Recipient: user.Email, About: user.ID, Language: cmp.Or(actor.mailLanguage(), user.Language),
	}, now)
}
