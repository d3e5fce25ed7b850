package shield

import (
	"net/netip"
	"time"
)

// guessers bounds the memory of guesses: about 3 MB.
const guessers = 20_000

// Wrong passwords, for an account and from a network. An account's wait stays short, because anybody may
// make its owner wait.
var (
	accountAllowance = &allowance{free: 5, first: 5 * time.Second, longest: 5 * time.Minute, memory: time.Hour}
	networkAllowance = &allowance{free: 20, first: 5 * time.Second, longest: 15 * time.Minute, memory: time.Hour}
)

// Guesses slows down guesses of passwords. It is safe for concurrent use.
type Guesses struct{ throttle *throttle }

// NewGuesses makes one that remembers nothing yet.
func NewGuesses() *Guesses { return &Guesses{newThrottle(guessers)} }

// Guess counts an attempt to sign in and gives how long it has to wait; 0 when it may be made.
func (g *Guesses) Guess(email string, from netip.Addr, now time.Time) time.Duration {
	return g.throttle.take(now, []counted{countedName(accountAllowance, email), countedNetwork(networkAllowance, from)})
}

// Right takes back an attempt that was right. The account starts anew; the network does not,
// so that somebody with an account of their own cannot guess those of others for free.
func (g *Guesses) Right(email string, from netip.Addr) {
	g.throttle.forget([]counted{countedName(accountAllowance, email)})
	g.throttle.takeBack([]counted{countedNetwork(networkAllowance, from)})
}
