package live

import (
	"context"
	"time"
)

// pace lets what one client sends pass at a pace, after a burst. A client that is faster waits, and nothing of it is lost.
type pace struct {
	every time.Duration
	// full is when the whole burst may pass again, burst how far that may be ahead.
	full  time.Time
	burst time.Duration
}

// newPace makes the pace of a new client.
func newPace() *pace { return &pace{every: frameEvery, burst: frameEvery * frameBurst} }

// wait waits for its turn, or for the end of ctx.
func (p *pace) wait(ctx context.Context) {
	if d := p.take(time.Now()); d > 0 {
		pause(ctx, d)
	}
}

// take takes a turn at now, and returns how long to wait for it.
func (p *pace) take(now time.Time) time.Duration {
	if p.full.Before(now) {
		p.full = now
	}
	p.full = p.full.Add(p.every)
	return p.full.Sub(now) - p.burst
}
