package live_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
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
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

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
	url := storetest.SQLite(t)
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
		Limit: func(*http.Request) time.Duration {
			if s.allowed.Load() < 0 || s.allowed.Add(-1) >= 0 {
				return 0
			}
			s.allowed.Store(0)
			return time.Minute
		},
		Session: func(r *http.Request) string {
			if c, err := r.Cookie("almoner_session"); err == nil {
				return c.Value
			}
			return ""
		},
	}))
	t.Cleanup(s.server.Close)
	return s
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
	timer := time.AfterFunc(20*time.Second, func() { _ = s.body.Close() })
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

func TestAStreamBeginsWithTheStateAndGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	before := s.give(t.Context(), "Ada", "Hello")
	s.stage.here(t.Context())
	for _, path := range []string{
		s.campaign(), "/live/@" + s.Ada.Slug + "/" + s.Campaign.Slug + "/events", "/live/events?facts=" + s.Campaign.ID.String() + ",@" + s.Ada.Slug + "/" + s.Campaign.Slug,
	} {
		in := s.open(t, path)
		state := in.next()
		if state.Event != "state" || state.ID != at(t, state.Data, "cursor") || state.ID == "" {
			t.Errorf("%s: got %+v, want the state with its cursor", path, state)
		}
		if got := at(t, state.Data, "facts", 0, "donations", 0, "id"); got != before.ID.String() {
			t.Errorf("%s: got %v, want the latest donation", path, got)
		}
		given := s.give(t.Context(), "Bob", "Go on")
		for {
			e := in.next()
			if e.Event != "donation.completed" {
				continue
			}
			for key, want := range map[string]any{
				"type": "donation.completed", "cursor": e.ID, "fact_id": s.Campaign.ID.String(), "object": "donation", "id": given.ID.String(),
				"test": false, "late": false, "replayed": false, "v": 1.0,
			} {
				if got := at(t, e.Data, key); got != want {
					t.Errorf("%s: %s: got %v, want %v", path, key, got, want)
				}
			}
			if got := at(t, e.Data, "data", "donor_name"); got != "Bob" {
				t.Errorf("%s: got %v, want Bob", path, got)
			}
			if _, private := e.Data["data"].(map[string]any)["donor_email"]; private {
				t.Errorf("%s: got a mail address without a token", path)
			}
			before = given
			break
		}
	}
}

func TestAStreamResumes(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	in := s.open(t, s.campaign()+"?types=donation.completed")
	begun := in.next()
	cursor := begun.ID
	if hint, _ := strconv.ParseFloat(begun.retry, 64); hint != at(t, begun.Data, "retry_ms") {
		t.Errorf("got retry %s and %v, want the same", begun.retry, begun.Data["retry_ms"])
	}
	_ = in.body.Close()
	var want []string
	for range 3 {
		want = append(want, s.give(t.Context(), "Bob", "").ID.String())
	}
	for name, open := range map[string]*stream{
		"header": s.open(t, s.campaign()+"?types=donation.completed&after=x", "Last-Event-ID", cursor),
		"after":  s.open(t, s.campaign()+"?types=donation.completed&after="+cursor),
	} {
		if state := open.next(); state.Event != "state" || state.ID != cursor {
			t.Errorf("%s: got %s %s, want the state, and the cursor that was asked for until what was missed has come", name, state.Event, state.ID)
		}
		for i, id := range want {
			e := open.next()
			if got := at(t, e.Data, "id"); got != id {
				t.Errorf("%s: event %d: got %v, want %v", name, i, got, id)
			}
		}
	}
}

func TestAForeignCursorIsReset(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	cursor := s.open(t, s.campaign()).next().ID
	epoch, rest, _ := strings.Cut(cursor, "-")
	for _, after := range []string{"nonsense", "aaaaaaaa-" + rest, epoch + "-00000000" + rest[8:], cursor + "99"} {
		if got := s.open(t, s.campaign()+"?after="+after).next(); got.Event != "reset" || at(t, got.Data, "reason") != "foreign" || at(t, got.Data, "facts", 0, "fact", "id") != s.Campaign.ID.String() {
			t.Errorf("%s: got %+v, want a reset with the state", after, got)
		}
	}
}

