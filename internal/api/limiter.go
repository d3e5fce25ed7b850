package api

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

const (
	limiterShards = 64
	// shardCap bounds the memory of a limiter: 64 shards of 4096 clients are about 10 MB.
	shardCap = 4096
)

// Limiter counts calls by token and by client address. It is safe for concurrent use and
// may be shared by several wires, so that a caller has one budget for all of them.
type Limiter struct {
	token, address *bucket
	seed           maphash.Seed
}

// NewLimiter makes a limiter of these rates.
func NewLimiter(r Rates) *Limiter {
	return &Limiter{
		token:   newBucket(r.TokenPerMinute, r.TokenBurst),
		address: newBucket(r.AddressPerMinute, r.AddressBurst),
		seed:    maphash.MakeSeed(),
	}
}

// TakeAddress counts a call from addr that goes through no wire, and tells how long it has to
// wait; 0 lets it through.
func (l *Limiter) TakeAddress(addr netip.Addr, now time.Time) time.Duration {
	return time.Duration(l.takeAddress(addr, now).wait)
}

func (l *Limiter) takeAddress(addr netip.Addr, now time.Time) quota {
	if l.address == nil {
		return quota{}
	}
	return l.address.take(maphash.Comparable(l.seed, Network(addr)), now.UnixNano())
}

// TakeToken counts a call with a key that is no token of a wire, by its id; see TakeAddress.
func (l *Limiter) TakeToken(key string, now time.Time) time.Duration {
	return time.Duration(l.takeToken(key, now).wait)
}

func (l *Limiter) takeToken(key string, now time.Time) quota {
	if l.token == nil || key == "" {
		return quota{}
	}
	return l.token.take(maphash.String(l.seed, key), now.UnixNano())
}

// quota is what is left of a limit after one call. The zero quota is no limit.
type quota struct {
	limit int64 // calls in a full burst; 0 is no limit
	left  int64 // calls that may come at once now
	full  int64 // nanoseconds until the whole burst is there again
	wait  int64 // nanoseconds until one call may come; more than 0 means refused
}

// tighter is the quota that a caller meets first.
func (q quota) tighter(other quota) quota {
	switch {
	case q.limit == 0:
		return other
	case other.limit == 0:
		return q
	case other.wait > q.wait || other.left < q.left:
		return other
	}
	return q
}

// bucket is one limit for many keys, by the generic cell rate algorithm: all that it
// remembers of a key is the time when its burst will be whole again. Keys are seeded hashes:
// two that collide share a budget, which nobody can bring about from outside.
type bucket struct {
	interval int64 // nanoseconds that one call costs
	burst    int64
	shards   [limiterShards]bucketShard
}

type bucketShard struct {
	mu    sync.Mutex
	whole map[uint64]int64 // key to when its burst is whole again, Unix nanoseconds
	swept int64
}

func newBucket(perMinute, burst int) *bucket {
	if perMinute <= 0 {
		return nil
	}
	if burst <= 0 {
		burst = perMinute
	}
	b := &bucket{interval: max(int64(time.Minute)/int64(perMinute), 1), burst: int64(burst)}
	for i := range b.shards {
		b.shards[i].whole = map[uint64]int64{}
	}
	return b
}

func (b *bucket) take(key uint64, now int64) quota {
	s := &b.shards[key%limiterShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	old, known := s.whole[key]
	whole := max(old, now) + b.interval
	if over := whole - now - b.burst*b.interval; over > 0 {
		return quota{limit: b.burst, full: old - now, wait: over}
	}
	if !known {
		s.makeRoom(now)
	}
	s.whole[key] = whole
	return quota{limit: b.burst, left: b.burst - (whole-now+b.interval-1)/b.interval, full: whole - now}
}

// makeRoom keeps the shard under its cap: first without those who are idle, looking for
// them once a second at most, then without anyone. The one who is forgotten wrongly
// gets a whole burst, which is better than refusing newcomers.
func (s *bucketShard) makeRoom(now int64) {
	if len(s.whole) < shardCap {
		return
	}
	if now-s.swept >= int64(time.Second) {
		s.swept = now
		for key, whole := range s.whole {
			if whole <= now {
				delete(s.whole, key)
			}
		}
	}
	for key := range s.whole {
		if len(s.whole) < shardCap {
			return
		}
		delete(s.whole, key)
	}
}
