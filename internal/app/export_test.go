package app

import (
	"net/netip"
	"time"
)

// Throttle is what slows guesses down, without the work of checking a password.
type Throttle = guesses

// NewThrottle makes one.
func NewThrottle() Throttle { return newGuesses() }

// Take and Size are its count of an attempt, and how much it remembers.
func (g guesses) Take(email string, from netip.Addr, now time.Time) time.Duration {
	return g.guess(email, from, now)
}

// Size is how much it remembers.
func (g guesses) Size() int { return len(g.all) }
