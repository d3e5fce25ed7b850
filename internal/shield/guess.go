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
	// codeAllowance is for wrong codes of a second factor, by account. Only who has the password can make its owner wait, so that the wait may be longer:
	// three codes of a million are right at a time, and a hundred are tried a day.
	codeAllowance = &allowance{free: 5, first: 5 * time.Second, longest: 15 * time.Minute, memory: 24 * time.Hour}
)

// Guesses slows down guesses of passwords and of codes. It is safe for concurrent use.
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

// GuessCode counts an attempt at the second factor of an account and returns its wait; 0 if it is allowed now. A right password does not undo it.
func (g *Guesses) GuessCode(account string, from netip.Addr, now time.Time) time.Duration {
	return g.throttle.take(now, []counter{nameCounter(codeAllowance, account), networkCounter(networkAllowance, from)})
}

// CodeSucceeded undoes the count of a correct code, as Succeeded does that of a password.
func (g *Guesses) CodeSucceeded(account string, from netip.Addr) {
	g.throttle.forget([]counter{nameCounter(codeAllowance, account)})
	g.throttle.takeBack([]counter{networkCounter(networkAllowance, from)})
}
