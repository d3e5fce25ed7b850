package app

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// guessers bounds the memory of a throttle: about 3 MB.
	guessers = 20_000
	// guessesForgotten is how long after its last attempt an account or a network starts anew.
	guessesForgotten = time.Hour
	// firstWait is the wait after the last free attempt; each further attempt doubles it.
	firstWait = 5 * time.Second
)

// allowance is how many wrong attempts are free, and how long the wait grows at the most. An
// account's wait stays short, because anybody may make its owner wait.
type allowance struct {
	free    int
	longest time.Duration
}

var (
	accountAllowance = allowance{free: 5, longest: 5 * time.Minute}
	networkAllowance = allowance{free: 20, longest: 15 * time.Minute}
)

// throttle slows guesses of passwords down. It counts for its node only. It is safe for
// concurrent use: an attempt counts as wrong from its beginning until it is forgiven, so that
// many at once are no way around it.
type throttle struct {
	mu      sync.Mutex
	guesses map[guesser]guesses
}

// guesser is an account, by the hash of its address, or a network.
type guesser struct {
	account tokenHash
	network netip.Addr
}

// guesses are the attempts of late.
type guesses struct {
	wrong int
	// until is when the next one may come.
	last, until time.Time
}

func newThrottle() *throttle { return &throttle{guesses: map[guesser]guesses{}} }

// take counts an attempt and tells how long it has to wait; one that has to wait is not counted.
func (t *throttle) take(email string, from netip.Addr, now time.Time) time.Duration {
	account, network := guesser{account: hashOf(email)}, guesser{network: networkOf(from)}
	t.mu.Lock()
	defer t.mu.Unlock()
	if wait := max(t.wait(account, now), t.wait(network, now)); wait > 0 {
		return wait
	}
	t.count(account, accountAllowance, now)
	t.count(network, networkAllowance, now)
	return 0
}

// forgive takes an attempt back that was right. The account starts anew; the network does not,
// so that somebody with an account of their own cannot guess those of others for free.
func (t *throttle) forgive(email string, from netip.Addr) {
	account, network := guesser{account: hashOf(email)}, guesser{network: networkOf(from)}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.guesses, account)
	if g, ok := t.guesses[network]; ok {
		g.wrong--
		g.until = time.Time{}
		t.guesses[network] = g
	}
}

func (t *throttle) wait(who guesser, now time.Time) time.Duration {
	return t.guesses[who].until.Sub(now)
}

func (t *throttle) count(who guesser, allowed allowance, now time.Time) {
	g, known := t.guesses[who]
	if now.Sub(g.last) >= guessesForgotten {
		g = guesses{}
	}
	if !known {
		t.makeRoom(now)
	}
	g.wrong, g.last = g.wrong+1, now
	if over := g.wrong - allowed.free; over >= 0 {
		wait := allowed.longest
		if over < 16 {
			wait = min(wait, firstWait<<over)
		}
		g.until = now.Add(wait)
	}
	t.guesses[who] = g
}

// makeRoom drops what is forgotten, or else the least of a few, so that whoever fills the memory
// drives out their own attempts first.
func (t *throttle) makeRoom(now time.Time) {
	if len(t.guesses) < guessers {
		return
	}
	var (
		least  guesser
		fewest = -1
		looked int
	)
	for who, g := range t.guesses {
		if now.Sub(g.last) >= guessesForgotten {
			delete(t.guesses, who)
			return
		}
		if fewest < 0 || g.wrong < fewest {
			least, fewest = who, g.wrong
		}
		if looked++; looked == 32 {
			break
		}
	}
	delete(t.guesses, least)
}

// networkOf is what counts as one guesser: an IPv4 address, or the /64 of an IPv6 address, because
// a single machine may use all of it.
func networkOf(from netip.Addr) netip.Addr {
	from = from.Unmap()
	if prefix, err := from.Prefix(64); from.Is6() && err == nil {
		return prefix.Addr()
	}
	return from
}
