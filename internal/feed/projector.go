package feed

import (
	"context"
	"log/slog"
	"time"

	"github.com/almoner/almoner/internal/store"
)

// projectAgain is the pause after the leaderboards could not be written.
const projectAgain = time.Second

// Projector keeps the leaderboards just behind the event log. Several nodes may run one each: every
// event is folded once.
type Projector struct {
	feed  *Follower
	store *store.Store
	log   *slog.Logger
}

// NewProjector makes a Projector that the follower wakes. It starts nothing.
func NewProjector(f *Follower) *Projector { return &Projector{feed: f, store: f.store, log: f.log} }

// Run folds events into the leaderboards until ctx ends; then its error is nil. After each
// transaction it pauses for as long as that took, so that donors get at least every other turn. A
// database that does not take it is tried again.
func (p *Projector) Run(ctx context.Context) error {
	var failed bool
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
			rest.Reset(time.Since(began))
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
