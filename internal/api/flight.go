package api

import (
	"context"
	"errors"
	"time"
)

// flight is one fill on its way, for all who ask for the same key meanwhile.
type flight struct {
	shard  *cacheShard
	key    string
	filled filled
	err    error
	done   chan struct{} // closed when filled and err are set
}

// errAbandoned is what those get who waited for a handler that panicked.
var errAbandoned = errors.New("the shared read was abandoned")

// landed is the done of a flight that never had to fly.
var landed = func() chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}()

// fillTime bounds a shared read, which does not end when its first caller goes away.
const fillTime = 30 * time.Second

// fill reads the answer at the source, and says until when it holds.
type fill func(ctx context.Context) (*answer, *Freshness, error)

// read is the answer at key from a fill that is shared with everyone who may have its
// result.
//
// A request may take a result when the flight began after the request arrived, or when
// the result is still fresh on landing: then none of its tags was invalidated since before
// the read, so none was invalidated before the request arrived either. Otherwise it goes
// again; the next flight begins after it arrived, so it waits for two at most.
func (c *Cache) read(ctx context.Context, key string, now time.Time, read fill) (*answer, error) {
	c.misses.Add(1)
	arrived := c.generation.Load()
	s := c.shard([]byte(key))
	for {
		f, leader := c.board(s, key, now)
		if leader {
			return c.lead(context.WithoutCancel(ctx), f, now, read)
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if f.filled.start >= arrived || f.err == nil && c.fresh(&f.filled, now) {
			return f.filled.answer, f.err
		}
	}
}

// board finds the flight to key or begins one, and then leads it. An answer that was kept
// meanwhile is a flight that has landed.
func (c *Cache) board(s *cacheShard, key string, now time.Time) (f *flight, leader bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.entries[key]; c.usable(e, now) {
		return &flight{filled: e.filled, done: landed}, false
	}
	if f := s.flights[key]; f != nil {
		return f, false
	}
	f = &flight{shard: s, key: key, err: errAbandoned, done: make(chan struct{}), filled: filled{start: c.generation.Load()}}
	s.flights[key] = f
	return f, true
}

// lead runs the fill and lands the flight, also when the fill panics.
func (c *Cache) lead(ctx context.Context, f *flight, now time.Time, read fill) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, fillTime)
	defer cancel()
	defer func() {
		f.shard.mu.Lock()
		defer f.shard.mu.Unlock()
		delete(f.shard.flights, f.key)
		if f.err == nil && c.fresh(&f.filled, now) {
			f.shard.put(f.key, f.filled)
		}
		close(f.done)
	}()
	a, fresh, err := read(ctx)
	if err == nil {
		f.filled.answer = a
		c.depend(&f.filled, fresh)
	}
	f.err = err
	return a, err
}
