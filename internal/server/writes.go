package server

import (
	"log/slog"
	"sync"
	"time"
)

const (
	// failingFor is how long writes count as failing when none is tried any more: without
	// readiness nobody may send one, and somebody has to try.
	failingFor = 5 * time.Second
	// summaryEvery is how often lasting failures are logged.
	summaryEvery = 10 * time.Second
)

// writes knows whether the database takes writes: from the end of the last group.
type writes struct {
	now func() time.Time
	log *slog.Logger

	mu sync.Mutex
	// failed is when the last group failed; zero after one that was committed.
	failed time.Time
	// logged is when a failure was last logged, unlogged how many came since.
	logged   time.Time
	unlogged int
}

// succeeded takes note of a group that was committed.
func (w *writes) succeeded(int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = time.Time{}
}

// groupFailed takes note of a group that was not, and logs it: the first at once, then one line
// for all that came since the last one.
func (w *writes) groupFailed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	w.failed = now
	w.unlogged++
	if now.Sub(w.logged) < summaryEvery {
		return
	}
	w.log.Error("writes fail", "groups", w.unlogged, "error", err)
	w.logged, w.unlogged = now, 0
}

// failing reports whether a write would most likely fail now.
func (w *writes) failing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.failed.IsZero() && w.now().Sub(w.failed) < failingFor
}