func TestACursorThatIsNoLongerKeptIsReset(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	cursor := s.open(t, s.campaign()).next().ID
	s.give(t.Context(), "Ada", "")
	s.give(t.Context(), "Bob", "")
	s.stage.here(t.Context())
	s.stage.change(t, "DELETE FROM events WHERE position < (SELECT MAX(position) FROM events)")
	if got := s.open(t, s.campaign()+"?after="+cursor).next(); got.Event != "reset" || at(t, got.Data, "reason") != "expired" || got.ID == cursor {
		t.Errorf("got %+v, want a reset", got)
	}
}

func TestWhatIsNotServed(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	many := make([]string, live.MaxFacts+1)
	for i := range many {
		many[i] = s.Campaign.ID.String()
	}
	for path, want := range map[string]int{
		s.campaign() + "?access_token=abc":               400,
		s.campaign() + "?TOKEN=abc":                      400,
		"/live/facts/" + fund.ID{1}.String() + "/events": 404,
		"/live/events": 400,
		"/live/events?facts=" + strings.Join(many, ","): 422,
		s.campaign() + "?types=donation.exploded":       422,
		"/live/nothing": 404,
		"/live/socket":  426,
	} {
		response := s.get(t, path)
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != want {
			t.Errorf("%s: got %d %s, want %d", path, response.StatusCode, body, want)
		}
	}
	refused := s.get(t, s.campaign(), "Authorization", "Bearer nobody")
	if refused.StatusCode != http.StatusUnauthorized || !strings.Contains(refused.Header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("got %d %v, want 401 that says why", refused.StatusCode, refused.Header)
	}
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
	ctx, cancel := context.WithTimeout(c.t.Context(), 20*time.Second)
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

func TestASocketWatchesManyFacts(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	c := s.dial(t, nil)
	c.say(`{"type":"hello","ref":"a"}`)
	if got := c.next(); got["type"] != "hello" || got["ref"] != "a" {
		t.Errorf("got %v, want a hello", got)
	}
	c.say(`{"type":"subscribe","ref":"b","facts":["` + s.Campaign.ID.String() + `"],"types":["donation.completed"]}`)
	if got := c.next(); got["type"] != "subscribed" || got["ref"] != "b" {
		t.Errorf("got %v, want subscribed", got)
	}
	if got := c.next(); got["type"] != "state" || at(t, got, "facts", 0, "fact", "id") != s.Campaign.ID.String() {
		t.Errorf("got %v, want the state", got)
	}
	c.say(`{"type":"subscribe","facts":["` + s.Cause.Slug + `"],"types":["donation.completed"]}`)
	c.next("state")
	given := s.give(t.Context(), "Bob", "")
	if got := c.next("donation.completed"); got["id"] != given.ID.String() {
		t.Errorf("got %v, want the donation", got)
	}
	c.say(`{"type":"unsubscribe","facts":["` + s.Campaign.ID.String() + `"]}`)
	if got := c.next(); got["type"] != "unsubscribed" || got["watching"] != 1.0 {
		t.Errorf("got %v, want the donation once, and then one fact", got)
	}
	c.say(`{"type":"ping","ref":"c"}`)
	if got := c.next(); got["type"] != "pong" || got["ref"] != "c" {
		t.Errorf("got %v, want a pong", got)
	}
	for frame, status := range map[string]float64{
		`{"type":"subscribe","facts":["@nobody/nothing"]}`: 404,
		`{"type":"subscribe"}`:                             400,
		`{"type":"dance"}`:                                 400,
	} {
		c.say(frame)
		if got := c.next(); got["type"] != "error" || got["status"] != status {
			t.Errorf("%s: got %v, want an error %v", frame, got, status)
		}
	}
}

func TestASocketRefusesWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	c := s.dial(t, nil)
	for range live.CommandBurst + 5 {
		c.say(`{"type":"ping"}`)
	}
	for range live.CommandBurst {
		c.next("pong")
	}
	if got := c.next("error"); got["status"] != 429.0 {
		t.Errorf("got %v, want 429", got)
	}
	c = s.dial(t, nil)
	c.say(`{"type":"` + strings.Repeat("x", live.MaxFrame) + `"}`)
	if _, _, err := c.ws.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("got %v, want a frame that is too big", err)
	}
}

