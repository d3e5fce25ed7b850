package live

import (
	"context"
	"sync"
	"time"
)

const (
	// drawWithin is how long a drawing may take.
	drawWithin = 10 * time.Second
	// drawnFor is for how long a drawing serves others while nothing happens.
	drawnFor = 10 * time.Second
)

// Sharing draws something once for all pages of this node that ask for it at the same time: what many have open, such as an address that was read off a stream,
// costs no more for that. Who asks gets a drawing that began after that, so that it shows what happened before.
type Sharing[K comparable, V any] struct {
	// here is the place in the log up to which events were passed on; nil for none.
	here func() int64

	mu sync.Mutex
	of map[K]*shared[V]
}

// NewSharing makes a Sharing. With here, which is the place in the log up to which events were passed on, a drawing also serves those who ask after it began while
// nothing happens, and it does not end.
func NewSharing[K comparable, V any](here func() int64) *Sharing[K, V] {
	return &Sharing[K, V]{here: here, of: map[K]*shared[V]{}}
}

// shared is what is drawn under one key.
type shared[V any] struct {
	// busy is set while somebody draws. running is what is drawn now, next what has not begun, kept the last one that serves others.
	busy                bool
	running, next, kept *drawing[V]
}

// drawing is one drawing.
type drawing[V any] struct {
	done chan struct{}
	// at is the place in the log when it began, and begun the time.
	at    int64
	begun time.Time
	value V
	// until is when what it shows ends if nothing happens; the zero time for never.
	until time.Time
	err   error
}

// Draw makes something, and says until when it is right if nothing happens; the zero time for ever.
type Draw[V any] func(context.Context) (v V, until time.Time, err error)

// Get is what draw makes, or what that of another page made. It does not end with ctx, for others may wait for it.
func (s *Sharing[K, V]) Get(ctx context.Context, key K, draw Draw[V]) (V, error) {
	one := s.join(ctx, key, draw)
	select {
	case <-one.done:
		return one.value, one.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// join is the drawing for somebody who asks now.
func (s *Sharing[K, V]) join(ctx context.Context, key K, draw Draw[V]) *drawing[V] {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.of[key]
	if of == nil {
		of = &shared[V]{}
		s.of[key] = of
	}
	switch here := s.place(); {
	case s.here != nil && of.running != nil && of.running.at >= here:
		return of.running
	case of.kept != nil && of.kept.at >= here && of.kept.lasts(time.Now()):
		return of.kept
	case of.next == nil:
		of.next = &drawing[V]{done: make(chan struct{})}
	}
	if !of.busy {
		of.busy = true
		go s.draw(context.WithoutCancel(ctx), key, of, draw)
	}
	return of.next
}

func (s *Sharing[K, V]) place() int64 {
	if s.here == nil {
		return 0
	}
	return s.here()
}

// lasts reports whether a drawing that was made still serves others while nothing happens.
func (d *drawing[V]) lasts(now time.Time) bool {
	return now.Sub(d.begun) < drawnFor && (d.until.IsZero() || now.Before(d.until))
}

// draw draws what was asked for, one after the other, until nothing is.
func (s *Sharing[K, V]) draw(ctx context.Context, key K, of *shared[V], draw Draw[V]) {
	for {
		s.mu.Lock()
		one := of.next
		of.running, of.next = one, nil
		if one == nil {
			of.busy = false
			s.forget(key, of)
			s.mu.Unlock()
			return
		}
		one.at, one.begun = s.place(), time.Now()
		s.mu.Unlock()
		one.make(ctx, draw)
		if s.here != nil && one.err == nil {
			s.mu.Lock()
			of.kept = one
			s.mu.Unlock()
		}
	}
}

// forget drops what serves nobody any more. The caller holds the lock.
func (s *Sharing[K, V]) forget(key K, of *shared[V]) {
	if of.kept == nil {
		delete(s.of, key)
	}
	now := time.Now()
	for other, one := range s.of {
		if !one.busy && (one.kept == nil || !one.kept.lasts(now)) {
			delete(s.of, other)
		}
	}
}

func (d *drawing[V]) make(ctx context.Context, draw Draw[V]) {
	defer close(d.done)
	ctx, cancel := context.WithTimeout(ctx, drawWithin)
	defer cancel()
	d.err = apart(func() (err error) {
		d.value, d.until, err = draw(ctx)
		return err
	})
}
