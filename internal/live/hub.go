package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// MaxConnections is the default for how many connections a node holds.
	MaxConnections = 20_000
	// MaxPerAddress is the default for how many of them may come from one address (IPv6: from one /64).
	MaxPerAddress = 500
	// MaxFacts is how many facts one connection may watch.
	MaxFacts = 200
	// maxQueued and maxQueuedBytes are how many messages, and bytes of them, may wait for a reader before it is closed as too slow.
	maxQueued      = 512
	maxQueuedBytes = 1 << 20
	// maxAge is how old a connection gets at most; each ends at a random time in the last quarter of it.
	maxAge = time.Hour
	// maxSilence is for how long a line may leave unacknowledged what was sent, before its connection ends.
	maxSilence = 30 * time.Second
	// HeartbeatEvery is how often a connection shows that it is alive.
	HeartbeatEvery = 15 * time.Second
	// beats are the groups in which connections get their heartbeats, one group a second.
	beats = int(HeartbeatEvery / time.Second)
	// maxReplaying is how many connections read the log at the same time; the others wait for their turn.
	maxReplaying = 8
	// renderTries is how often an event is rendered before those who wait for it are closed, and come back for it later.
	renderTries = 10
	renderAgain = 300 * time.Millisecond
	// renewEvery is how often the token or session of every connection is read again, so that one that expires ends.
	renewEvery = 30 * time.Second
)

// HubOptions configures a Hub.
type HubOptions struct {
	App  *app.App
	Feed *feed.Follower
	// Log takes warnings; nil discards them.
	Log *slog.Logger
	// MaxConnections and MaxPerAddress limit the connections; 0 is the default.
	MaxConnections, MaxPerAddress int
}

// Hub passes the events of the log on to the connections of this node that watch one of their facts. An event is rendered once for each
// set of rights, however many connections have it, and reaches each connection once, in the order of positions.
//
// A connection begins with Join. For each fact that it watches: take Here, then check with the use cases that the actor may see the
// fact, then call Conn.Watch with that place. What is read of the fact in between, such as its present state, and what Conn.Next returns
// from then on miss nothing together.
type Hub struct {
	app  *app.App
	feed *feed.Follower
	log  *slog.Logger
	max  int
	// perAddress is how many connections may come from one address.
	perAddress int
	replaying  chan struct{}
	// events is what Run reads; nil while the log is not followed.
	events *feed.Subscription
	// batch is how many events are passed on at once at most; Run alone uses it.
	batch int
	// era counts the events after which something that was rendered, or found to be visible, may have to be hidden.
	era      atomic.Uint64
	rendered *memory[renderingKey, *Message]
	states   *memory[stateKey, *stateRead]
	sights   *memory[sightKey, sight]

	mu sync.Mutex
	// cursor is the place behind the last event that was passed on.
	cursor    feed.Cursor
	watching  map[fund.ID]map[*audience]map[*Conn]struct{}
	audiences map[audienceKey]*audience
	// due are the connections that are to be woken, because messages were queued for them.
	due       []*Conn
	addresses map[netip.Addr]int
	groups    [beats]map[*Conn]struct{}
	conns     int
	closed    bool
	// begun is closed while the hub follows the log.
	begun, drained chan struct{}
	stats          Stats
}

// Stats are the numbers of a hub.
type Stats struct {
	// Open is how many connections there are, by kind.
	Open map[string]int
	// Messages were queued for connections, Slow connections were closed for not reading them, Refused were over a limit.
	Messages, Slow, Refused int64
}

// NewHub makes a Hub. It starts nothing.
func NewHub(o HubOptions) *Hub {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.MaxConnections <= 0 {
		o.MaxConnections = MaxConnections
	}
	if o.MaxPerAddress <= 0 {
		o.MaxPerAddress = MaxPerAddress
	}
	h := &Hub{
		batch: wakeAfter, app: o.App, feed: o.Feed, log: o.Log, max: o.MaxConnections, perAddress: o.MaxPerAddress,
		replaying: make(chan struct{}, maxReplaying), rendered: newMemory[renderingKey, *Message](), states: newMemory[stateKey, *stateRead](), sights: newMemory[sightKey, sight](),
		watching: map[fund.ID]map[*audience]map[*Conn]struct{}{}, audiences: map[audienceKey]*audience{}, addresses: map[netip.Addr]int{},
		begun: make(chan struct{}), drained: make(chan struct{}), stats: Stats{Open: map[string]int{}},
	}
	for i := range h.groups {
		h.groups[i] = map[*Conn]struct{}{}
	}
	return h
}