// TestFactsThatAreAskedForCount asks for two facts at once, which are three requests of a stream and two more of a socket.
func TestFactsThatAreAskedForCount(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	two := s.Campaign.ID.String() + "," + s.Empty.ID.String()
	s.allowed.Store(3)
	s.open(t, "/live/events?facts="+two).next()
	s.allowed.Store(2)
	if got := s.get(t, "/live/events?facts="+two); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") != "60" {
		t.Errorf("got %d %v, want 429 that says when to come back", got.StatusCode, got.Header)
	}
	s.allowed.Store(1)
	c := s.dial(t, nil)
	names := `"facts":["` + strings.ReplaceAll(two, ",", `","`) + `"]}`
	for _, command := range []string{"subscribe", "unsubscribe"} {
		s.allowed.Store(1)
		c.say(`{"type":"` + command + `",` + names)
		if got := c.next("error"); got["status"] != 429.0 {
			t.Errorf("%s: got %v, want 429", command, got)
		}
		s.allowed.Store(2)
		c.say(`{"type":"` + command + `",` + names)
		c.next("state", "unsubscribed")
	}
}

// TestEventsOfManagersAreForThem appends events that not everybody gets, and those of the server's own.
func TestEventsOfManagersAreForThem(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx := t.Context()
	given := s.give(ctx, "Grace", "")
	following := map[string]*stream{}
	for name, token := range map[string]fund.Token{
		"the owner":   {Kind: fund.TokenUser, UserID: s.Ada.ID},
		"a stranger":  {Kind: fund.TokenUser, UserID: s.Bob.ID},
		"other staff": {Kind: fund.TokenCause, CauseID: s.Tiny.ID},
	} {
		token.Scopes = []string{fund.ScopePublic, fund.ScopeDonationsRead}
		text := must.Get(s.CreateToken(ctx, app.System(), token))(t)
		following[name] = s.open(t, s.campaign(), "Authorization", "Bearer "+text)
		following[name].next()
	}
	s.Must(s.Store.Write(ctx, fund.ID{}, func(_ context.Context, tx *store.Tx) error {
		for topic, subject := range map[fund.Topic]fund.ID{
			fund.TopicDonationChanged: given.ID, fund.TopicFactLeft: s.Campaign.ID, fund.TopicFactJoined: s.Campaign.ID,
			fund.TopicOwnersLeft: s.Campaign.ID, fund.TopicOwnersJoined: s.Campaign.ID,
		} {
			tx.Append(fund.Event{Topic: topic, Subject: subject, Facts: []fund.ID{s.Campaign.ID}, At: s.Now()})
		}
		return nil
	}))
	s.give(ctx, "the end", "")
	for name, in := range following {
		var got []string
		for e := in.next(); e.Event != "donation.completed"; e = in.next() {
			got = append(got, e.Event)
		}
		want := ""
		if name == "the owner" {
			want = "donation.changed"
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: got %q, want %q", name, text, want)
		}
	}
}

func TestLimitsOfConnections(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{MaxConnections: 2})
	first, second := s.open(t, s.campaign()), s.open(t, s.campaign())
	first.next()
	second.next()
	if got := s.get(t, s.campaign()); got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
		t.Errorf("got %d, want 503 and when to come back", got.StatusCode)
	}
	_ = first.body.Close()
	for s.hub.Stats().Open["sse"] > 1 {
		time.Sleep(time.Millisecond)
	}
	s.open(t, s.campaign()).next()
}

