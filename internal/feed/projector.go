package feed

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/store"
)

const (
	// projectAgain is the pause after the leaderboards could not be written.
	projectAgain = time.Second
	// projectPause is the shortest pause between two transactions while donations arrive: folding them together costs
	// less.
	projectPause = 200 * time.Millisecond
)

// Projector keeps the leaderboards just behind the event log. Several nodes may run one each: every
// event is folded once.
type Projector struct {
	feed  *Follower
	store *store.Store
	log   *slog.Logger
	// written is how many pieces of work were committed, including those of the projection.
	written atomic.Int64
}

// NewProjector makes a Projector that the follower wakes. It starts nothing.
func NewProjector(f *Follower) *Projector {
	p := &Projector{feed: f, store: f.store, log: f.log}
	f.store.OnGroup(func(size int) { p.written.Add(int64(size)) })
	return p
}

// Run folds events into the leaderboards until ctx ends; then its error is nil. While others write too, it pauses
// after each transaction for at least as long as Store.ProjectRest says. It retries when the database refuses.
func (p *Projector) Run(ctx context.Context) error {
	var failed bool
	var written int64
	for ctx.Err() == nil {
		moved, began := p.feed.moved(), time.Now()
		done, err := p.store.Project(ctx)
		rest := time.NewTimer(pollEvery)
		switch {
		case err != nil:
			if !failed && ctx.Err() == nil {
				p.log.WarnContext(ctx, "leaderboards cannot be written", "error", err)
			}
			moved = nil
			rest.Reset(projectAgain)
		case done > 0:
			moved = nil
			rest.Reset(0)
			if now := p.written.Load(); now-written > 1 {
				rest.Reset(max(projectPause, p.store.ProjectRest(time.Since(began))))
			}
			written = p.written.Load()
		}
		failed = err != nil
		select {
		case <-ctx.Done():
		case <-moved:
		case <-rest.C:
		}
		rest.Stop()
	}
	return nil
}

// moved is closed when the next events are seen.
func (f *Follower) moved() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.next
}
