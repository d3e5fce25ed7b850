package feed

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// Now subscribes to what follows the current end of the log.
const Now = math.MaxInt64

// Subscription is one reader of the log. It is for one goroutine.
type Subscription struct {
	feed *Follower
	// position is that of the last event that was handed out.
	position int64
	// history is that of the feed when the subscription was made.
	history int
	// live reports whether the subscriber has caught up with what the feed remembers.
	live bool
}

// Subscribe reads the log from after the position: 0 for all of it, Now for nothing that was seen. The position may be
// ahead of this node when another node has handed it out. A subscription needs no closing.
func (f *Follower) Subscribe(from int64) *Subscription {
	f.mu.Lock()
	defer f.mu.Unlock()
	if from == Now {
		from = f.position
	}
	return &Subscription{feed: f, position: from, history: f.history}
}

// Position is that of the last event that was handed out.
func (s *Subscription) Position() int64 { return s.position }

// Next waits for events after the last ones and returns at least one, in the order of their positions. Its error is
// ErrSlow, ErrReset, that of ctx, or that of the store; after the latter it can be called again.
func (s *Subscription) Next(ctx context.Context) ([]fund.Event, error) {
	for {
		events, wait, err := s.look()
		if err != nil {
			return nil, err
		}
		if len(events) == 0 && wait == nil {
			if events, err = s.feed.store.EventsAfter(ctx, s.position, pageSize); err != nil {
				return nil, fmt.Errorf("events after %d: %w", s.position, err)
			}
		}
		if len(events) > 0 {
			s.position = events[len(events)-1].Position
			return events, nil
		}
		if wait == nil {
			continue // the feed moved on between the two looks
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-wait:
		}
	}
}

// look returns what the feed remembers. Without events, wait says when to look again; without both, the events are
// only in the log.
func (s *Subscription) look() (events []fund.Event, wait <-chan struct{}, err error) {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case s.history != f.history:
		return nil, nil, errForeign
	case s.position >= f.position:
		s.live = true
		return nil, f.next, nil
	case s.position >= f.start:
		s.live = true
		events = newer(f.recent, s.position)
		return slices.Clone(events[:min(len(events), pageSize)]), nil, nil
	case s.live:
		return nil, nil, ErrSlow
	default:
		return nil, nil, nil
	}
}