func TestRightsEndWhileConnected(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx := t.Context()
	text := must.Get(s.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenCause, CauseID: s.Cause.ID, Scopes: []string{fund.ScopePublic, fund.ScopeDonationsRead}}))(t)
	in := s.open(t, s.campaign(), "Authorization", "Bearer "+text)
	in.next()
	c := s.dial(t, nil)
	c.say(`{"type":"hello","token":"` + text + `"}`)
	c.say(`{"type":"subscribe","facts":["` + s.Campaign.ID.String() + `"]}`)
	c.next("state")
	s.give(ctx, "Bob", "")
	for e := in.next(); ; e = in.next() {
		if e.Event == "donation.completed" {
			if got := at(t, e.Data, "data", "donor_email"); got != "donor@example.org" {
				t.Errorf("got %v, want the mail address for the cause", got)
			}
			break
		}
	}
	if got := at(t, c.next("donation.completed"), "data", "donor_email"); got != "donor@example.org" {
		t.Errorf("got %v, want the mail address for the cause", got)
	}
	began := time.Now()
	s.Must(s.RevokeToken(ctx, app.System(), text))
	for e := in.next(); e.Event != "goodbye"; e = in.next() {
	}
	if got := c.next("goodbye"); got["reason"] != "rights" {
		t.Errorf("got %v, want that the rights ended", got)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("the connections ended after %s, want a second at most", took)
	}
}

// signIn is a session of somebody who signed in.
func (s *site) signIn(t testing.TB, u fund.User) (cookie string, session fund.ID) {
	t.Helper()
	ctx := t.Context()
	s.Must(s.SetPassword(ctx, app.System(), u.ID, "correct horse battery staple"))
	text := must.Get(s.SignIn(ctx, app.Credentials{Email: u.Email, Password: "correct horse battery staple"}))(t)
	return "almoner_session=" + text, must.Get(s.GetVisit(ctx, text))(t).Session.ID
}

func TestUnpublishedFactsAreForThoseWhoSeeThem(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	draft := "/live/facts/" + s.Draft.ID.String() + "/events"
	if got := s.get(t, draft).StatusCode; got != http.StatusNotFound {
		t.Errorf("got %d for everybody, want 404", got)
	}
	cookie, session := s.signIn(t, s.Ada)
	for name, headers := range map[string][]string{
		"no origin": {"Cookie", cookie}, "another origin": {"Cookie", cookie, "Origin", "https://evil.example"},
		"another site": {"Cookie", cookie, "Sec-Fetch-Site", "cross-site"},
	} {
		if got := s.get(t, draft, headers...).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: got %d with a cookie, want 404", name, got)
		}
	}
	streams := []*stream{
		s.open(t, draft, "Cookie", cookie, "Origin", s.server.URL), s.open(t, draft, "Cookie", cookie, "Sec-Fetch-Site", "same-origin"),
	}
	for _, in := range streams {
		in.next()
	}
	s.Must(s.EndSession(t.Context(), testworld.As(s.Ada), session))
	for _, in := range streams {
		e := in.next()
		for e.Event != "goodbye" {
			e = in.next()
		}
		if at(t, e.Data, "reason") != "rights" {
			t.Errorf("got %v, want that the rights ended", e.Data)
		}
	}
}

