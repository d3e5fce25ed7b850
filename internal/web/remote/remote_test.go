package remote_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/remote"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// house is a world whose desk is served, with a key of it and an overlay for alerts.
type house struct {
	*testworld.World
	t       *testing.T
	desk    http.Handler
	key     string
	id      fund.ID
	overlay app.OverlayVisit
	// wait is how long requests of a key have to wait.
	wait time.Duration
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{World: testworld.Populate(t, testworld.New(t, testworld.Options{At: testworld.Start})), t: t}
	h.desk = remote.New(remote.Options{App: h.App, Log: h.Logger, LimitKey: func(string) time.Duration { return h.wait }})
	ada, on := testworld.As(h.Ada), testworld.ByID(h.Campaign)
	o := must.Get(h.CreateOverlay(t.Context(), ada, on, fund.OverlayPatch{Name: fund.Some("a"), Kind: fund.Some(fund.OverlayAlerts), Theme: fund.Some(fund.ThemeCard)}))(t)
	h.overlay = must.Get(h.OpenOverlay(t.Context(), o.Key))(t)
	must.Get(h.MeetPlayer(t.Context(), h.overlay, "page"))(t)
	key, made, err := h.MakeDeskKey(t.Context(), ada, on, "Deck")
	must.Do(t, err)
	h.key, h.id = key, made.ID
	h.queue()
	return h
}

func (h *house) queue() {
	h.t.Helper()
	for must.Get(h.QueueAlerts(h.t.Context()))(h.t) > 0 {
	}
}

// gives donates under some names, one after the other.
func (h *house) gives(names ...string) {
	h.t.Helper()
	for _, name := range names {
		h.Clock.Advance(time.Second)
		h.Give(h.t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "5", Name: name}, h.Clock.Now())
		h.queue()
	}
}

// starts starts the alert that is next.
func (h *house) starts() fund.ID {
	h.t.Helper()
	h.Clock.Advance(fund.DefaultAlertRest)
	next := must.Get(h.Cue(h.t.Context(), h.overlay))(h.t).Next
	if !must.Get(h.StartAlert(h.t.Context(), h.overlay, "page", next, 0))(h.t) {
		h.t.Fatal("no alert started")
	}
	return next
}

// state is what is answered.
type state struct {
	State   string  `json:"state"`
	Waiting int     `json:"waiting"`
	Alert   *string `json:"alert"`
	Pinned  bool    `json:"pinned"`
}

// asks sends a request, with headers as pairs.
func (h *house) asks(method, path, body string, pairs ...string) *http.Response {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(body))
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	w := httptest.NewRecorder()
	h.desk.ServeHTTP(w, r)
	return w.Result()
}

// does does an act with the key, and returns the state that is answered.
func (h *house) does(act string, pairs ...string) (s state) {
	h.t.Helper()
	answer := h.asks(http.MethodPost, remote.Path+"/"+act, "", append(pairs, "Authorization", "Bearer "+h.key)...)
	body := must.Get(io.ReadAll(answer.Body))(h.t)
	if answer.StatusCode != http.StatusOK {
		h.t.Fatalf("%s: got %s\n%s", act, answer.Status, body)
	}
	must.Do(h.t, json.Unmarshal(body, &s))
	return s
}

// TestButtonsRunTheDesk presses every button, most of them twice.
func TestButtonsRunTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.gives("One", "Two", "Three")
	for _, c := range []struct{ act, state string }{
		{"pause", "paused"}, {"pause", "paused"}, {"resume", "on"}, {"resume", "on"}, {"off", "off"}, {"off", "off"}, {"on", "on"}, {"skip", "on"}, {"again", "on"}, {"pin", "on"}, {"unpin", "on"},
	} {
		if got := h.does(c.act); got.State != c.state || got.Waiting != 3 || got.Alert != nil {
			t.Errorf("%s: got %+v, want the state %s and three that wait", c.act, got, c.state)
		}
	}
	shown := h.starts().String()
	if got := h.does("pin"); got.Alert == nil || *got.Alert != shown || !got.Pinned || got.Waiting != 2 {
		t.Errorf("got %+v, want the alert pinned", got)
	}
	if got := h.does("unpin"); got.Alert != nil || got.Pinned {
		t.Errorf("got %+v, want nothing shown", got)
	}
	h.starts()
	if got := h.does("skip"); got.Alert != nil || got.Waiting != 1 {
		t.Errorf("got %+v, want the second skipped", got)
	}
	for range 2 {
		if got := h.does("again"); got.Waiting != 2 {
			t.Errorf("got %+v, want it once more", got)
		}
	}
	if got := h.does("test"); got.Waiting != 3 {
		t.Errorf("got %+v, want a test", got)
	}
	if got := h.does("on_empty"); got.Waiting != 0 {
		t.Errorf("got %+v, want nothing that waits", got)
	}
	answer := h.asks(http.MethodGet, remote.Path, "", "Authorization", "Bearer "+h.key)
	if body := must.Get(io.ReadAll(answer.Body))(t); string(body) != `{"state":"on","waiting":0,"alert":null,"pinned":false}` {
		t.Errorf("got %s, want the state", body)
	}
}

