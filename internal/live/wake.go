package live

import (
	"context"
	"runtime"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// wakeAtOnce is how many connections are woken to write before everything else that can run had its turn. Thousands that are woken at once
	// would each get a turn before a donation goes on, and donations take several turns.
	wakeAtOnce = 8
	// wakeAfter is how many events are queued at most before the connections are woken: one write of many messages costs little more than
	// one of a single message. It is far less than maxQueued.
	wakeAfter = 64
	// restFor is how many times as long as the last messages took the hub rests while more happens than it can pass on, so that it takes a tenth of
	// the processors from donations. It rests for maxRest at most, and passes on as few events at once as that is enough for.
	restFor = 9
	maxRest = 3 * time.Second
)

// pass passes events on, and wakes the connections that get them. While more happens than there is time to write to all of them, money
// goes first: the events wait in the log.
func (h *Hub) pass(ctx context.Context, some []fund.Event) {
	for len(some) > 0 && ctx.Err() == nil {
		began, head := time.Now(), h.feed.Position()
		n := min(len(some), h.batch)
		for i := range some[:n] {
			h.deliver(ctx, &some[i])
		}
		some = some[n:]
		h.wakeAll()
		one := passed{limit: h.batch, events: n, meanwhile: h.feed.Position() - head, took: time.Since(began)}
		h.batch = one.nextLimit()
		if rest := one.rest(); rest > 0 {
			pause(ctx, rest)
		}
	}
}

// passed is a batch of events that was passed on.
type passed struct {
	// limit is how many events it could have.
	limit, events int
	// meanwhile is how many others happened.
	meanwhile int64
	took      time.Duration
}

// behind reports whether more happens than the hub can pass on.
func (p passed) behind() bool { return p.events == p.limit && p.meanwhile >= wakeAfter }

// rest is how long to leave the processors to others afterwards.
func (p passed) rest() time.Duration {
	if !p.behind() {
		return 0
	}
	return min(restFor*p.took, maxRest)
}

// nextLimit is how many events the next batch may have: half as many when not even the greatest rest makes up for this one.
func (p passed) nextLimit() int {
	if p.behind() && restFor*p.took > maxRest {
		return max(p.limit/2, 1)
	}
	return min(2*p.limit, wakeAfter)
}

// wakeAll wakes the connections that messages were queued for.
func (h *Hub) wakeAll() {
	h.mu.Lock()
	due := h.due
	h.due = nil
	for _, c := range due {
		c.toWake = false
	}
	h.mu.Unlock()
	for i, c := range due {
		c.signal()
		if i%wakeAtOnce == wakeAtOnce-1 {
			runtime.Gosched()
		}
	}
}