func TestAFactThatIsHiddenIsGone(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	in := s.open(t, s.campaign())
	in.next()
	c := s.dial(t, nil)
	c.say(`{"type":"subscribe","facts":["` + s.Campaign.ID.String() + `"]}`)
	c.next("state")
	must.Get(s.SuspendCause(t.Context(), app.System(), fund.Key{ID: s.Cause.ID}, "a reason"))(t)
	e := in.next()
	for e.Event != "gone" {
		if e.Event != "state" && e.Data["data"] != nil {
			t.Errorf("got %v, want nothing of a hidden fact", e)
		}
		e = in.next()
	}
	if got := at(t, e.Data, "fact_ids", 0); got != s.Campaign.ID.String() {
		t.Errorf("got %v, want the fact", got)
	}
	if got := in.next(); got.Event != "goodbye" || at(t, got.Data, "reason") != "gone" {
		t.Errorf("got %v, want that nothing is left", got)
	}
	if got := c.next("gone"); at(t, got, "fact_ids", 0) != s.Campaign.ID.String() {
		t.Errorf("got %v, want the fact", got)
	}
	c.say(`{"type":"ping"}`)
	if got := c.next("pong"); got["watching"] != nil {
		t.Errorf("got %v, want a socket that watches nothing", got)
	}
}

// TestHiddenTextDoesNotComeBack resumes from before a donation whose comment was hidden since.
func TestHiddenTextDoesNotComeBack(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	cursor := s.open(t, s.campaign()).next().ID
	given := s.give(t.Context(), "Rude", "Words")
	first := s.open(t, s.campaign()+"?types=donation.completed&after="+cursor)
	first.next()
	if got := at(t, first.next().Data, "data", "donor_comment"); got != "Words" {
		t.Fatalf("got %v, want the comment", got)
	}
	must.Get(s.ScreenDonation(t.Context(), app.System(), fund.Key{ID: given.ID}, fund.ScreeningHidden))(t)
	s.stage.here(t.Context())
	again := s.open(t, s.campaign()+"?types=donation.completed,donation.screened&after="+cursor)
	again.next()
	for _, want := range []string{"donation.completed", "donation.screened"} {
		e := again.next()
		if e.Event != want || at(t, e.Data, "data", "donor_comment") != nil || at(t, e.Data, "data", "donor_name") != "Anonymous" {
			t.Errorf("got %v, want %s without the text", e, want)
		}
	}
}

func TestClosingEndsConnectionsAndSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	in := s.open(t, s.campaign())
	in.next()
	c := s.dial(t, nil)
	c.say(`{"type":"subscribe","facts":["` + s.Campaign.ID.String() + `"]}`)
	c.next("state")
	s.hub.Close()
	if e := in.next(); e.Event != "goodbye" || at(t, e.Data, "reason") != "stopping" || e.retry == "" && at(t, e.Data, "retry_ms") == 0.0 {
		t.Errorf("got %+v, want a goodbye with a hint", e)
	}
	if got := c.next("goodbye"); got["reason"] != "stopping" || got["retry_ms"].(float64) < 1 {
		t.Errorf("got %v, want a goodbye with a hint", got)
	}
	select {
	case <-s.hub.Drained():
	case <-time.After(20 * time.Second):
		t.Error("connections are left after the hub was closed")
	}
	if got := s.get(t, s.campaign()).StatusCode; got != http.StatusServiceUnavailable {
		t.Errorf("got %d, want 503", got)
	}
}

func TestThoseWhoLostTheirConnectionTogetherComeBackOneByOne(t *testing.T) {
	t.Parallel()
	var least, most time.Duration = time.Hour, 0
	for range 5000 {
		hint := live.RetryHint()
		least, most = min(least, hint), max(most, hint)
	}
	if most-least < 10*time.Second || least < time.Second {
		t.Errorf("got hints between %s and %s, want ten seconds or more of them, and none at once", least, most)
	}
}