// TestARepeatedButton skips one alert however often a request is sent, and refuses another act under its key.
func TestARepeatedButton(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.gives("One", "Two", "Three")
	h.starts()
	h.does("skip", "Idempotency-Key", "first")
	second := h.starts().String()
	answer := h.asks(http.MethodPost, remote.Path+"/skip", "", "Idempotency-Key", "first", "Authorization", "Bearer "+h.key)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("got %s and %v, want the answer from before", answer.Status, answer.Header)
	}
	if got := h.does("resume"); got.Alert == nil || *got.Alert != second {
		t.Errorf("got %+v, want the second alert still shown", got)
	}
	if answer := h.asks(http.MethodPost, remote.Path+"/pause", "", "Idempotency-Key", "first", "Authorization", "Bearer "+h.key); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %s for another act under the same key, want 422", answer.Status)
	}
	if got := h.does("skip", "Idempotency-Key", "second"); got.Alert != nil {
		t.Errorf("got %+v, want the second skipped under a key of its own", got)
	}
	other, _, err := h.MakeDeskKey(t.Context(), testworld.As(h.Ada), testworld.ByID(h.Campaign), "Other")
	must.Do(t, err)
	h.key = other
	h.starts()
	if got := h.does("skip", "Idempotency-Key", "first"); got.Alert != nil {
		t.Errorf("got %+v, want another deck to have names of its own", got)
	}
}

// TestWhatIsRefused sends what does nothing.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.gives("One")
	right := "Bearer " + h.key
	for name, c := range map[string]struct {
		method, path, key, body string
		want                    int
	}{
		"no key":                {http.MethodPost, "/pause", "", "", http.StatusUnauthorized},
		"a key that is none":    {http.MethodPost, "/pause", "Bearer x", "", http.StatusUnauthorized},
		"the key of an overlay": {http.MethodPost, "/pause", "Bearer " + h.overlay.Key, "", http.StatusUnauthorized},
		"another scheme":        {http.MethodPost, "/pause", "Basic " + h.key, "", http.StatusUnauthorized},
		"no key, to look":       {http.MethodGet, "", "", "", http.StatusUnauthorized},
		"a GET":                 {http.MethodGet, "/pause", right, "", http.StatusMethodNotAllowed},
		"a POST of the state":   {http.MethodPost, "", right, "", http.StatusMethodNotAllowed},
		"from another site":     {http.MethodOptions, "/pause", "", "", http.StatusMethodNotAllowed},
		"another act":           {http.MethodPost, "/dance", right, "", http.StatusNotFound},
		"more below":            {http.MethodPost, "/pause/now", right, "", http.StatusNotFound},
		"a large body":          {http.MethodPost, "/pause", right, strings.Repeat("x", 4<<10+1), http.StatusBadRequest},
	} {
		answer := h.asks(c.method, remote.Path+c.path, c.body, map[bool][]string{true: {"Authorization", c.key}}[c.key != ""]...)
		body := string(must.Get(io.ReadAll(answer.Body))(t))
		if answer.StatusCode != c.want || !strings.HasPrefix(body, `{"error":{"status":`) || answer.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: got %s and %s, want %d", name, answer.Status, body, c.want)
		}
		if c.want == http.StatusUnauthorized && (body != `{"error":{"status":401,"message":"Unauthorized","fields":null}}` || answer.Header.Get("WWW-Authenticate") != `Bearer realm="almoner"`) {
			t.Errorf("%s: got %s and %q, want no hint", name, body, answer.Header.Get("WWW-Authenticate"))
		}
	}
	h.wait = 2 * time.Second
	if answer := h.asks(http.MethodPost, remote.Path+"/pause", "", "Authorization", right); answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") != "2" {
		t.Errorf("got %s and %v, want to wait", answer.Status, answer.Header)
	}
	h.wait = 0
	if got := h.does("resume"); got.State != "on" || got.Waiting != 1 {
		t.Errorf("got %+v, want nothing done", got)
	}
	must.Do(t, h.EndDeskKey(t.Context(), testworld.As(h.Ada), testworld.ByID(h.Campaign), h.id))
	if answer := h.asks(http.MethodPost, remote.Path+"/pause", "", "Authorization", right); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %s for a key that ended, want 401", answer.Status)
	}
}

// TestAThousandSkips end what is shown, and nothing that waits.
func TestAThousandSkips(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.gives("One", "Two")
	h.starts()
	for range 1000 {
		h.does("skip")
	}
	if got := h.does("resume"); got.Waiting != 1 || got.Alert != nil {
		t.Errorf("got %+v, want the second to wait still", got)
	}
}