// Run passes events on until ctx ends; then its error is nil.
func (h *Hub) Run(ctx context.Context) error {
	var ticking sync.WaitGroup
	defer ticking.Wait()
	ticking.Go(func() { h.tick(ctx) })
	ticking.Go(func() { h.renewAll(ctx) })
	ticking.Go(func() { h.followRights(ctx) })
	for ctx.Err() == nil {
		events := h.events
		if events == nil {
			if err := h.Begin(ctx); err != nil && ctx.Err() == nil {
				h.log.WarnContext(ctx, "events for live connections", "error", err)
				pause(ctx, time.Second)
			}
			continue
		}
		some, err := events.Next(ctx)
		switch {
		case err == nil:
			h.pass(ctx, some)
		case errors.Is(err, feed.ErrSlow):
			h.events = h.feed.Subscribe(events.Position())
		case errors.Is(err, feed.ErrReset):
			h.events = nil
			h.stopped()
		case ctx.Err() == nil:
			h.log.WarnContext(ctx, "events for live connections", "error", err)
			pause(ctx, time.Second)
		}
	}
	return nil
}

// Begin follows the log from its end on. Until then connections wait; Run begins where nobody has before.
func (h *Hub) Begin(ctx context.Context) error {
	events, cursor, err := h.feed.Head(ctx)
	if err != nil {
		return err
	}
	h.bump()
	h.events = events
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cursor = cursor
	close(h.begun)
	return nil
}

