package fund

import (
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

const (
	// ProofLife is how long it counts for sensitive acts that somebody proved who they are. Later they are asked again.
	ProofLife = 10 * time.Minute
	// AuthenticatorSetupLife is how long the key of an authenticator app waits for the first code.
	AuthenticatorSetupLife = 30 * time.Minute
	// PendingSignInLife is how long somebody whose password was right has for the second factor.
	PendingSignInLife = 10 * time.Minute
	// PendingSignInTries is how many codes may be tried before the password has to be entered again.
	PendingSignInTries = 5
	// RecoveryCodes is how many recovery codes a set has.
	RecoveryCodes = 10
)

// ProofTooOld refuses a sensitive act until its user proves again who they are.
const ProofTooOld fault.Rule = "proof_too_old"

// Factor is something by which people prove who they are, as stored. The set is closed.
type Factor string

// The factors: the password of the account, an account at an OpenID provider, a code of an authenticator app, and a recovery code in place of it.
const (
	FactorPassword     Factor = "password"
	FactorOpenID       Factor = "openid"
	FactorTOTP         Factor = "totp"
	FactorRecoveryCode Factor = "recovery_code"
	FactorPasskey      Factor = "passkey"
)

// Proven reports whether the person at the browser proved so lately who they are that sensitive acts need no other proof.
func (s Session) Proven(now time.Time) bool { return now.Before(s.AuthenticatedAt.Add(ProofLife)) }

// Proving is the session after another proof.
func (s Session) Proving(by Factor, now time.Time) Session {
	s.AuthenticatedAt = now
	if !slices.Contains(s.Factors, by) {
		s.Factors = append(slices.Clip(s.Factors), by)
	}
	return s
}

// AuthenticatorApp is an app on a device of a user that makes one-time codes of a key that it shares with the server (TOTP, RFC 6238).
type AuthenticatorApp struct {
	UserID ID
	// Key is in base32, as apps take it.
	Key string
	// Step is the newest time step whose code was used, so that none is used again; 0 for none.
	Step int64
	// ConfirmedAt is when its first code came, from when on sign-ins ask for one; zero while it is being set up.
	CreatedAt, ConfirmedAt time.Time
}

// On reports whether sign-ins ask for a code of the app.
func (a AuthenticatorApp) On() bool { return !a.ConfirmedAt.IsZero() }

// InSetup reports whether the key still waits for the first code.
func (a AuthenticatorApp) InSetup(now time.Time) bool {
	return !a.On() && now.Before(a.CreatedAt.Add(AuthenticatorSetupLife))
}

// PendingSignIn is a sign-in that waits for the second factor. Nobody is signed in by it.
type PendingSignIn struct {
	UserID ID
	// Factors are those that were right so far.
	Factors []Factor
	// Tries is how many codes were tried.
	Tries     int
	ExpiresAt time.Time
}

// Open reports whether a code may be tried.
func (p PendingSignIn) Open(now time.Time) bool {
	return now.Before(p.ExpiresAt) && p.Tries < PendingSignInTries
}
