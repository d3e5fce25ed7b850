package live

import (
	"context"
	"fmt"
	"time"
)

// FrameBurst is how many frames of a client pass at once, FrameEvery the pace after that.
const (
	FrameBurst = frameBurst
	FrameEvery = frameEvery
)

// PhoenixEvery and PhoenixWait are the pace at which connections are taken, and how long one waits for it.
const (
	PhoenixEvery = phoenixEvery
	PhoenixWait  = phoenixWait
)

// ParseTopic names the fact and the stream of a topic; "" for none.
func ParseTopic(name string) string {
	t, ok := parseTopic(name)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s %s %d", t.fact.Key, t.stream, len(t.fact.find().Kinds))
}

// Pace takes a turn of a new client at each instant.
func Pace(at ...time.Time) []time.Duration {
	p := newPace()
	var waits []time.Duration
	for _, now := range at {
		waits = append(waits, max(0, p.take(now)))
	}
	return waits
}

// Turn takes a connection's turn.
func (p *Phoenix) Turn(now time.Time) (time.Duration, bool) { return p.turn(now) }

// SetIdle changes how long clients may be silent.
func (p *Phoenix) SetIdle(d time.Duration) { p.idle = d }

// Find finds the fact of a topic, and reports whether there is one.
func (p *Phoenix) Find(ctx context.Context, name string) bool {
	t, ok := parseTopic(name)
	return ok && !p.find(ctx, t.fact).IsZero()
}

// Watched is how many facts the connections of a hub watch.
func (h *Hub) Watched() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.watching)
}
