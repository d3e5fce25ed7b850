package live_test

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/store"
)

// TestTheHubRestsWhileMoreHappensThanItPassesOn leaves donations the processors only then: what came in one go, or is caught up with, is
// passed on at once.
func TestTheHubRestsWhileMoreHappensThanItPassesOn(t *testing.T) {
	t.Parallel()
	const many = live.WakeAfter
	for _, c := range []struct {
		limit, events int
		meanwhile     int64
		took          time.Duration
		rest          time.Duration
		next          int
	}{
		{many, many, many, 10 * time.Millisecond, live.RestFor * 10 * time.Millisecond, many},
		{many, many, many, live.MaxRest / live.RestFor, live.MaxRest / live.RestFor * live.RestFor, many},
		{many, many, many, time.Minute, live.MaxRest, many / 2},
		{1, 1, many, time.Minute, live.MaxRest, 1},
		{4, 4, many, 10 * time.Millisecond, live.RestFor * 10 * time.Millisecond, 8},
		{many, many, many - 1, time.Minute, 0, many},
		{many, many, 0, time.Minute, 0, many},
		{many, many - 1, many, time.Minute, 0, many},
		{many / 2, many / 2, 0, time.Minute, 0, many},
	} {
		rest, next := live.AfterBatch(c.limit, c.events, c.meanwhile, c.took)
		if rest != c.rest || next != c.next {
			t.Errorf("%+v: got a rest of %s and then %d events", c, rest, next)
		}
	}
}

// TestManyEventsAtOnceAllArrive commits more of them than are queued between two wakes.
func TestManyEventsAtOnceAllArrive(t *testing.T) {
	t.Parallel()
	const many = 3*live.WakeAfter + 1
	s := newSite(t, live.HubOptions{})
	in := s.open(t, s.campaign()+"?types=donation.completed")
	in.next()
	s.Must(s.Store.Write(t.Context(), fund.ID{}, func(_ context.Context, tx *store.Tx) error {
		for range many {
			tx.Append(fund.Event{
				Topic: fund.TopicDonationCompleted, Subject: fund.ID{1}, Facts: []fund.ID{s.Campaign.ID}, At: s.Now(), Test: true,
				Detail: fund.Detail{Sample: []byte(`{"x":"y"}`)},
			})
		}
		return nil
	}))
	seen := map[string]bool{}
	for range many {
		seen[in.next().ID] = true
	}
	if len(seen) != many {
		t.Errorf("got %d events, want %d", len(seen), many)
	}
}
