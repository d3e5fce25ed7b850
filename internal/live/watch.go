package live

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// watched is one fact that a connection watches.
type watched struct {
	// from is the position after which the connection gets the fact's events. It may be ahead of the hub, when another node handed it out.
	from  int64
	types Types
}

// Watch says what a connection watches.
type Watch struct {
	Facts []fund.ID
	Types Types
	// From is where to begin; see Hub.
	From Place
	// Lost are facts that the connection does not get to watch, which it is told after First.
	Lost []fund.ID
	// Answer is queued at once, and First is sent before the events of these facts; nil for nothing.
	Answer, First *Message
}

// drop ends everything that a connection watches. The caller holds the lock of the hub.
func (h *Hub) drop(c *Conn) {
	for fact := range c.facts {
		h.unwatch(c, fact)
	}
	clear(c.facts)
}

// watch lets a connection get the events of a fact. The caller holds the lock.
func (h *Hub) watch(c *Conn, fact fund.ID) {
	of := h.watching[fact]
	if of == nil {
		of = map[*audience]map[*Conn]struct{}{}
		h.watching[fact] = of
	}
	if of[c.audience] == nil {
		of[c.audience] = map[*Conn]struct{}{}
	}
	of[c.audience][c] = struct{}{}
}

func (h *Hub) unwatch(c *Conn, fact fund.ID) {
	of := h.watching[fact]
	delete(of[c.audience], c)
	if len(of[c.audience]) == 0 {
		delete(of, c.audience)
	}
	if len(of) == 0 {
		delete(h.watching, fact)
	}
}

// Watchers is how many connections of this node watch a fact.
func (h *Hub) Watchers(fact fund.ID) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	watchers := 0
	for _, of := range h.watching[fact] {
		watchers += len(of)
	}
	return watchers
}

// Listeners are the connections of this node that watch a fact, by what they have in common.
func (h *Hub) Listeners(fact fund.ID) map[app.Listener]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	counts := map[app.Listener]int{}
	for a, of := range h.watching[fact] {
		kinds := map[string]int{} // an audience may be large, and events wait for the lock
		for c := range of {
			kinds[c.kind]++
		}
		for kind, n := range kinds {
			counts[app.ListenerOf(kind, a.actor())] += n
		}
	}
	return counts
}

// ErrTooManyFacts is the error of a Watch beyond MaxFacts.
var ErrTooManyFacts = fault.New(fault.Invalid, "A connection can watch at most %d facts.", MaxFacts)

// Watch begins to watch facts. Those that are watched already stay as they are.
func (c *Conn) Watch(w Watch) error {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	var fresh []fund.ID
	for _, fact := range w.Facts {
		if !c.watches(fact) {
			fresh = append(fresh, fact)
		}
	}
	if c.count()+len(fresh) > MaxFacts {
		return ErrTooManyFacts
	}
	w.Facts = fresh
	if w.Answer != nil && c.ended == nil {
		c.queued = append(c.queued, w.Answer)
	}
	c.replays = append(c.replays, &replay{Watch: w, events: h.feed.Subscribe(w.From.Cursor.Position), first: w.First != nil})
	c.signal()
	return nil
}

// watches reports whether a fact is watched, or about to be. The caller holds both locks.
func (c *Conn) watches(fact fund.ID) bool {
	if c.facts[fact] != nil {
		return true
	}
	for _, r := range c.replays {
		if r.has(fact) {
			return true
		}
	}
	return false
}

// count is how many facts are watched, or about to be. The caller holds both locks.
func (c *Conn) count() int {
	n := len(c.facts)
	for _, r := range c.replays {
		n += len(r.Facts)
	}
	return n
}

// Unwatch ends watching facts, and returns how many facts the connection still watches. They are forgotten: who watches another
// fact afterwards, from a place in the past, gets what both have in common again.
func (c *Conn) Unwatch(facts ...fund.ID) int {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unwatch(facts)
	return c.count()
}

// over reports whether nothing is watched any more and nothing waits to be sent: facts that were hidden together are told one after the other.
func (c *Conn) over() bool {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count() == 0 && len(c.queued) == 0
}

// unwatch is Unwatch for callers who hold both locks.
func (c *Conn) unwatch(facts []fund.ID) {
	for _, fact := range facts {
		var before []sent
		if one := c.facts[fact]; one != nil {
			before = append(before, sent{*one, fact, c.hub.cursor.Position})
			delete(c.facts, fact)
			c.hub.unwatch(c, fact)
		}
		for _, r := range c.replays {
			r.sent = append(r.sent, before...)
			if r.has(fact) {
				before = append(before, sent{watched{from: r.From.Cursor.Position, types: r.Types}, fact, r.at})
				r.remove(fact)
			}
		}
	}
}

// wants reports whether the connection gets an event live because it watches the fact. The caller holds the lock of the hub.
func (c *Conn) wants(fact fund.ID, e *fund.Event) bool {
	one := c.facts[fact]
	return one != nil && e.Position > one.from && one.types.has(e.Topic)
}

// delivered reports whether the connection gets, or got, an event because of a fact that it watches live. The caller holds the lock of
// the hub.
func (c *Conn) delivered(e *fund.Event) bool {
	for _, fact := range e.Facts {
		if one := c.facts[fact]; one != nil && e.Position > one.from && one.types.has(e.Topic) {
			return true
		}
	}
	return false
}
