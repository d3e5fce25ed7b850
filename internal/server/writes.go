package server

import (
	"log/slog"
	"sync"
	"time"
)

// failingFor is how long writes count as failing when none is tried any more: without
// readiness nobody may send one, and somebody has to try.
const failingFor = 5 * time.Second

// writes knows whether the database takes writes: from the end of the last group.
type writes struct {
	now func() time.Time
	log *slog.Logger

	mu sync.Mutex
	// failed is when the last group failed; zero after one that was committed.
	failed time.Time
}

// succeeded takes note of a group that was committed.
func (w *writes) succeeded(int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = time.Time{}
}

// groupFailed takes note of a group that was not, and logs it.
func (w *writes) groupFailed(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = w.now()
	w.log.Error("writes fail", "error", err)
}

// failing reports whether a write would most likely fail now.
func (w *writes) failing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.failed.IsZero() && w.now().Sub(w.failed) < failingFor
}
