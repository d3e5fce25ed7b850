package live

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
)

// Message is what a connection is to send.
type Message struct {
	// Event is what it is about; the zero value in a message that the connection made itself.
	Event fund.Event
	// Cursor is the place just after the event, as a text.
	Cursor string
	// Body is what the connection's Format made of the event. It is shared: nobody may change it.
	Body []byte
	// Name is what a message without an event is called where messages have names; "" for none.
	Name string
	// Gone are facts that the connection does not watch any more, because its receiver may not see them any more. Then there is no
	// event and no body.
	Gone []fund.ID
	// Own is what the connection itself queued with Send; nil in messages of the hub. OwnSize is how many bytes it holds, about.
	Own     any
	OwnSize int
}

// size is how many bytes a message holds while it waits.
func (m *Message) size() int { return len(m.Body) + m.OwnSize }

// Joining says what kind of connection begins.
type Joining struct {
	// Kind names the kind of connection in the metrics: "sse".
	Kind string
	// Format renders the events.
	Format Format
	// Receiver is who they are for.
	Receiver Receiver
	// Address is where the connection comes from.
	Address netip.Addr
}

// Conn is one connection. Next is for one goroutine; the other methods may be called beside it.
type Conn struct {
	hub      *Hub
	audience *audience
	kind     string
	address  netip.Addr
	group    int
	until    time.Time
	// hint is after what time to come back if the connection breaks.
	hint time.Duration

	// last is the position of the last event that was queued, facts what is watched; the lock of the hub guards both.
	last  int64
	facts map[fund.ID]*watched

	mu      sync.Mutex
	wake    chan struct{}
	queued  []*Message
	bytes   int
	beating bool
	ended   *End
	replays []*replay
	// taken is signaled when the first message of a Watch was taken, or never will be.
	taken chan struct{}
}

// watched is one fact that a connection watches.
type watched struct {
	// from is the position after which the connection gets the fact's events. It may be ahead of the hub, when another node handed it out.
	from  int64
	types Types
}

// Types are the topics that a connection wants; empty for all.
type Types map[fund.Topic]struct{}

func (t Types) has(topic fund.Topic) bool {
	if len(t) == 0 {
		return true
	}
	_, ok := t[topic]
	return ok
}

// Watch says what a connection watches.
type Watch struct {
	Facts []fund.ID
	Types Types
	// From is where to begin; see Hub.
	From Place
	// Answer is queued at once, and First is sent before the events of these facts; nil for nothing.
	Answer, First *Message
}

// replay is a Watch whose events are still read from the log.
type replay struct {
	Watch
	events *feed.Subscription
	first  bool
	// at is the position of the last event that was looked at.
	at int64
	// sent are facts that were watched beside this.
	sent []sent
}

// sent is a fact whose events were sent, up to the position until.
type sent struct {
	watched
	fact  fund.ID
	until int64
}

