// Package feed follows the event log of the store in order and passes it on in process.
//
// Every subscriber gets every event from the position it asked for, once and in the order of positions: first
// what is in the log already, then what arrives. A subscriber that falls too far behind the live events is
// closed with ErrSlow, and resumes from its last position with a new subscription; nothing is dropped
// silently. When the database turns out to hold another history than the one that was followed, every subscriber is
// closed with ErrReset. Subscribers cost nothing while nothing happens, and cannot hold up the log, the writers or each
// other.
package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ErrSlow closes a subscription that has fallen behind what the feed remembers.
var ErrSlow = errors.New("feed: subscriber is too slow")

const (
	// pageSize is how many events are read from the log at once.
	pageSize = 500
	// remembered is the default for how many recent events are held for subscribers.
	remembered = 4096
	// pollEvery is how often the log is read when nothing wakes the feed.
	pollEvery = time.Second
	// readTime is how long one look at the log may take. A connection that was cut is given up then, and the next look has another one.
	readTime = 10 * time.Second
	// listenAgain is the pause after the connection to the other nodes broke.
	listenAgain = 5 * time.Second
)

// Options configures a Follower.
type Options struct {
	Store *store.Store
	// From is the position after which it follows; nothing before it is remembered.
	From int64
	// Epoch is that of the database; see store.Queries.Epoch. Cursors name it.
	Epoch string
	// Log takes warnings; nil discards them.
	Log *slog.Logger
	// Now is the clock that Behind counts by; nil is time.Now.
	Now func() time.Time
	// Remember is how many events a subscriber may be behind; 0 is 4096.
	Remember int
}

// Follower follows the log of one store. It is safe for concurrent use.
type Follower struct {
	store *store.Store
	log   *slog.Logger
	now   func() time.Time
	keep  int
	wake  chan struct{}
	mu    sync.Mutex
	next  chan struct{} // closed when position moves
	// recent are the events after position start and up to position, that of the last event
	// that was seen.
	recent          []fund.Event
	start, position int64
	epoch           string
	// known is the event by which the next reading checks that the log is still the same.
	known knownEvent
	// looked is when the last look that reached the end of the log began, or Run; zero before Run.
	looked time.Time
	// history counts the histories that were followed: one, and one more for each log that took another's place.
	history int
}

// knownEvent is an event that was seen.
type knownEvent struct {
	position int64
	mark     fund.Mark
	// marked reports whether the mark is known; until then any event at the position will do.
	marked bool
}

// New makes a Follower. It starts nothing.
func New(o Options) *Follower {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Remember <= 0 {
		o.Remember = remembered
	}
	return &Follower{
		store: o.Store, log: o.Log, now: o.Now, keep: o.Remember, start: o.From, position: o.From, epoch: o.Epoch,
		known: knownEvent{position: o.From},
		wake:  make(chan struct{}, 1), next: make(chan struct{}),
	}
}

// Position is that of the last event that was seen.
func (f *Follower) Position() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.position
}

// Behind is for how long this process may have missed what others did: since the last look at the log that reached its end.
// It is below pollEvery while the database answers, and 0 before Run.
func (f *Follower) Behind() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.looked.IsZero() {
		return 0
	}
	return f.now().Sub(f.looked)
}

// sawEnd notes that a look that began then has reached the end of the log.
func (f *Follower) sawEnd(began time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looked = began
}

// Committed takes the events of a group that this node committed. It passes them on at once when they are the next
// ones; otherwise the log is read.
func (f *Follower) Committed(events []fund.Event) {
	f.mu.Lock()
	inOrder := len(events) > 0 && events[0].Position == f.position+1
	if inOrder {
		f.advance(events)
	}
	f.mu.Unlock()
	if !inOrder {
		f.Wake()
	}
}

// Wake makes Run read the log soon.
func (f *Follower) Wake() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Run follows the log until ctx ends; then its error is nil. It is woken by Committed, by the
// other nodes, and each second. A log that cannot be read is tried again.
func (f *Follower) Run(ctx context.Context) error {
	var listening sync.WaitGroup
	defer listening.Wait()
	listening.Go(func() { f.listen(ctx) })
	timer := time.NewTicker(pollEvery)
	defer timer.Stop()
	f.sawEnd(f.now())
	var failed bool
	for ctx.Err() == nil {
		err := f.catchUp(ctx)
		if err != nil && !failed && ctx.Err() == nil {
			f.log.WarnContext(ctx, "event log cannot be read", "error", err)
		}
		failed = err != nil
		select {
		case <-ctx.Done():
		case <-f.wake:
		case <-timer.C:
		}
	}
	return nil
}

// listen lets other nodes wake the feed. While it cannot, the feed still polls every second.
func (f *Follower) listen(ctx context.Context) {
	for ctx.Err() == nil {
		if err := f.store.Listen(ctx, f.Wake); err != nil && ctx.Err() == nil {
			f.log.WarnContext(ctx, "cannot listen for other nodes", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

// catchUp reads everything in the log after position.
func (f *Follower) catchUp(ctx context.Context) error {
	ctx = store.Awaited(ctx, readTime)
	for {
		began := f.now()
		known, from := f.place()
		events, err := f.store.EventsFrom(ctx, known.position, from, pageSize)
		if err != nil {
			return fmt.Errorf("events after %d: %w", from, err)
		}
		events, same := known.continued(events)
		if !same {
			return f.reset(ctx)
		}
		f.mu.Lock()
		f.advance(newer(events, f.position))
		f.known = f.known.newest(f.recent)
		f.mu.Unlock()
		if len(events) == 0 {
			f.sawEnd(began)
			return nil
		}
	}
}

// newer drops the events up to position, which arrived in process meanwhile.
func newer(events []fund.Event, position int64) []fund.Event {
	first := sort.Search(len(events), func(i int) bool { return events[i].Position > position })
	return events[first:]
}

// advance appends the next events and wakes the subscribers. The caller holds the lock.
func (f *Follower) advance(events []fund.Event) {
	if len(events) == 0 {
		return
	}
	f.recent = append(f.recent, events...)
	// Up to twice the promised number is held, so that copying is rare.
	if len(f.recent) >= 2*f.keep {
		old := len(f.recent) - f.keep
		f.start = f.recent[old-1].Position
		f.recent = slices.Clone(f.recent[old:])
	}
	f.position = events[len(events)-1].Position
	close(f.next)
	f.next = make(chan struct{})
}
