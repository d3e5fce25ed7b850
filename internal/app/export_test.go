package app

import (
	"net/netip"
	"time"
)

// Throttle is what slows guesses down, without the work of checking a password.
type Throttle = throttle

// NewThrottle makes one.
func NewThrottle() *Throttle { return newThrottle() }

// Take and Size are its count of an attempt, and how much it remembers.
func (t *throttle) Take(email string, from netip.Addr, now time.Time) time.Duration {
	return t.take(email, from, now)
}

func (t *throttle) Size() int { return len(t.guesses) }
