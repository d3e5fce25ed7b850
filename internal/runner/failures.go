package runner

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// failures counts and logs the failures of one kind of work.
type failures struct {
	log   *slog.Logger
	now   func() time.Time
	count atomic.Int64

	mu sync.Mutex
	// logged is when a failure was last logged, since how many were not since then.
	logged time.Time
	since  int
}

// failed counts a failure, and logs it unless another of the kind was logged less than logEvery ago. While the database or a provider is
// unavailable that is only a warning, because the work is tried again.
func (k *kind) failed(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	k.count.Add(1)
	level := slog.LevelWarn
	if fault.Is(err, fault.Internal) {
		level = slog.LevelError
	}
	failed, quiet := k.quiet()
	if quiet {
		level = slog.LevelDebug
	}
	k.log.Log(ctx, level, "background work", "kind", k.Work, "failed", failed, "error", err)
}

// quiet reports whether a failure is not worth a line of its own now, and how many there were since the last line.
func (f *failures) quiet() (failed int, quiet bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.since++
	now := f.now()
	if !f.logged.IsZero() && now.Before(f.logged.Add(logEvery)) {
		return f.since, true
	}
	failed, f.logged, f.since = f.since, now, 0
	return failed, false
}
