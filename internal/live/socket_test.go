package live_test

import (
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/live"
)

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
