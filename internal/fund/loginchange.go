package fund

import "time"

// LoginLinkLife is how long the link that confirms a new address to sign in with works.
const LoginLinkLife = 24 * time.Hour

// LoginChange is another address that a user asked to sign in with. It becomes the user's address when somebody follows the link in the mail
// to it and enters the user's password. A user has at most one: the next replaces it.
type LoginChange struct {
	ID, UserID ID
	// Email is the address, as users have it.
	Email string
	// ExpiresAt is when its link stops working.
	AskedAt, ExpiresAt time.Time
}

// Open reports whether its link works.
func (c LoginChange) Open(now time.Time) bool { return now.Before(c.ExpiresAt) }
