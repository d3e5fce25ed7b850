package feed

import (
	"cmp"
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/store"
)

const (
	// projectAgain is the pause after a projection could not be written.
	projectAgain = time.Second
	// projectPause is the shortest pause between two transactions while donations arrive, and how often at most two looks in succession find nothing
	// to do: folding donations together costs less, and a look for each group of writes costs each group.
	projectPause = 200 * time.Millisecond
	// SoonPause is that pause of what people wait for with their eyes.
	SoonPause = 25 * time.Millisecond
)

// Projection is what is made of the events of the log, in their order.
type Projection struct {
	// Name is what it makes, as the log calls it.
	Name string
	// Fold makes it of the next events and returns how many it has read, or how much else it has done; 0 when there is nothing to do. Each event
	// counts once, on whatever node.
	Fold func(context.Context) (int, error)
	// Pause is how long it rests at least after each transaction while donations arrive; 0 is 200 ms.
	Pause time.Duration
}

// Leaderboards is the projection of the leaderboards of a store.
func Leaderboards(s *store.Store) Projection {
	return Projection{Name: "leaderboards", Fold: s.Project}
}

// lookEvery is how often what nobody watches by the second is brought up to date at most: each time costs a transaction.
const lookEvery = 5 * time.Second

// RaisedHours is the projection of what the facts of a store raised in each hour.
func RaisedHours(s *store.Store) Projection { return rarely("raised hours", s.FoldHours) }

// SearchWords is the projection of the words of the names in a store.
func SearchWords(s *store.Store) Projection { return rarely("search words", s.FoldWords) }

// rarely is a projection that rests for a while whenever it has read all that there was, however much has come meanwhile.
func rarely(name string, fold func(context.Context) (store.Folded, error)) Projection {
	var next time.Time
	return Projection{Name: name, Fold: func(ctx context.Context) (int, error) {
		if time.Now().Before(next) {
			return 0, nil
		}
		done, err := fold(ctx)
		if !done.More {
			next = time.Now().Add(lookEvery)
		}
		return done.Events, err
	}}
}

// Projector keeps a projection just behind the event log. Several nodes may run one each.
type Projector struct {
	Projection
	feed  *Follower
	store *store.Store
	log   *slog.Logger
	// written is how many pieces of work were committed, including those of the projection.
	written atomic.Int64
}

// NewProjector makes a Projector that the follower wakes. It starts nothing.
func NewProjector(f *Follower, of Projection) *Projector {
	p := &Projector{Projection: of, feed: f, store: f.store, log: f.log}
	f.store.OnGroup(func(size int) { p.written.Add(int64(size)) })
	return p
}

// Run folds events until ctx ends; then its error is nil. While others write too, it pauses
// after each transaction for at least as long as Store.ProjectRest says. It rests, too, after two looks in succession, the second of which
// found nothing to do; a single one is made at once. It retries when the database refuses.
func (p *Projector) Run(ctx context.Context) error {
	var failed bool
	var written int64
	var began time.Time
	pause := cmp.Or(p.Pause, projectPause)
	for ctx.Err() == nil {
		moved, before := p.feed.moved(), began
		began = time.Now()
		done, err := p.Fold(ctx)
		rest := time.NewTimer(pollEvery)
		switch {
		case err != nil:
			if !failed && ctx.Err() == nil {
				p.log.WarnContext(ctx, p.Name+" cannot be written", "error", err)
			}
			moved = nil
			rest.Reset(projectAgain)
		case done > 0:
			moved = nil
			rest.Reset(0)
			if now := p.written.Load(); now-written > 1 {
				rest.Reset(max(pause, p.store.ProjectRest(time.Since(began))))
			}
			written = p.written.Load()
		case began.Sub(before) < pause:
			moved = nil
			rest.Reset(pause)
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
