package app

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// rememberActors bounds how long a node that missed a revocation goes on trusting a token.
	rememberActors = time.Minute
	actorShards    = 16
	// actorsPerShard bounds the cache: 16,384 tokens in all.
	actorsPerShard = 1024
)

// actorCache remembers whom tokens speak for, by their hash. Only hits are kept, so that
// guessing tokens cannot fill it.
type actorCache struct {
	// era grows with each revocation: what was read before it may not be put in after it.
	era    atomic.Uint64
	shards [actorShards]actorShard
}

type actorShard struct {
	mu      sync.RWMutex
	entries map[tokenHash]cachedActor
}

type cachedActor struct {
	actor Actor
	until time.Time
}

func newActorCache() *actorCache {
	c := &actorCache{}
	for i := range c.shards {
		c.shards[i].entries = map[tokenHash]cachedActor{}
	}
	return c
}

// shard relies on the hash being even in all its bits.
func (c *actorCache) shard(h tokenHash) *actorShard { return &c.shards[h[0]%actorShards] }

func (c *actorCache) get(h tokenHash, now time.Time) (Actor, bool) {
	s := c.shard(h)
	s.mu.RLock()
	defer s.mu.RUnlock()
	e, ok := s.entries[h]
	return e.actor, ok && now.Before(e.until)
}

// put keeps what was read in that era; a full shard gives up any one entry.
func (c *actorCache) put(h tokenHash, e cachedActor, era uint64) {
	s := c.shard(h)
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.era.Load() != era {
		return
	}
	if _, known := s.entries[h]; !known && len(s.entries) >= actorsPerShard {
		for other := range s.entries {
			delete(s.entries, other)
			break
		}
	}
	s.entries[h] = e
}

// drop forgets the token with this id. The era is raised first: a put that saw the old one has
// finished when its shard is swept, or is refused.
func (c *actorCache) drop(token fund.ID) {
	c.era.Add(1)
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for h, e := range s.entries {
			if e.actor.Token == token {
				delete(s.entries, h)
			}
		}
		s.mu.Unlock()
	}
}
