package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// GetAuthenticatorApp finds the authenticator app of a user, also one that is being set up.
func (q Queries) GetAuthenticatorApp(ctx context.Context, user fund.ID) (fund.AuthenticatorApp, error) {
	s := selecting("SELECT a.user_id, a.secret, a.last_step, a.created_at, a.confirmed_at FROM authenticator_apps a").and("a.user_id = ?", user)
	app, err := one(ctx, q.db, s, func(r row) (fund.AuthenticatorApp, error) {
		var a fund.AuthenticatorApp
		err := r.Scan(&a.UserID, &a.Key, &a.Step, instant{&a.CreatedAt}, instant{&a.ConfirmedAt})
		return a, err
	}, thing{"authenticator app of user", user.String()})
	if err != nil {
		return app, err
	}
	app.Key, err = q.open(sealedApps.place("secret", user), app.Key)
	return app, err
}

// SecondFactorSince is since when sign-ins of a user ask for a second factor; the zero time while they do not.
func (q Queries) SecondFactorSince(ctx context.Context, user fund.ID) (since time.Time, err error) {
	err = q.each(ctx, "SELECT confirmed_at FROM authenticator_apps WHERE user_id = $1", []any{user}, func(scan func(...any) error) error {
		return scan(instant{&since})
	})
	if err != nil {
		return since, fmt.Errorf("second factor of user %s: %w", user, err)
	}
	return since, nil
}

// PutAuthenticatorApp sets up an authenticator app, in place of another that was not confirmed; beside one that was, it is a Conflict.
func (t *Tx) PutAuthenticatorApp(ctx context.Context, a fund.AuthenticatorApp) error {
	what := thing{"authenticator app of user", a.UserID.String()}
	sealed, err := t.seal(ctx, sealedApps.place("secret", a.UserID), a.Key)
	if err != nil {
		return err
	}
	if _, err := t.db.ExecContext(ctx, "DELETE FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NULL", a.UserID); err != nil {
		return what.refused(err)
	}
	return t.insert(ctx, what, "authenticator_apps", columns{
		{"user_id", a.UserID}, {"secret", sealed}, {"last_step", a.Step}, {"created_at", micros(a.CreatedAt)}, {"confirmed_at", nullMicros(a.ConfirmedAt)},
	})
}

// UseStep records that the code of a time step was used. It is NotFound if that or a later one was used before: by whomever was faster.
func (t *Tx) UseStep(ctx context.Context, user fund.ID, step int64) error {
	return t.change(ctx, thing{noun: "time step"}, "UPDATE authenticator_apps SET last_step = $1 WHERE user_id = $2 AND last_step < $1", step, user)
}

// ConfirmAuthenticatorApp has sign-ins ask for its codes from now on. It is NotFound if they do already.
func (t *Tx) ConfirmAuthenticatorApp(ctx context.Context, user fund.ID, at time.Time) error {
	return t.change(ctx, thing{"authenticator app of user", user.String()},
		"UPDATE authenticator_apps SET confirmed_at = $1 WHERE user_id = $2 AND confirmed_at IS NULL", micros(at), user)
}

// DeleteAuthenticatorApp takes the authenticator app of a user off. It is NotFound if there is none that sign-ins ask for.
func (t *Tx) DeleteAuthenticatorApp(ctx context.Context, user fund.ID) error {
	return t.change(ctx, thing{"authenticator app of user", user.String()},
		"DELETE FROM authenticator_apps WHERE user_id = $1 AND confirmed_at IS NOT NULL", user)
}

// CountRecoveryCodes is how many recovery codes of a user were not used.
func (q Queries) CountRecoveryCodes(ctx context.Context, user fund.ID) (n int, err error) {
	if err := q.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1", user).Scan(&n); err != nil {
		return 0, fmt.Errorf("recovery codes of user %s: %w", user, err)
	}
	return n, nil
}

// SetRecoveryCodes replaces the recovery codes of a user, by their SHA-256; without any, the user has none.
func (t *Tx) SetRecoveryCodes(ctx context.Context, user fund.ID, hashes [][]byte) error {
	what := thing{"recovery codes of user", user.String()}
	if _, err := t.db.ExecContext(ctx, "DELETE FROM recovery_codes WHERE user_id = $1", user); err != nil {
		return what.refused(err)
	}
	for _, hash := range hashes {
		if err := t.insert(ctx, what, "recovery_codes", columns{{"user_id", user}, {"hash", hash}}); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode ends a recovery code that was used. It is NotFound for one that there is not, or that somebody else used a moment before.
func (t *Tx) UseRecoveryCode(ctx context.Context, user fund.ID, hash []byte) error {
	return t.change(ctx, thing{noun: "recovery code"}, "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2", user, hash)
}

// GetPendingSignIn finds a sign-in that waits for the second factor by the SHA-256 of its text, even an expired one.
func (q Queries) GetPendingSignIn(ctx context.Context, hash []byte) (fund.PendingSignIn, error) {
	s := selecting("SELECT p.user_id, p.factors, p.tries, p.expires_at FROM pending_sign_ins p").and("p.hash = ?", hash)
	return one(ctx, q.db, s, func(r row) (fund.PendingSignIn, error) {
		var (
			p       fund.PendingSignIn
			factors string
		)
		err := r.Scan(&p.UserID, &factors, &p.Tries, instant{&p.ExpiresAt})
		p.Factors = splitFactors(factors)
		return p, err
	}, thing{noun: "sign-in"})
}

// InsertPendingSignIn inserts a sign-in that waits for the second factor under the SHA-256 of its text.
func (t *Tx) InsertPendingSignIn(ctx context.Context, p fund.PendingSignIn, hash []byte) error {
	return t.insert(ctx, thing{noun: "sign-in"}, "pending_sign_ins", columns{
		{"hash", hash}, {"user_id", p.UserID}, {"factors", joinFactors(p.Factors)}, {"tries", int64(p.Tries)}, {"expires_at", micros(p.ExpiresAt)},
	})
}

// TryPendingSignIn counts a code that is tried. It is NotFound once fund.PendingSignInTries were, and for a sign-in that ended.
func (t *Tx) TryPendingSignIn(ctx context.Context, hash []byte) error {
	return t.change(ctx, thing{noun: "sign-in"}, "UPDATE pending_sign_ins SET tries = tries + 1 WHERE hash = $1 AND tries < $2", hash, fund.PendingSignInTries)
}

// EndPendingSignIn ends one whose second factor was right. It is NotFound if somebody else was faster.
func (t *Tx) EndPendingSignIn(ctx context.Context, hash []byte) error {
	return t.change(ctx, thing{noun: "sign-in"}, "DELETE FROM pending_sign_ins WHERE hash = $1", hash)
}

// EndPendingSignInsOf ends all sign-ins of a user that wait for the second factor.
func (t *Tx) EndPendingSignInsOf(ctx context.Context, user fund.ID) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM pending_sign_ins WHERE user_id = $1", user); err != nil {
		return fmt.Errorf("pending sign-ins of user %s: %w", user, err)
	}
	return nil
}
