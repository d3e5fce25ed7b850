package app

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

// guesses slows guesses of passwords down.
type guesses struct{ *throttle }

func newGuesses() guesses { return guesses{newThrottle(guessers)} }

// guess counts an attempt to sign in and tells how long it has to wait.
func (g guesses) guess(email string, from netip.Addr, now time.Time) time.Duration {
	return g.take(now, []counted{countedName(accountAllowance, email), countedNetwork(networkAllowance, from)})
}

// right takes an attempt back that was right. The account starts anew; the network does not,
// so that somebody with an account of their own cannot guess those of others for free.
func (g guesses) right(email string, from netip.Addr) {
	g.forget([]counted{countedName(accountAllowance, email)})
	g.takeBack([]counted{countedNetwork(networkAllowance, from)})
}
