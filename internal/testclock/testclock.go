// Package testclock gives tests a time that stands still unless they move it.
package testclock

import (
	"sync"
	"time"
)

// Clock is a time that many goroutines may ask for.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// At is a clock that stands at an instant.
func At(now time.Time) *Clock { return &Clock{now: now} }

// Now is the time on the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock, back with a negative duration.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
