package shield

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// allowance says how many attempts of one kind are free, and how the wait grows after that.
type allowance struct {
	// free is how many attempts need no wait. After the last of them the wait is first; each further attempt
	// doubles it, up to longest.
	free           int
	first, longest time.Duration
	// leak is the time after which one attempt is forgotten; 0 for never.
	leak time.Duration
	// memory is the time after the last attempt when all are forgotten.
	memory time.Duration
}

// wait is the wait after that many attempts.
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

// counter identifies what attempts are counted for: a name or a network, under one allowance. The same network under two allowances has two
// counters.
type counter struct {
	allowance *allowance
	name      [sha256.Size]byte
	network   netip.Addr
}

func nameCounter(limit *allowance, name string) counter {
	return counter{allowance: limit, name: sha256.Sum256([]byte(name))}
}

func networkCounter(limit *allowance, from netip.Addr) counter {
	return counter{allowance: limit, network: networkOf(from)}
}

// throttle slows down failing attempts: guesses of passwords, tries of cards. It counts per node and has at most size counters. It is safe
// for concurrent use: an attempt counts as failed until it is undone, so that concurrent attempts cannot bypass it.
type throttle struct {
	mu   sync.Mutex
	size int
	all  map[counter]attempts
}

// attempts are the remembered attempts of a counter.
type attempts struct {
	failed int
	// until is when the next attempt is allowed; leaked is the time up to which the leak has been applied.
	last, until, leaked time.Time
}

func newThrottle(size int) *throttle { return &throttle{size: size, all: map[counter]attempts{}} }

// take counts an attempt in all counters and returns its wait; an attempt that has to wait is not counted. The wait also depends on others,
// in which the attempt is not counted.
func (t *throttle) take(now time.Time, all []counter, others ...counter) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if wait := max(t.longest(now, all), t.longest(now, others)); wait > 0 {
		return wait
	}
	t.countAll(now, all)
	return 0
}

// count counts an attempt in all counters, regardless of waits.
func (t *throttle) count(now time.Time, all []counter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.countAll(now, all)
}

// shift adds by attempts to all counters, or removes them if negative, and leaves their waits as they are.
func (t *throttle) shift(now time.Time, all []counter, by int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range all {
		a := t.now(c, now)
		if a.failed = max(0, a.failed+by); by > 0 {
			a.last = now
		}
		if a.failed == 0 && !a.until.After(now) {
			delete(t.all, c)
			continue
		}
		t.put(c, a, now)
	}
}

// takeBack undoes one attempt for each counter and ends the wait.
func (t *throttle) takeBack(all []counter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range all {
		if a := t.all[c]; a.failed > 1 {
			a.failed--
			a.until = time.Time{}
			t.all[c] = a
		} else {
			delete(t.all, c)
		}
	}
}

// forget resets all counters.
func (t *throttle) forget(all []counter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range all {
		delete(t.all, c)
	}
}

// nearLimit reports whether half of the free attempts are used up in any of the counters.
func (t *throttle) nearLimit(now time.Time, all []counter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range all {
		if 2*t.now(c, now).failed >= c.allowance.free {
			return true
		}
	}
	return false
}

func (t *throttle) longest(now time.Time, all []counter) time.Duration {
	var wait time.Duration
	for _, c := range all {
		wait = max(wait, t.all[c].until.Sub(now))
	}
	return wait
}

func (t *throttle) countAll(now time.Time, all []counter) {
	for _, c := range all {
		a := t.now(c, now)
		a.failed, a.last = a.failed+1, now
		if wait := c.allowance.wait(a.failed); wait > 0 {
			a.until = now.Add(wait)
		}
		t.put(c, a, now)
	}
}

func (t *throttle) put(c counter, a attempts, now time.Time) {
	if _, known := t.all[c]; !known {
		t.makeRoom(now)
	}
	t.all[c] = a
}

// now returns the attempts that are still remembered.
func (t *throttle) now(c counter, now time.Time) attempts {
	a := t.all[c]
	if a.failed == 0 || a.forgotten(c, now) {
		return attempts{leaked: now}
	}
	if leak := c.allowance.leak; leak > 0 {
		leaks := max(0, min(a.failed, int(now.Sub(a.leaked)/leak))) // the clock may have been set back
		a.failed, a.leaked = a.failed-leaks, a.leaked.Add(time.Duration(leaks)*leak)
		if a.failed == 0 {
			a.leaked = now // or the next attempts would leak for the time before them
		}
	}
	return a
}

func (a attempts) forgotten(c counter, now time.Time) bool {
	return now.Sub(a.last) >= c.allowance.memory
}

// makeRoom drops an expired counter, or else the lowest of a few, so that an attacker who fills the memory displaces their own attempts
// first.
func (t *throttle) makeRoom(now time.Time) {
	if len(t.all) < t.size {
		return
	}
	var (
		least  counter
		fewest = -1
		looked int
	)
	for c, a := range t.all {
		if a.forgotten(c, now) {
			delete(t.all, c)
			return
		}
		if fewest < 0 || a.failed < fewest {
			least, fewest = c, a.failed
		}
		if looked++; looked == 32 {
			break
		}
	}
	delete(t.all, least)
}

// networkOf is the network of an address: an IPv4 address itself, or the /64 of an IPv6 address, because a single machine may use all of
// it.
func networkOf(from netip.Addr) netip.Addr {
	from = from.Unmap()
	if prefix, err := from.Prefix(64); from.Is6() && err == nil {
		return prefix.Addr()
	}
	return from
}

// InWords is a wait in words, rounded up.
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