// stopped ends all connections because the log that they follow is not there any more. There are no others until the present one is
// followed.
func (h *Hub) stopped() {
	h.mu.Lock()
	h.begun = make(chan struct{})
	h.mu.Unlock()
	h.endAll(ReasonReset)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// Place is a place in the log from which a connection can watch.
type Place struct {
	// Cursor is just before the first event that the connection gets.
	Cursor feed.Cursor
	// era is that of the hub when it was asked for the place.
	era uint64
}

// Here is the place behind the last event that was passed on.
func (h *Hub) Here() Place {
	era := h.era.Load()
	h.mu.Lock()
	defer h.mu.Unlock()
	return Place{Cursor: h.cursor, era: era}
}

// Resume is the place of a cursor that a client has of an earlier connection, to this node or another one. Its error is feed.ErrReset
// for a place that is not in the log, or no longer.
func (h *Hub) Resume(ctx context.Context, c feed.Cursor) (Place, error) {
	era := h.era.Load()
	if _, err := h.feed.Resume(ctx, c); err != nil {
		return Place{}, err
	}
	return Place{Cursor: c, era: era}, nil
}

// deliver passes one event on. Rights that it ends have ended before.
func (h *Hub) deliver(ctx context.Context, e *fund.Event) {
	if !hidesNothing(e.Topic) {
		h.bump()
		h.recheck(ctx, e)
	}
	cursor := h.feed.Cursor(e)
	made := map[*audience]*Message{}
	for {
		h.mu.Lock()
		missing := h.unrendered(e, made)
		if len(missing) == 0 {
			// What was read of these facts before is not the state at the new place, nor that after the event, which a connection asks for
			// as soon as it is queued.
			h.states.drop(func(k stateKey) bool { return slices.Contains(e.Facts, k.fact) })
			h.queue(e, made)
			h.cursor = cursor
			h.mu.Unlock()
			return
		}
		h.mu.Unlock()
		for _, a := range missing {
			m, err := h.renderSurely(ctx, a, e)
			if err != nil {
				h.log.WarnContext(ctx, "a live message cannot be made", "topic", e.Topic, "subject", e.Subject, "error", err)
			}
			made[a] = m
		}
	}
}

// hidesNothing reports whether an event leaves everything that was visible as visible as before: a donation that arrived, what
// follows from one, and a streamer who went live.
func hidesNothing(t fund.Topic) bool {
	return t == fund.TopicDonationCompleted || t == fund.TopicFactLiveStarted || t == fund.TopicFactLiveEnded || t.Object() != fund.ObjectDonation && followsDonations[t]
}

var followsDonations = func() map[fund.Topic]bool {
	all := map[fund.Topic]bool{}
	for _, t := range fund.DonationTopics() {
		all[t] = true
	}
	return all
}()

// bump makes everything that was rendered, or found to be visible, be read again.
func (h *Hub) bump() { h.era.Add(1) }

// unrendered are the audiences that watch a fact of the event and have no message of it yet. The caller holds the lock.
func (h *Hub) unrendered(e *fund.Event, made map[*audience]*Message) []*audience {
	var missing []*audience
	for _, fact := range e.Facts {
		for a := range h.watching[fact] {
			if _, done := made[a]; !done {
				made[a] = nil
				missing = append(missing, a)
			}
		}
	}
	return missing
}

// queue hands the messages of an event to the connections. The caller holds the lock.
func (h *Hub) queue(e *fund.Event, made map[*audience]*Message) {
	for _, fact := range e.Facts {
		for a, conns := range h.watching[fact] {
			m := made[a]
			for c := range conns {
				if c.last == e.Position || !c.wants(fact, e) {
					continue
				}
				c.last = e.Position
				switch {
				case m == nil: // it could not be made
					c.end(ReasonRetry)
				case m.Body != nil:
					h.push(c, m)
					if !c.toWake {
						c.toWake = true
						h.due = append(h.due, c)
					}
				}
			}
		}
	}
}

// push queues a message for one connection, and does not wake it. The caller holds the lock.
func (h *Hub) push(c *Conn, m *Message) {
	if c.push(m) {
		h.stats.Messages++
	} else {
		h.stats.Slow++
		h.drop(c)
	}
}

// renderSurely is render, tried for a few seconds.
func (h *Hub) renderSurely(ctx context.Context, a *audience, e *fund.Event) (m *Message, err error) {
	for range renderTries {
		if m, err = h.render(ctx, a, e); err == nil || ctx.Err() != nil {
			return m, err
		}
		pause(ctx, renderAgain)
	}
	return nil, err
}

// render makes the message of an event for an audience, or finds it.
func (h *Hub) render(ctx context.Context, a *audience, e *fund.Event) (*Message, error) {
	late := h.app.Now().Sub(e.At) > lateAfter
	key := renderingKey{a.audienceKey, e.Position, late}
	era := h.era.Load()
	if m, known := h.rendered.get(key, era); known {
		return m, nil
	}
	o := Occurrence{Event: *e, Cursor: h.feed.Cursor(e), Late: late}
	body, err := a.format.Render(ctx, a.actor(), o)
	if err != nil {
		return nil, fmt.Errorf("event %d: %w", e.Position, err)
	}
	m := &Message{Event: *e, Cursor: o.Cursor.String(), Body: body}
	h.rendered.put(key, m, era)
	return m, nil
}

// tick wakes the connections for their heartbeats, and ends those that are old enough.
func (h *Hub) tick(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for group := 0; ; group = (group + 1) % beats {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			h.beat(group, now)
		}
	}
}

func (h *Hub) beat(group int, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.groups[group] {
		if now.After(c.until) {
			c.end(ReasonAge)
			continue
		}
		c.heartbeat()
	}
}

// lifetime is how old a new connection gets.
func lifetime() time.Duration { return maxAge - rand.N(maxAge/4) } //nolint:gosec // spreads load, hides nothing

// Stats returns the present numbers.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.stats
	s.Open = make(map[string]int, len(h.stats.Open))
	for kind, n := range h.stats.Open {
		s.Open[kind] = n
	}
	return s
}

// Close ends all connections, each with a hint when to come back, and takes no more.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	empty := h.conns == 0
	h.mu.Unlock()
	if empty {
		h.drain()
	}
	h.endAll(ReasonStopping)
}

// Drained is closed once the hub is closed and all connections have ended.
func (h *Hub) Drained() <-chan struct{} { return h.drained }
