package live_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
)

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
	for _, topic := range []fund.Topic{fund.TopicFactLeft, fund.TopicFactJoined, fund.TopicOwnersLeft, fund.TopicOwnersJoined, fund.TopicUserChanged} {
		response := s.get(t, s.campaign()+"?types=donation.completed,"+string(topic))
		body, _ := io.ReadAll(response.Body)
		if text := string(body); response.StatusCode != 422 || !strings.Contains(text, string(topic)) || !strings.Contains(text, "donation.completed, donation.ended, ") {
			t.Errorf("%s: got %d %s, want it refused with those that there are: it never goes out", topic, response.StatusCode, text)
		}
	}
	refused := s.get(t, s.campaign(), "Authorization", "Bearer nobody")
	if refused.StatusCode != http.StatusUnauthorized || !strings.Contains(refused.Header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("got %d %v, want 401 that says why", refused.StatusCode, refused.Header)
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
	case <-time.After(patience):
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

func TestEveryRefusalHasAStatus(t *testing.T) {
	t.Parallel()
	seen := map[int]fault.Kind{}
	for _, kind := range fault.Kinds() {
		got := live.Status(&fault.Error{Kind: kind})
		if other, twice := seen[got]; twice || (got == http.StatusInternalServerError) != (kind == fault.Internal) {
			t.Errorf("%s: got %d, as for %s", kind, got, other)
		}
		seen[got] = kind
	}
}