// Join begins a connection, which must be closed. Its error is RateLimited over a limit, and Unavailable while the hub stops.
func (h *Hub) Join(ctx context.Context, j Joining) (*Conn, error) {
	c := &Conn{
		hub: h, kind: j.Kind, address: api.Network(j.Address), group: rand.N(beats), //nolint:gosec // spreads load
		until: time.Now().Add(lifetime()), hint: RetryHint(), facts: map[fund.ID]*watched{},
		wake: make(chan struct{}, 1), taken: make(chan struct{}, 1),
	}
	if err := h.admitted(ctx, c, j); err != nil {
		return nil, err
	}
	if j.Receiver.Renew == nil {
		return c, nil
	}
	// What ended the rights between their check and the admission did not find the connection.
	if _, err := j.Receiver.Renew(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// admitted waits until the hub follows the log, and admits the connection.
func (h *Hub) admitted(ctx context.Context, c *Conn, j Joining) error {
	for {
		h.mu.Lock()
		begun := h.begun
		h.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-begun:
		}
		if again, err := h.admit(c, j, begun); !again {
			return err
		}
	}
}

// admit counts a connection in, if it may begin; again when the hub does not follow the log any more.
func (h *Hub) admit(c *Conn, j Joining, begun chan struct{}) (again bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.begun != begun {
		return true, nil
	}
	if err := h.full(c); err != nil {
		return false, err
	}
	c.audience = h.audienceOf(j)
	c.audience.conns[c] = struct{}{}
	h.groups[c.group][c] = struct{}{}
	h.addresses[c.address]++
	h.conns++
	h.stats.Open[c.kind]++
	return false, nil
}

// full is why a connection cannot be taken; nil when it can. The caller holds the lock.
func (h *Hub) full(c *Conn) error {
	switch {
	case h.closed:
		return &fault.Error{Kind: fault.Unavailable, Message: "The server is stopping.", RetryAfter: ReasonStopping.retry()}
	case h.conns >= h.max:
		h.stats.Refused++
		return &fault.Error{Kind: fault.Unavailable, Message: "The server has too many live connections.", RetryAfter: ReasonStopping.retry()}
	case c.address.IsValid() && h.addresses[c.address] >= h.perAddress:
		h.stats.Refused++
		return &fault.Error{
			Kind: fault.RateLimited, RetryAfter: ReasonStopping.retry(),
			Message: fmt.Sprintf("There are %d live connections from your address already; watch several facts over one connection.", h.perAddress),
		}
	}
	return nil
}

// Close ends the connection's part in the hub. It may be called more than once.
func (c *Conn) Close() {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, open := h.groups[c.group][c]; !open {
		return
	}
	h.drop(c)
	delete(h.groups[c.group], c)
	delete(c.audience.conns, c)
	if len(c.audience.conns) == 0 {
		delete(h.audiences, c.audience.audienceKey)
	}
	if h.addresses[c.address]--; h.addresses[c.address] == 0 {
		delete(h.addresses, c.address)
	}
	h.conns--
	h.stats.Open[c.kind]--
	if h.closed && h.conns == 0 {
		h.drain()
	}
}

// drain says that the last connection of a closed hub has ended.
func (h *Hub) drain() {
	select {
	case <-h.drained:
	default:
		close(h.drained)
	}
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

// Send queues a message of the connection's own, behind what is queued.
func (c *Conn) Send(m *Message) {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	c.hub.push(c, m)
}

// push queues a message; false when too much is waiting, which ends the connection.
func (c *Conn) push(m *Message) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return true
	}
	if len(c.queued) >= maxQueued || c.bytes+m.size() > maxQueuedBytes && len(c.queued) > 0 {
		c.finish(ReasonSlow)
		return false
	}
	c.queued = append(c.queued, m)
	c.bytes += m.size()
	c.signal()
	return true
}

// end ends the connection once what is queued was sent.
func (c *Conn) end(r Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finish(r)
}

// finish is end for callers who hold the lock of the connection.
func (c *Conn) finish(r Reason) {
	if c.ended != nil {
		return
	}
	if r == ReasonRights || r == ReasonSlow {
		c.queued, c.bytes = nil, 0
	}
	c.ended = &End{Reason: r, Retry: r.retry()}
	c.replays = nil
	c.signal()
	signal(c.taken)
}

func (c *Conn) heartbeat() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beating = true
	c.signal()
}

func (c *Conn) signal() { signal(c.wake) }

// signal wakes who waits for a channel that holds one signal.
func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// CaughtUp reports whether everything that was in the log when facts were watched has been read. It is for the goroutine that calls Next: right
// after a heartbeat, all of it was returned.
func (c *Conn) CaughtUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.replays) == 0
}

// Room waits until the first messages of Watch that were not taken yet are few enough for another one, or until the connection ends. It is
// for the goroutine that calls Watch.
func (c *Conn) Room(ctx context.Context) error {
	for c.waiting() >= maxQueuedBytes {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.taken:
		}
	}
	return nil
}

// waiting is how many bytes the first messages have that were not taken yet.
func (c *Conn) waiting() (bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.replays {
		if r.first {
			bytes += r.First.size()
		}
	}
	return bytes
}

// Next waits for messages and returns them in order. None, without an error, is a heartbeat. The error is an *End once the connection is
// to be closed, that of ctx, or that of the store, after which the connection is closed, too.
func (c *Conn) Next(ctx context.Context) ([]*Message, error) {
	for {
		messages, beat, err := c.take()
		if err != nil || len(messages) > 0 {
			return messages, err
		}
		more, reading, err := c.read(ctx)
		if err != nil || len(more) > 0 {
			return more, err
		}
		if beat {
			return nil, nil
		}
		if reading {
			continue
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-c.wake:
		}
	}
}

// take takes what is queued.
func (c *Conn) take() (messages []*Message, beat bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	messages, beat = c.queued, c.beating
	c.queued, c.bytes, c.beating = nil, 0, false
	if len(messages) == 0 && c.ended != nil {
		return nil, false, c.ended
	}
	return messages, beat, nil
}

