package shield

import (
	"net/netip"
	"time"
)

// maxGuesses limits the counters of guesses: about 3 MB.
const maxGuesses = 20_000

// The allowances of wrong passwords, by account and by network. An account's wait stays short, because anybody can make its owner wait.
var (
	accountAllowance = &allowance{free: 5, first: 5 * time.Second, longest: 5 * time.Minute, memory: time.Hour}
	networkAllowance = &allowance{free: 20, first: 5 * time.Second, longest: 15 * time.Minute, memory: time.Hour}
)

// Guesses slows down guesses of passwords. It is safe for concurrent use.
type Guesses struct{ throttle *throttle }

// NewGuesses returns an empty Guesses.
func NewGuesses() *Guesses { return &Guesses{newThrottle(maxGuesses)} }

// Guess counts an attempt to sign in and returns its wait; 0 if it is allowed now.
func (g *Guesses) Guess(email string, from netip.Addr, now time.Time) time.Duration {
	return g.throttle.take(now, []counter{nameCounter(accountAllowance, email), networkCounter(networkAllowance, from)})
}

// Succeeded undoes the count of a correct attempt. It resets the account but not the network, so that somebody with their own account
// cannot guess other passwords for free.
func (g *Guesses) Succeeded(email string, from netip.Addr) {
	g.throttle.forget([]counter{nameCounter(accountAllowance, email)})
	g.throttle.takeBack([]counter{networkCounter(networkAllowance, from)})
}
