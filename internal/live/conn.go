package live

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
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

	// last is the position of the last event that was queued, toWake whether the hub is to wake the connection, facts what is watched; the lock of the
	// hub guards them.
	last   int64
	toWake bool
	facts  map[fund.ID]*watched

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