// TestAReaderThatStopsReadingIsClosed stops reading a stream while another goes on.
func TestAReaderThatStopsReadingIsClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	s.open(t, s.campaign()).next()
	quick := s.open(t, s.campaign())
	quick.next()
	sample := []byte(`{"x":"` + strings.Repeat("x", fund.MaxSampleBytes-100) + `"}`)
	for given := 0; s.hub.Stats().Slow == 0; given++ {
		s.Must(s.Store.Write(t.Context(), fund.ID{}, func(_ context.Context, tx *store.Tx) error {
			tx.Append(fund.Event{
				Topic: fund.TopicDonationCompleted, Subject: fund.ID{1}, Facts: []fund.ID{s.Campaign.ID}, At: s.Now(), Test: true,
				Detail: fund.Detail{Sample: sample},
			})
			return nil
		}))
		if e := quick.next(); at(t, e.Data, "test") != true || at(t, e.Data, "data", "x") == nil {
			t.Fatalf("got %+v, want the sample", e)
		}
		if given > 20_000 {
			t.Fatal("a reader that does not read is never closed")
		}
	}
}

// TestAMemberWhoLeavesIsGone watches what only members of a cause see.
func TestAMemberWhoLeavesIsGone(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx := t.Context()
	member := app.CauseMembership{Cause: s.Cause.ID, User: s.Cleo.ID, Role: fund.CauseFinance}
	s.Must(s.SetCauseRole(ctx, app.System(), member))
	cookie, _ := s.signIn(t, s.Cleo)
	in := s.open(t, "/live/facts/"+s.Draft.ID.String()+"/events", "Cookie", cookie, "Origin", s.server.URL)
	in.next()
	began := time.Now()
	s.Must(s.RemoveCauseMember(ctx, app.System(), member))
	if e := in.next(); e.Event != "gone" {
		t.Errorf("got %+v, want gone", e)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s, want a second at most", took)
	}
}

// TestMessagesHaveTheObjectsOfVersionFive makes, changes and removes parts of a campaign.
func TestMessagesHaveTheObjectsOfVersionFive(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx, ada, campaign := t.Context(), testworld.As(s.Ada), testworld.ByID(s.Campaign)
	in := s.open(t, s.campaign())
	in.next()
	poll := must.Get(s.CreatePoll(ctx, ada, campaign, fund.PollPatch{Name: fund.Some("Which game?"), Options: []fund.PollOptionPatch{{Name: fund.Some("Zelda")}}}))(t)
	milestone := must.Get(s.CreateMilestone(ctx, ada, campaign, fund.MilestonePatch{Name: fund.Some("Song"), Amount: fund.Some("10")}))(t)
	target := must.Get(s.CreateTarget(ctx, ada, campaign, fund.TargetPatch{Name: fund.Some("Run"), Amount: fund.Some("50")}))(t)
	s.Must(s.DeleteMilestone(ctx, ada, app.MilestoneKey{Milestone: fund.Key{ID: milestone.ID}}))
	name := must.Get(s.UpdateCampaign(ctx, ada, campaign, fund.CampaignPatch{Name: fund.Some("Renamed")}))(t).Name
	for kind, want := range map[string]struct{ id, name any }{
		"poll.created":      {poll.ID.String(), "Which game?"},
		"milestone.created": {milestone.ID.String(), nil}, // removed since
		"target.created":    {target.ID.String(), "Run"},
		"milestone.removed": {milestone.ID.String(), nil},
		"fact.changed":      {s.Campaign.ID.String(), name},
	} {
		again := s.open(t, s.campaign()+"?types="+kind+"&after="+must.Get(s.first(ctx))(t))
		again.next()
		e := again.next()
		if e.Event != kind || e.Data["id"] != want.id {
			t.Errorf("%s: got %+v, want the event", kind, e)
		}
		if want.name == nil {
			if e.Data["data"] != nil {
				t.Errorf("%s: got %v, want no object", kind, e.Data["data"])
			}
		} else if got := at(t, e.Data, "data", "name"); got != want.name {
			t.Errorf("%s: got the name %v, want %v", kind, got, want.name)
		}
	}
}

// first is the cursor of the first event.
func (s *site) first(ctx context.Context) (string, error) {
	events, err := s.Store.EventsAfter(ctx, 0, 1)
	if err != nil {
		return "", err
	}
	return s.stage.feed.Cursor(&events[0]).String(), nil
}
