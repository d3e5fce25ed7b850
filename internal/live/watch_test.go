package live_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
)

func TestWatchersAreCounted(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	a, b := fund.ID{1}, fund.ID{2}
	counts := func(when string, ofA, ofB int) {
		t.Helper()
		if gotA, gotB := s.hub.Watchers(a), s.hub.Watchers(b); gotA != ofA || gotB != ofB {
			t.Errorf("%s: got %d and %d who watch, want %d and %d", when, gotA, gotB, ofA, ofB)
		}
	}
	counts("nobody", 0, 0)
	one, two := s.join(t.Context()), s.join(t.Context())
	s.Must(one.Watch(live.Watch{Facts: []fund.ID{a}, From: s.here(t.Context())}))
	s.Must(two.Watch(live.Watch{Facts: []fund.ID{a, b}, From: s.here(t.Context())}))
	goLive(t, one)
	goLive(t, two)
	counts("both", 2, 1)
	two.Unwatch(a)
	counts("one does not watch any more", 1, 1)
	two.Close()
	one.Close()
	counts("both gone", 0, 0)
}
