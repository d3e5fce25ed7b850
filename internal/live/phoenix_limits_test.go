package live_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/testworld"
)

func TestASilentClientIsLetGo(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	s.phoenix.SetIdle(50 * time.Millisecond)
	s.dial(t, "?vsn=2.0.0", nil).wantClose(websocket.StatusGoingAway)
}

func TestHeartbeatsKeepAConnection(t *testing.T) {
	t.Parallel()
	const idle = 5 * time.Second // a busy machine may look elsewhere for a second or two
	s := newSocketStage(t)
	s.phoenix.SetIdle(idle)
	w := s.dial(t, "?vsn=2.0.0", nil)
	for began := time.Now(); time.Since(began) < idle+time.Second; {
		w.idle()
	}
}

// TestAFastClientWaits sends more frames than pass at once.
func TestAFastClientWaits(t *testing.T) {
	t.Parallel()
	const more = 5
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	began := time.Now()
	for range live.FrameBurst + more {
		w.send(`[null,"1","phoenix","heartbeat",{}]`)
	}
	for range live.FrameBurst + more {
		w.want(`[null,"1","phoenix","phx_reply",{"response":{},"status":"ok"}]`)
	}
	if took := time.Since(began); took < (more-1)*live.FrameEvery {
		t.Errorf("got all answers within %s, want the last after %s", took, more*live.FrameEvery)
	}
}

// TestRefusedConnections has all answers but 101.
func TestRefusedConnections(t *testing.T) {
	t.Parallel()
	from := func(*http.Request) netip.Addr { return netip.MustParseAddr("203.0.113.9") }
	for name, c := range map[string]struct {
		path   string
		change func(*live.PhoenixOptions)
		upTo   int // connections that are taken before
		status int
		said   string
	}{
		"another version":   {"/socket/websocket?vsn=3.0.0", nil, 0, http.StatusForbidden, "vsn must be 1.0.0 or 2.0.0"},
		"another path":      {"/socket/longpoll?vsn=2.0.0", nil, 0, http.StatusNotFound, "/socket/websocket"},
		"after the sunset":  {"/socket/websocket", func(o *live.PhoenixOptions) { o.Pushes = apiv3.NewSocket(apiv3.Options{Sunset: testworld.Start}) }, 0, http.StatusGone, "Version 3 of the API ended"},
		"too many requests": {"/socket/websocket", func(o *live.PhoenixOptions) { o.Limit = func(*http.Request) time.Duration { return time.Minute } }, 0, http.StatusTooManyRequests, "too many requests"},
		"too many of one":   {"/socket/websocket", func(o *live.PhoenixOptions) { o.Address = from }, 3, http.StatusTooManyRequests, "your address"},
	} {
		s := newSocketStage(t, func(o *live.PhoenixOptions) {
			if c.change != nil {
				c.change(o)
			}
		})
		for range c.upTo {
			s.dial(t, "", nil)
		}
		_, answer, err := websocket.Dial(t.Context(), s.server.URL+c.path, nil)
		if err == nil {
			t.Errorf("%s: got a connection", name)
			continue
		}
		body := make([]byte, 200)
		n, _ := answer.Body.Read(body)
		if answer.StatusCode != c.status || !strings.Contains(string(body[:n]), c.said) {
			t.Errorf("%s: got %d and %q, want %d and %q", name, answer.StatusCode, body[:n], c.status, c.said)
		}
	}
}

// TestClientsThatComeAtOnceAreTakenInTurn takes all who wait for at most PhoenixWait.
func TestClientsThatComeAtOnceAreTakenInTurn(t *testing.T) {
	t.Parallel()
	p := live.NewPhoenix(live.PhoenixOptions{})
	now := time.Unix(1_700_000_000, 0)
	most := int(live.PhoenixWait/live.PhoenixEvery) + 1
	for n := range most {
		if wait, ok := p.Turn(now); !ok || wait != time.Duration(n)*live.PhoenixEvery {
			t.Fatalf("client %d: got %s, %t, want %s", n, wait, ok, time.Duration(n)*live.PhoenixEvery)
		}
	}
	if wait, ok := p.Turn(now); ok {
		t.Errorf("got %s for one too many, want it refused", wait)
	}
	if wait, ok := p.Turn(now.Add(2 * live.PhoenixWait)); !ok || wait != 0 {
		t.Errorf("got %s, %t later, want no wait", wait, ok)
	}
}

// TestTopicsThatAreAskedForAgainAreNotRead counts statements.
func TestTopicsThatAreAskedForAgainAreNotRead(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	s.stage.here(t.Context())
	topics := []string{s.topic(s.Draft, "donation"), "fact.999999.donation", s.topic(s.Campaign, "donation")}
	find := func() (found []bool) {
		for _, topic := range topics {
			found = append(found, s.phoenix.Find(t.Context(), topic))
		}
		return found
	}
	find()
	statements := s.Statements(func() {
		if got, want := find(), []bool{false, false, true}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	// The feed reads the log meanwhile.
	if slices.ContainsFunc(statements, func(text string) bool { return strings.Contains(text, "facts") }) {
		t.Errorf("got %q, want no read of a fact", statements)
	}
}
