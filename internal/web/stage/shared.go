package stage

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/live"
)

// drawWithin is how long drawing an overlay may take.
const drawWithin = 10 * time.Second

// frameKey names what pages are sent together: an overlay by its key, in a language.
type frameKey struct{ key, language string }

// drawing is a frame that is being drawn, or about to be.
type drawing struct {
	done  chan struct{}
	frame live.Frame
	err   error
}

// sharing draws a frame once for all pages that ask for it at the same time: an address that was read off a stream costs no more for being opened often. Who
// asks gets a frame whose drawing began after that, so that it shows what happened before.
type sharing struct {
	mu sync.Mutex
	// next are the drawings that have not begun; a key without one whose drawing runs holds nil.
	next map[frameKey]*drawing
}

// frame is a frame that draw makes, for this page and others.
func (s *sharing) frame(ctx context.Context, key frameKey, draw func(context.Context) (live.Frame, error)) (live.Frame, error) {
	s.mu.Lock()
	one, running := s.next[key]
	if one == nil {
		one = &drawing{done: make(chan struct{})}
		s.next[key] = one
	}
	if !running {
		go s.draw(context.WithoutCancel(ctx), key, draw)
	}
	s.mu.Unlock()
	select {
	case <-one.done:
		return one.frame, one.err
	case <-ctx.Done():
		return live.Frame{}, ctx.Err()
	}
}

// draw draws what was asked for, one after the other, until nothing is.
func (s *sharing) draw(ctx context.Context, key frameKey, draw func(context.Context) (live.Frame, error)) {
	for {
		s.mu.Lock()
		one := s.next[key]
		if one == nil {
			delete(s.next, key)
			s.mu.Unlock()
			return
		}
		s.next[key] = nil
		s.mu.Unlock()
		one.make(ctx, draw)
	}
}

func (d *drawing) make(ctx context.Context, draw func(context.Context) (live.Frame, error)) {
	defer close(d.done)
	defer func() {
		if p := recover(); p != nil {
			d.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, drawWithin)
	defer cancel()
	d.frame, d.err = draw(ctx)
}
