package live

import (
	"context"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// fresh is for how long what was read for one connection serves others, unless something happens meanwhile.
	fresh = time.Second
	// maxRemembered is how many messages, states and answers are held for others.
	maxRemembered = 4096
)

// memory holds what was read, for a moment. Everything in it is of one era of the hub.
type memory[K comparable, V any] struct {
	mu    sync.Mutex
	era   uint64
	since time.Time
	held  map[K]V
}

func newMemory[K comparable, V any]() *memory[K, V] { return &memory[K, V]{held: map[K]V{}} }

// at empties a memory that is of another era, too old or too full. The caller holds the lock.
func (m *memory[K, V]) at(era uint64) {
	if now := time.Now(); era > m.era || now.Sub(m.since) > fresh || len(m.held) >= maxRemembered {
		m.era, m.since = max(era, m.era), now
		clear(m.held)
	}
}

func (m *memory[K, V]) get(key K, era uint64) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at(era)
	v, ok := m.held[key]
	return v, ok
}

// put holds what was read in an era, if that has not passed.
func (m *memory[K, V]) put(key K, v V, era uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at(era); m.era == era {
		m.held[key] = v
	}
}

// drop forgets one thing.
func (m *memory[K, V]) drop(match func(K) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key := range m.held {
		if match(key) {
			delete(m.held, key)
		}
	}
}

type sightKey struct{ token, user, cause, grant, overlay, fact fund.ID }

// renderingKey is a message: of an event, for an audience, late or not.
type renderingKey struct {
	audienceKey
	position int64
	late     bool
}

type stateKey struct {
	audienceKey
	fact fund.ID
}

// stateRead is the present state of a fact while it is read, and afterwards.
type stateRead struct {
	ready chan struct{}
	body  []byte
	err   error
}

// State is the present state of a fact as the connection's receiver sees it. It has everything that was passed on before the call: it is
// read once for all who ask while nothing happens.
func (h *Hub) State(ctx context.Context, c *Conn, seen app.Seen, read func(context.Context, app.Seen) ([]byte, error)) ([]byte, error) {
	return h.StateOf(ctx, c, seen.Fact().ID, func(ctx context.Context) ([]byte, error) { return read(ctx, seen) })
}

// StateOf is State for connections that do not read the fact each: read does.
func (h *Hub) StateOf(ctx context.Context, c *Conn, fact fund.ID, read func(context.Context) ([]byte, error)) ([]byte, error) {
	key := stateKey{c.audience.audienceKey, fact}
	era := h.era.Load()
	h.states.mu.Lock()
	h.states.at(era)
	one, known := h.states.held[key]
	if !known {
		one = &stateRead{ready: make(chan struct{})}
		h.states.held[key] = one
	}
	h.states.mu.Unlock()
	if known {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-one.ready:
		}
		if one.err == nil {
			return one.body, nil
		}
		return read(ctx) // the one who read it may have gone
	}
	one.body, one.err = read(ctx)
	close(one.ready)
	return one.body, one.err
}
