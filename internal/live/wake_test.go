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
		passed   int
		happened int64
		took     time.Duration
		want     time.Duration
	}{
		{many, many, 10 * time.Millisecond, live.RestFor * 10 * time.Millisecond},
		{many, many, time.Minute, live.MaxRest},
		{many, many - 1, time.Minute, 0},
		{many, 0, time.Minute, 0},
		{many - 1, many, time.Minute, 0},
	} {
		if got := live.RestAfter(c.passed, c.happened, c.took); got != c.want {
			t.Errorf("%d events, %d others, %s: got a rest of %s, want %s", c.passed, c.happened, c.took, got, c.want)
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
