package live_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// patience is how long something that comes may take on a busy machine, under the race detector.
const patience = time.Minute

// site is a world behind an HTTP server with live events.
type site struct {
	*testworld.World
	stage  *stage
	hub    *live.Hub
	server *httptest.Server
	// allowed is how many requests may still be counted; below 0 there is no limit.
	allowed atomic.Int64
}

func newSite(t testing.TB, o live.HubOptions) *site {
	t.Helper()
	return siteAt(t, storetest.SQLite(t), o)
}

// siteAt is newSite in an empty database.
func siteAt(t testing.TB, url string, o live.HubOptions) *site {
	t.Helper()
	return siteOf(t, url, testworld.Populate(t, testworld.NewAt(t, url, testworld.Options{At: testworld.Start})), o)
}

// siteOf is a site of a world in a database.
func siteOf(t testing.TB, url string, w *testworld.World, o live.HubOptions) *site {
	t.Helper()
	s := &site{stage: runStage(t, w.Service, o), World: w}
	s.stage.url = url
	s.allowed.Store(-1)
	s.hub = s.stage.hub
	mux := http.NewServeMux()
	s.server = httptest.NewServer(mux)
	mux.Handle("/live/", live.NewFeed(live.Options{
		App: w.App, Hub: s.hub, Objects: apiv5.NewLive(apiv5.Options{App: w.App, BaseURL: s.server.URL}), BaseURL: s.server.URL, Log: w.Logger,
		Limit: func(context.Context, netip.Addr) time.Duration {
			if s.allowed.Load() < 0 || s.allowed.Add(-1) >= 0 {
				return 0
			}
			s.allowed.Store(0)
			return time.Minute
		},
		Session: cookieOf("almoner_session"), Grant: cookieOf("almoner_grant"),
	}))
	t.Cleanup(func() {
		s.hub.Close()
		s.server.Close()
		<-s.hub.Drained()
	})
	return s
}

// cookieOf reads a cookie of a request; "" without one.
func cookieOf(name string) func(*http.Request) string {
	return func(r *http.Request) string {
		if c, err := r.Cookie(name); err == nil {
			return c.Value
		}
		return ""
	}
}

// entry is one server-sent event.
type entry struct {
	ID, Event string
	Data      map[string]any
	retry     string
}

// stream is a connection that reads server-sent events.
type stream struct {
	t      testing.TB
	body   io.ReadCloser
	lines  *bufio.Scanner
	header http.Header
}

func (s *site) get(t testing.TB, path string, headers ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

func (s *site) open(t testing.TB, path string, headers ...string) *stream {
	t.Helper()
	response := s.get(t, path, headers...)
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || !strings.HasPrefix(got, "text/event-stream") {
		body, _ := io.ReadAll(response.Body)
		t.Fatalf("%s: got %d %s %s, want a stream", path, response.StatusCode, got, body)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return &stream{t, response.Body, lines, response.Header}
}

// next reads one event.
func (s *stream) next() entry {
	s.t.Helper()
	timer := time.AfterFunc(patience, func() { _ = s.body.Close() })
	defer timer.Stop()
	var e entry
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "id":
			e.ID = value
		case "event":
			e.Event = value
		case "retry":
			e.retry = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e.Data); err != nil {
				s.t.Fatalf("%s: %v", value, err)
			}
			fits(s.t, e.Data, value)
		case "":
			if e.Event != "" {
				return e
			}
		}
	}
	s.t.Fatalf("the stream ended: %v", s.lines.Err())
	return e
}

func (s *site) campaign() string { return "/live/facts/" + s.Campaign.ID.String() + "/events" }

func (s *site) give(ctx context.Context, name, comment string) fund.Donation {
	return s.Give(ctx, fund.DonationInput{
		Fact: fund.Key{ID: s.Campaign.ID}, Amount: "12.50", Currency: "GBP", Name: name, Comment: comment, Email: "donor@example.org",
	}, time.Time{})
}

// at finds a value in an object.
func at(t testing.TB, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			of, ok := v.(map[string]any)
			if !ok {
				t.Fatalf("%v: %v has no %q", path, v, step)
			}
			v = of[step]
		case int:
			of, ok := v.([]any)
			if !ok || len(of) <= step {
				t.Fatalf("%v: %v has no item %d", path, v, step)
			}
			v = of[step]
		}
	}
	return v
}

// client is a WebSocket.
type client struct {
	t  testing.TB
	ws *websocket.Conn
}

func (s *site) dial(t testing.TB, headers http.Header) *client {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), strings.Replace(s.server.URL, "http", "ws", 1)+"/live/socket", &websocket.DialOptions{HTTPHeader: headers})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return &client{t, ws}
}

func (c *client) say(frame string) {
	c.t.Helper()
	if err := c.ws.Write(c.t.Context(), websocket.MessageText, []byte(frame)); err != nil {
		c.t.Fatal(err)
	}
}

// next reads one message of one of the types; without any the next one that is no heartbeat.
func (c *client) next(types ...string) map[string]any {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	for {
		_, frame, err := c.ws.Read(ctx)
		if err != nil {
			c.t.Fatalf("waiting for %v: %v", types, err)
		}
		var m map[string]any
		if err := json.Unmarshal(frame, &m); err != nil {
			c.t.Fatalf("%s: %v", frame, err)
		}
		fits(c.t, m, string(frame))
		if kind := m["type"]; kind == "heartbeat" && !slices.Contains(types, "heartbeat") {
			continue
		}
		if len(types) == 0 {
			return m
		}
		if kind, _ := m["type"].(string); slices.Contains(types, kind) {
			return m
		}
	}
}

// signIn is a session of somebody who signed in.
func (s *site) signIn(t testing.TB, u fund.User) (cookie string, session fund.ID) {
	t.Helper()
	ctx := t.Context()
	s.Must(s.SetPassword(ctx, app.System(), u.ID, "correct horse battery staple"))
	text := must.Get(s.SignIn(ctx, app.Credentials{Email: u.Email, Password: "correct horse battery staple"}))(t).Session
	return "almoner_session=" + text, must.Get(s.GetVisit(ctx, text))(t).Session.ID
}

// first is the cursor of the first event.
func (s *site) first(ctx context.Context) (string, error) {
	events, err := s.Store.EventsAfter(ctx, 0, 1)
	if err != nil {
		return "", err
	}
	return s.stage.feed.Cursor(&events[0]).String(), nil
}
