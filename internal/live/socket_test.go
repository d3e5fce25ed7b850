package live_test

import (
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/fund"
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

// TestABriefStateHasNoFacts wants the cursor and the events of what is watched so, also when somebody resumes or is reset.
func TestABriefStateHasNoFacts(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	c, id := s.dial(t, nil), s.Campaign.ID.String()
	c.say(`{"type":"subscribe","ref":"a","facts":["` + id + `","` + s.Cause.ID.String() + `"],"types":["donation.completed"],"brief":true}`)
	first := c.next("state")
	given := s.give(t.Context(), "Bob", "")
	if got := c.next("donation.completed"); got["id"] != given.ID.String() {
		t.Errorf("got %v, want the donation", got)
	}
	c = s.dial(t, nil)
	c.say(`{"type":"subscribe","facts":["` + id + `"],"types":["donation.completed"],"after":"` + first["cursor"].(string) + `","brief":true}`)
	resumed := c.next("state")
	if got := c.next("donation.completed"); got["id"] != given.ID.String() {
		t.Errorf("got %v, want the donation that came meanwhile", got)
	}
	c.say(`{"type":"subscribe","facts":["` + id + `"],"after":"elsewhere","brief":true}`)
	reset := c.next("reset")
	for name, got := range map[string]map[string]any{"state": first, "resumed": resumed, "reset": reset} {
		if facts, is := got["facts"].([]any); !is || len(facts) != 0 || got["cursor"] == "" || got["retry_ms"] == nil {
			t.Errorf("%s: got %v, want a list without facts and the rest", name, got)
		}
	}
	c.say(`{"type":"subscribe","facts":["` + id + `"]}`)
	if got := c.next("state"); at(t, got, "facts", 0, "fact", "id") != id {
		t.Errorf("got %v, want the whole state without brief", got)
	}
}

// TestASocketNamesAllFactsThatAreMissing subscribes to some of which two are not there, and then to the others over the same socket, as pages do.
func TestASocketNamesAllFactsThatAreMissing(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	c, id, gone := s.dial(t, nil), s.Campaign.ID.String(), fund.ID{1}.String()
	c.say(`{"type":"subscribe","ref":"a","facts":["` + gone + `","` + id + `","@nobody/nothing"],"brief":true}`)
	got := c.next("error")
	fields, _ := got["fields"].(map[string]any)
	if got["status"] != 404.0 || got["ref"] != "a" || len(fields) != 2 || fields[gone] == nil || fields["@nobody/nothing"] == nil {
		t.Errorf("got %v, want 404 with both that are not there", got)
	}
	c.say(`{"type":"ping"}`)
	if got := c.next("pong"); got["watching"] != nil {
		t.Errorf("got %v, want nothing watched", got)
	}
	c.say(`{"type":"subscribe","facts":["` + id + `"],"brief":true}`)
	c.next("state")
	c.say(`{"type":"unsubscribe","facts":["` + gone + `","` + id + `"]}`)
	if got := c.next("unsubscribed", "error"); got["type"] != "unsubscribed" || got["watching"] != nil {
		t.Errorf("got %v, want nothing watched any more, one of them gone", got)
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
