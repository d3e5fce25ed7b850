package app

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/totp"
)

// pendSignIn has a sign-in wait for the second factor, and returns its text, which is not stored.
func (a *App) pendSignIn(ctx context.Context, user fund.User, by fund.Factor) (string, error) {
	text, hash, err := a.newSecret()
	if err != nil {
		return "", err
	}
	err = a.write(ctx, Actor{}, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		pending := fund.PendingSignIn{UserID: user.ID, Factors: []fund.Factor{by}, ExpiresAt: now.Add(fund.PendingSignInLife)}
		if err := tx.InsertPendingSignIn(ctx, pending, hash[:]); err != nil {
			return err
		}
		return tx.SweepExpired(ctx, now.Add(-expiredRetention), sweptExpired)
	})
	if err != nil {
		return "", fmt.Errorf("sign-in of user %s: %w", user.ID, err)
	}
	return text, nil
}

// SecondStep is the input of CompleteSignIn.
type SecondStep struct {
	// Pending is the text of the sign-in that waits, Code a code of the authenticator app, or a recovery code.
	Pending, Code string
	// Agent is the browser's User-Agent, Address its network address, Before the text of its previous session, which ends; "" for none.
	Agent   string
	Address netip.Addr
	Before  string
	// Language is that of the page, as a language tag; "" for unknown.
	Language string
}

// PendingSignIn returns who wants to sign in with the text of a sign-in that waits for the second factor. One that is unknown, came to its end, has expired,
// or had too many wrong codes is NotFound: it takes the password again.
func (a *App) PendingSignIn(ctx context.Context, text string) (fund.User, error) {
	_, user, err := a.pendingSignIn(ctx, a.store.Queries, text)
	return user, err
}

func (a *App) pendingSignIn(ctx context.Context, q store.Queries, text string) (p fund.PendingSignIn, user fund.User, err error) {
	hash := hashOf(text)
	if p, err = q.GetPendingSignIn(ctx, hash[:]); err != nil {
		return p, user, asRequested(err, "sign-in", "")
	}
	user, err = q.GetUser(ctx, fund.Key{ID: p.UserID})
	if err == nil && (!p.Open(a.Now()) || !user.DisabledAt.IsZero()) {
		err = missingNamed("sign-in", "")
	}
	return p, user, err
}

// CompleteSignIn signs somebody in whose password was right, with a code of the authenticator app or a recovery code, and returns the text of a new session.
// A wrong or used code is Invalid at "code". Guesses are slowed down by account and by network, RateLimited, and after fund.PendingSignInTries the sign-in is
// NotFound; see PendingSignIn. A recovery code that was used is told by mail.
func (a *App) CompleteSignIn(ctx context.Context, in SecondStep) (string, error) {
	_, user, err := a.pendingSignIn(ctx, a.store.Queries, in.Pending)
	if err != nil {
		return "", err
	}
	if wait := a.guesses.GuessCode(user.ID.String(), in.Address, a.Now()); wait > 0 {
		return "", &fault.Error{
			Kind: fault.RateLimited, RetryAfter: wait, Message: "There were too many wrong codes. Try again in " + shield.InWords(wait) + ".",
		}
	}
	fresh, err := a.newSession(ctx, user, Credentials{Agent: in.Agent, Address: in.Address, Before: in.Before, Language: in.Language})
	if err != nil {
		return "", err
	}
	actor := Actor{Kind: ActorUser, User: user.ID}.From(in.Address).Reading(in.Language)
	right, hash := false, hashOf(in.Pending)
	err = a.write(ctx, actor, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) (err error) {
		pending, user, err := a.pendingSignIn(ctx, tx.Queries, in.Pending)
		if err != nil {
			return err
		}
		if err := tx.TryPendingSignIn(ctx, hash[:]); err != nil {
			return err
		}
		by, err := a.useCode(ctx, tx, actor, user, in.Code, now)
		if right = by != ""; err != nil || !right {
			return err // a wrong code counts
		}
		if err := tx.EndPendingSignIn(ctx, hash[:]); err != nil {
			return err
		}
		return fresh.start(ctx, tx, append(pending.Factors, by), now)
	})
	switch {
	case err != nil:
		return "", asRequested(err, "sign-in", "")
	case !right:
		return "", fault.Fields{{Path: "code", Text: fund.WrongSecret}}.Err()
	}
	a.guesses.CodeSucceeded(user.ID.String(), in.Address)
	return fresh.text, nil
}

// useCode uses a code of a user's authenticator app, or a recovery code, and returns which factor it is; "" for a wrong or used one. A recovery code that was
// used is told by mail.
func (a *App) useCode(ctx context.Context, tx *store.Tx, actor Actor, user fund.User, code string, now time.Time) (fund.Factor, error) {
	if recovery := totp.Recovery(code); recovery != "" {
		hash := hashOf(recovery)
		if used, err := found(tx.UseRecoveryCode(ctx, user.ID, hash[:])); !used {
			return "", err
		}
		if err := a.tellUser(ctx, tx, actor, user, fund.MailRecoveryCodeUsed, now); err != nil {
			return "", err
		}
		return fund.FactorRecoveryCode, logAct(ctx, tx, actor, doneOn(fund.ActUseRecoveryCode, user.ID, now))
	}
	app, err := tx.GetAuthenticatorApp(ctx, user.ID)
	if known, err := found(err); err != nil || !known || !app.On() {
		return "", err
	}
	if used, err := useStep(ctx, tx, app, code, now); err != nil || !used {
		return "", err
	}
	return fund.FactorTOTP, nil
}

// useStep uses a code of an authenticator app, and reports whether it is right and was not used before.
func useStep(ctx context.Context, tx *store.Tx, app fund.AuthenticatorApp, code string, now time.Time) (bool, error) {
	step, err := totp.Step(app.Key, code, app.Step, now)
	if err != nil || step == 0 {
		return false, err
	}
	return found(tx.UseStep(ctx, app.UserID, step))
}
