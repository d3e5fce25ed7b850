package shield

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// allowance is how many attempts of one kind are free, and how the wait grows after that.
type allowance struct {
	// free is how many attempts need no wait. After the last of them the wait is first; each further attempt
	// doubles it, up to longest.
	free           int
	first, longest time.Duration
	// leak is how long it takes until one attempt is forgotten; 0 for never.
	leak time.Duration
	// memory is how long after the last attempt all are forgotten.
	memory time.Duration
}

// wait is how long it is after so many attempts.
func (a *allowance) wait(attempts int) time.Duration {
	over := attempts - a.free
	switch {
	case over < 0:
		return 0
	case over < 16:
		return min(a.longest, a.first<<over)
	default:
		return a.longest
	}
}

// counted is what attempts are counted for: something with a name, or a network, under one allowance.
// The same network under two allowances is counted apart.
type counted struct {
	allowed *allowance
	name    [sha256.Size]byte
	network netip.Addr
}

func countedName(allowed *allowance, name string) counted {
	return counted{allowed: allowed, name: sha256.Sum256([]byte(name))}
}

func countedNetwork(allowed *allowance, from netip.Addr) counted {
	return counted{allowed: allowed, network: networkOf(from)}
}

// throttle slows attempts down that go wrong: guesses of passwords, tries of cards. It counts for its node
// only, and remembers no more than size things. It is safe for concurrent use: an attempt counts as wrong
// from its beginning until it is taken back, so that many at once are no way around it.
type throttle struct {
	mu   sync.Mutex
	size int
	all  map[counted]attempts
}

// attempts are those of late.
type attempts struct {
	wrong int
	// until is when the next one may come; leaked is up to when attempts have leaked away.
	last, until, leaked time.Time
}

func newThrottle(size int) *throttle { return &throttle{size: size, all: map[counted]attempts{}} }

// take counts an attempt for all of them and tells how long it has to wait; one that has to wait is not
// counted. For others it may have to wait as well, without being counted there.
func (t *throttle) take(now time.Time, all []counted, others ...counted) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if wait := max(t.longest(now, all), t.longest(now, others)); wait > 0 {
		return wait
	}
	t.countAll(now, all)
	return 0
}

// count counts an attempt for all of them, whether it should have waited or not.
func (t *throttle) count(now time.Time, all []counted) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.countAll(now, all)
}

// shift counts so many more or, below zero, fewer attempts for all of them, and leaves their waits as they are.
func (t *throttle) shift(now time.Time, all []counted, by int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, who := range all {
		a := t.now(who, now)
		if a.wrong = max(0, a.wrong+by); by > 0 {
			a.last = now
		}
		if a.wrong == 0 && !a.until.After(now) {
			delete(t.all, who)
			continue
		}
		t.put(who, a, now)
	}
}

// takeBack undoes one attempt for each counter and ends the wait.
func (t *throttle) takeBack(all []counted) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, who := range all {
		if a := t.all[who]; a.wrong > 1 {
			a.wrong--
			a.until = time.Time{}
			t.all[who] = a
		} else {
			delete(t.all, who)
		}
	}
}

// forget lets all of them start anew.
func (t *throttle) forget(all []counted) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, who := range all {
		delete(t.all, who)
	}
}

// pressed reports whether half of what is free is used up for any of them.
func (t *throttle) pressed(now time.Time, all []counted) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, who := range all {
		if 2*t.now(who, now).wrong >= who.allowed.free {
			return true
		}
	}
	return false
}

func (t *throttle) longest(now time.Time, all []counted) time.Duration {
	var wait time.Duration
	for _, who := range all {
		wait = max(wait, t.all[who].until.Sub(now))
	}
	return wait
}

func (t *throttle) countAll(now time.Time, all []counted) {
	for _, who := range all {
		a := t.now(who, now)
		a.wrong, a.last = a.wrong+1, now
		if wait := who.allowed.wait(a.wrong); wait > 0 {
			a.until = now.Add(wait)
		}
		t.put(who, a, now)
	}
}

func (t *throttle) put(who counted, a attempts, now time.Time) {
	if _, known := t.all[who]; !known {
		t.makeRoom(now)
	}
	t.all[who] = a
}

// now is what is still remembered.
func (t *throttle) now(who counted, now time.Time) attempts {
	a := t.all[who]
	if a.wrong == 0 || a.forgotten(who, now) {
		return attempts{leaked: now}
	}
	if leak := who.allowed.leak; leak > 0 {
		gone := max(0, min(a.wrong, int(now.Sub(a.leaked)/leak))) // clocks may be set back
		a.wrong, a.leaked = a.wrong-gone, a.leaked.Add(time.Duration(gone)*leak)
	}
	return a
}

func (a attempts) forgotten(who counted, now time.Time) bool {
	return now.Sub(a.last) >= who.allowed.memory
}

// makeRoom drops what is forgotten, or else the least of a few, so that whoever fills the memory
// drives out their own attempts first.
func (t *throttle) makeRoom(now time.Time) {
	if len(t.all) < t.size {
		return
	}
	var (
		least  counted
		fewest = -1
		looked int
	)
	for who, a := range t.all {
		if a.forgotten(who, now) {
			delete(t.all, who)
			return
		}
		if fewest < 0 || a.wrong < fewest {
			least, fewest = who, a.wrong
		}
		if looked++; looked == 32 {
			break
		}
	}
	delete(t.all, least)
}

// networkOf is what counts as one network: an IPv4 address, or the /64 of an IPv6 address, because
// a single machine may use all of it.
func networkOf(from netip.Addr) netip.Addr {
	from = from.Unmap()
	if prefix, err := from.Prefix(64); from.Is6() && err == nil {
		return prefix.Addr()
	}
	return from
}

// InWords is a time to wait in words, rounded up.
func InWords(d time.Duration) string {
	count := func(unit time.Duration, one, many string) string {
		n := (d + unit - 1) / unit
		if n == 1 {
			return one
		}
		return fmt.Sprintf("%d %s", n, many)
	}
	if d <= 90*time.Second {
		return count(time.Second, "one second", "seconds")
	}
	return count(time.Minute, "one minute", "minutes")
}
