package app

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// vouchFor is how long this process may have missed what others did until nobody is let in by what it remembers, or answered from it. It is some looks at the
	// log, which are a second apart.
	vouchFor = 5 * time.Second
	// rememberFor limits how long a node that missed an event uses stale values.
	rememberFor  = time.Minute
	memoryShards = 16
	// memoryPerShard limits a memory to 16,384 values in all.
	memoryPerShard = 1024
)

// memory caches what was read from the store for the hot paths. Only what was found is cached, so that guessing cannot fill it.
type memory[K comparable, V any] struct {
	seed maphash.Seed
	// era grows with each drop: a value read before a drop must not be stored after it.
	era    atomic.Uint64
	shards [memoryShards]memoryShard[K, V]
}

type memoryShard[K comparable, V any] struct {
	mu      sync.RWMutex
	entries map[K]remembered[V]
}

type remembered[V any] struct {
	value V
	until time.Time
}

func newMemory[K comparable, V any]() *memory[K, V] {
	m := &memory[K, V]{seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i].entries = map[K]remembered[V]{}
	}
	return m
}

func (m *memory[K, V]) shard(key K) *memoryShard[K, V] {
	return &m.shards[maphash.Comparable(m.seed, key)%memoryShards]
}

func (m *memory[K, V]) get(key K, now time.Time) (V, bool) {
	s := m.shard(key)
	s.mu.RLock()
	defer s.mu.RUnlock()
	e, ok := s.entries[key]
	return e.value, ok && now.Before(e.until)
}

// put stores a value read in that era; a full shard drops an arbitrary entry.
func (m *memory[K, V]) put(key K, e remembered[V], era uint64) {
	s := m.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.era.Load() != era {
		return
	}
	if _, known := s.entries[key]; !known && len(s.entries) >= memoryPerShard {
		for other := range s.entries {
			delete(s.entries, other)
			break
		}
	}
	s.entries[key] = e
}

// drop forgets every match. It raises the era first: a put that saw the old era has either finished when its shard is swept, or is refused.
func (m *memory[K, V]) drop(matches func(V) bool) {
	m.era.Add(1)
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		for key, e := range s.entries {
			if matches(e.value) {
				delete(s.entries, key)
			}
		}
		s.mu.Unlock()
	}
}
