package fund

import "time"

const (
	// MaxPasskeys is how many passkeys a user has at most.
	MaxPasskeys = 20
	// PasskeyQuestionLife is how long a browser has to answer with a passkey.
	PasskeyQuestionLife = 30 * time.Minute
)

// Passkey is a key that a device of a user keeps and uses for its owner alone (WebAuthn). It stands for both factors: the device, and how it knows its owner.
type Passkey struct {
	ID, UserID ID
	// Credential is the id that browsers have for it, Data what its answers are checked with.
	Credential []byte
	Data       string
	// Name is what its user calls it. Host is the server that it is tied to.
	Name, Host string
	// UsedAt is when somebody last signed in with it; zero for never.
	CreatedAt, UsedAt time.Time
}
