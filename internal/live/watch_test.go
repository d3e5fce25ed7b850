package live_test

import (
	"maps"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
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

// TestListenersAreToldApart counts connections by how they are connected, and for whom.
func TestListenersAreToldApart(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	fact, bot := fund.ID{1}, app.Actor{Kind: app.ActorApplication, Application: fund.ID{7}, Token: fund.ID{8}}
	again := bot
	again.Token = fund.ID{9}
	for kind, receivers := range map[string][]app.Actor{"sse": {{}, bot, again}, "websocket": {{}, {}}} {
		for _, actor := range receivers {
			c := must.Get(s.hub.Join(t.Context(), live.Joining{Kind: kind, Format: s.format, Receiver: live.Receiver{Actor: actor}}))(t)
			t.Cleanup(c.Close)
			s.Must(c.Watch(live.Watch{Facts: []fund.ID{fact}, From: s.here(t.Context())}))
			goLive(t, c)
		}
	}
	want := map[app.Listener]int{app.ListenerOf("sse", app.Actor{}): 1, app.ListenerOf("sse", bot): 2, app.ListenerOf("websocket", app.Actor{}): 2}
	if got := s.hub.Listeners(fact); !maps.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := s.hub.Listeners(fund.ID{2}); len(got) > 0 {
		t.Errorf("got %+v for a fact that nobody watches", got)
	}
}