// read reads the next page of the log for what is not watched live yet. Reading reports whether there may be more.
func (c *Conn) read(ctx context.Context) (messages []*Message, reading bool, err error) {
	c.mu.Lock()
	if len(c.replays) == 0 {
		c.mu.Unlock()
		return nil, false, nil
	}
	r := c.replays[0]
	first := r.first
	r.first = false
	c.mu.Unlock()
	if first {
		signal(c.taken)
		return []*Message{r.First}, true, nil
	}
	if done, err := c.goLive(ctx, r); done || err != nil {
		return nil, true, err
	}
	select {
	case c.hub.replaying <- struct{}{}:
		defer func() { <-c.hub.replaying }()
	case <-ctx.Done():
		return nil, true, ctx.Err()
	}
	messages, err = c.page(ctx, r)
	return messages, true, err
}

// page renders the next page of a replay.
func (c *Conn) page(ctx context.Context, r *replay) ([]*Message, error) {
	events, err := r.events.Next(ctx)
	switch {
	case errors.Is(err, feed.ErrSlow):
		r.events = c.hub.feed.Subscribe(r.events.Position())
		return nil, nil
	case errors.Is(err, feed.ErrReset):
		return nil, &End{Reason: ReasonReset, Retry: ReasonReset.retry()}
	case err != nil:
		return nil, err
	}
	events = c.reached(r, events)
	var messages []*Message
	for i := range events {
		if !c.due(r, &events[i]) {
			continue
		}
		m, err := c.hub.render(ctx, c.audience, &events[i])
		if err != nil {
			return nil, err
		}
		if m.Body != nil {
			messages = append(messages, m)
		}
	}
	return messages, nil
}

// reached cuts off the events that the hub has not passed on yet: those it may be about to queue for another fact.
func (c *Conn) reached(r *replay, events []fund.Event) []fund.Event {
	here := c.hub.Here().Cursor.Position
	for i := range events {
		if events[i].Position > here {
			r.events = c.hub.feed.Subscribe(events[i].Position - 1)
			return events[:i]
		}
	}
	return events
}

// due reports whether a replay has to send an event.
func (c *Conn) due(r *replay, e *fund.Event) bool {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	r.at = e.Position
	return r.matches(e) && !c.delivered(e) && !r.wasSent(e)
}

// goLive lets the hub queue the events from now on, once the replay has reached it. What may have hidden a fact meanwhile is looked at.
func (c *Conn) goLive(ctx context.Context, r *replay) (done bool, err error) {
	for {
		reached, done := c.tryLive(r)
		if done || !reached {
			return done, nil
		}
		era := c.hub.era.Load()
		if err := c.checkSight(ctx, r); err != nil {
			return false, err
		}
		r.From.era = era
	}
}

// tryLive reports whether a replay has reached the hub, and whether the hub queues its events now.
func (c *Conn) tryLive(r *replay) (reached, done bool) {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return true, true
	}
	if r.events.Position() < h.cursor.Position {
		return false, false
	}
	if h.era.Load() != r.From.era {
		return true, false
	}
	c.adopt(r)
	return true, true
}

// adopt lets the hub queue the events of a replay. The caller holds both locks.
func (c *Conn) adopt(r *replay) {
	for _, fact := range r.Facts {
		c.facts[fact] = &watched{from: r.From.Cursor.Position, types: r.Types}
		c.hub.watch(c, fact)
	}
	c.replays = slices.Delete(c.replays, 0, 1) // which lets go of its first message
}

// checkSight ends watching those facts of a replay that the receiver may not see any more.
func (c *Conn) checkSight(ctx context.Context, r *replay) error {
	c.mu.Lock()
	facts := r.Facts
	c.mu.Unlock()
	var gone []fund.ID
	for _, fact := range facts {
		seen, err := c.hub.Sees(ctx, c.audience.actor(), fact)
		if err != nil {
			return err
		}
		if !seen {
			gone = append(gone, fact)
		}
	}
	if len(gone) > 0 {
		c.Unwatch(gone...)
		c.Send(&Message{Gone: gone})
	}
	return nil
}

func (r *replay) has(fact fund.ID) bool {
	return slices.Contains(r.Facts, fact)
}

// wasSent reports whether an event was sent because of a fact that is not watched any more.
func (r *replay) wasSent(e *fund.Event) bool {
	return slices.ContainsFunc(r.sent, func(s sent) bool {
		return e.Position > s.from && e.Position <= s.until && s.types.has(e.Topic) && slices.Contains(e.Facts, s.fact)
	})
}

// remove takes a fact out. The old slice stays as it was, because others may be reading it.
func (r *replay) remove(fact fund.ID) {
	r.Facts = slices.DeleteFunc(slices.Clone(r.Facts), func(one fund.ID) bool { return one == fact })
}

func (r *replay) matches(e *fund.Event) bool {
	if !r.Types.has(e.Topic) {
		return false
	}
	return slices.ContainsFunc(e.Facts, r.has)
}
