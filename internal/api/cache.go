package api

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultCacheBytes = 64 << 20
	cacheShards       = 16
	// tagSlots is how many tags are told apart; two tags in one slot only go stale together.
	tagSlots = 1 << 16
	// maxCacheKey bounds what a caller can make the cache remember of a query.
	maxCacheKey = 1 << 10
)

// Cache keeps the encoded answers of Shared routes for the whole process. It is safe for
// concurrent use.
//
// The promise: a request that starts after Invalidate returned never gets an answer that
// was read before it. Why it holds: every fill notes the generation before its handler
// reads anything. Invalidate(t) first takes a new generation g and then writes g into t's
// slot, and returns after that. A fill that noted s < g may have read the older value;
// once t's slot holds g, the answer is refused wherever it comes from, because s < g.
// A fill that noted s >= g did so after the generation became g, thus after Invalidate was
// called, thus after the change was committed: what it read is new. So the slot may be
// written at any moment between; until then Invalidate has not returned, and nobody
// was promised anything. Slots only grow (two Invalidates may arrive in either order).
type Cache struct {
	generation   atomic.Uint64
	floor        atomic.Uint64 // the generation of the last InvalidateAll
	slots        [tagSlots]atomic.Uint64
	seed         maphash.Seed
	routes       atomic.Uint32
	hits, misses atomic.Uint64
	shards       [cacheShards]cacheShard
	// vouched reports whether the cache hears of changes; nil for always.
	vouched func() bool
}

// NewCache makes a cache of at most this many bytes; 0 is 64 MiB. An answer that is larger
// than a sixteenth of it is not kept.
func NewCache(bytes int64) *Cache {
	if bytes <= 0 {
		bytes = defaultCacheBytes
	}
	c := &Cache{seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i] = cacheShard{budget: bytes / cacheShards, entries: map[string]*entry{}, flights: map[string]*flight{}}
	}
	return c
}

// While gives answers only while vouched reports that the cache hears of changes, also of those that other processes make. Call it before the
// cache is used.
func (c *Cache) While(vouched func() bool) { c.vouched = vouched }

// Invalidate drops every answer that shows one of the tags. Call it after the change is
// committed and before its caller is answered. A nil cache has nothing to drop.
func (c *Cache) Invalidate(tags ...Tag) {
	if c == nil || len(tags) == 0 {
		return
	}
	g := c.generation.Add(1)
	for _, tag := range tags {
		raise(&c.slots[c.slot(tag)], g)
	}
}

// InvalidateAll drops every answer, whatever it shows, as Invalidate does.
func (c *Cache) InvalidateAll() {
	if c == nil {
		return
	}
	raise(&c.floor, c.generation.Add(1))
}

// raise sets a generation unless it is a later one already.
func raise(slot *atomic.Uint64, to uint64) {
	for old := slot.Load(); old < to && !slot.CompareAndSwap(old, to); old = slot.Load() {
	}
}

// Stats are how many reads of Shared routes were answered from the cache, and how many not,
// since the start.
func (c *Cache) Stats() (hits, misses uint64) {
	if c == nil {
		return 0, 0
	}
	return c.hits.Load(), c.misses.Load()
}

func (c *Cache) slot(tag Tag) uint32 {
	return uint32(maphash.Bytes(c.seed, tag[:]) % tagSlots)
}

func (c *Cache) shard(key []byte) *cacheShard {
	return &c.shards[maphash.Bytes(c.seed, key)%cacheShards]
}

// filled is what a fill brought, and what it depends on.
type filled struct {
	answer *answer
	start  uint64   // the generation before the handler read anything
	slots  []uint32 // the slots of its tags
	until  int64    // Unix nanoseconds; 0 is no time limit
	keep   bool     // false for answers without Freshness
}

// depend notes on what the answer depends.
func (c *Cache) depend(f *filled, fresh *Freshness) {
	if fresh == nil {
		return
	}
	f.keep = true
	f.slots = make([]uint32, len(fresh.Tags))
	for i, tag := range fresh.Tags {
		f.slots[i] = c.slot(tag)
	}
	if !fresh.Until.IsZero() {
		f.until = fresh.Until.UnixNano()
	}
}

// fresh reports whether the answer may be given to a request that came before now.
func (c *Cache) fresh(f *filled, now time.Time) bool {
	if !f.keep || f.until != 0 && now.UnixNano() >= f.until || c.floor.Load() > f.start {
		return false
	}
	for _, slot := range f.slots {
		if c.slots[slot].Load() > f.start {
			return false
		}
	}
	return true
}

// usable reports whether the answer of an entry may be given to a request that came before now; not so of nil.
func (c *Cache) usable(e *entry, now time.Time) bool {
	return e != nil && c.fresh(&e.filled, now) && (c.vouched == nil || c.vouched())
}

// get is the answer at key, or nil.
func (c *Cache) get(key []byte, now time.Time) *answer {
	s := c.shard(key)
	s.mu.RLock()
	e := s.entries[string(key)]
	s.mu.RUnlock()
	if !c.usable(e, now) {
		return nil
	}
	if !e.used.Load() {
		e.used.Store(true)
	}
	c.hits.Add(1)
	return e.filled.answer
}

// cacheShard is a part of the cache with its own lock and budget. It evicts by the CLOCK
// rule: the hand goes round and takes the first entry not used since it last came by.
type cacheShard struct {
	mu      sync.RWMutex
	budget  int64
	bytes   int64
	entries map[string]*entry
	ring    []*entry
	hand    int
	flights map[string]*flight
}

type entry struct {
	filled filled
	key    string
	size   int64
	place  int // in the ring
	used   atomic.Bool
}

// put keeps an answer. The caller holds the lock. It replaces an older one: there is one
// flight to a key at a time, so fills of a key land in the order in which they began.
func (s *cacheShard) put(key string, f filled) {
	e := &entry{filled: f, key: key, size: f.answer.size() + int64(2*len(key)+4*len(f.slots)) + entryOverhead}
	if old := s.entries[key]; old != nil {
		s.drop(old)
	}
	if e.size > s.budget {
		return
	}
	for s.bytes+e.size > s.budget {
		s.evict()
	}
	e.place = len(s.ring)
	s.ring = append(s.ring, e)
	s.entries[key] = e
	s.bytes += e.size
}

// evict drops one entry. There is one, because what is kept has bytes.
func (s *cacheShard) evict() {
	for {
		if s.hand >= len(s.ring) {
			s.hand = 0
		}
		e := s.ring[s.hand]
		if !e.used.Swap(false) {
			s.drop(e)
			return
		}
		s.hand++
	}
}

func (s *cacheShard) drop(e *entry) {
	last := len(s.ring) - 1
	s.ring[e.place] = s.ring[last]
	s.ring[e.place].place = e.place
	s.ring[last] = nil
	s.ring = s.ring[:last]
	delete(s.entries, e.key)
	s.bytes -= e.size
}

// entryOverhead is about what an entry takes besides its bytes: structs, map and ring.
const entryOverhead = 512
