package live_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testexample"
	"github.com/almoner/almoner/internal/testgolden"
	"github.com/almoner/almoner/internal/testworld"
)

var (
	schemaText    = sync.OnceValues(func() ([]byte, error) { return live.Schema(apiv5.Live{}.Shapes()) })
	messageSchema = sync.OnceValues(func() (*testexample.Schema, error) { return schemaAt() })
	commandSchema = sync.OnceValues(func() (*testexample.Schema, error) { return schemaAt("$defs", "Command") })
)

func schemaAt(keys ...string) (*testexample.Schema, error) {
	text, err := schemaText()
	if err != nil {
		return nil, err
	}
	return testexample.ReadSchema(text, keys...)
}

// fits wants a message to be what the schema says. The object of a test event is what its test made it.
func fits(t testing.TB, message map[string]any, text string) {
	t.Helper()
	if message["test"] == true {
		return
	}
	if err := must.Get(messageSchema())(t).Fits([]byte(text)); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestTheSchemaIsAsCommitted(t *testing.T) {
	t.Parallel()
	text := must.Get(schemaText())(t)
	testgolden.Compare(t, "../../docs/live.schema.json", append(text, '\n'))
	if missing := must.Get(testexample.Undescribed(text))(t); len(missing) > 0 {
		t.Errorf("got no description of %q", missing)
	}
}

func TestTheSchemaIsServedToEverybody(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	got := s.get(t, live.SchemaPath)
	h := got.Header
	if got.StatusCode != http.StatusOK || h.Get("Content-Type") != "application/schema+json" || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("ETag") == "" {
		t.Errorf("got %d %v, want the schema for any origin, with an ETag", got.StatusCode, h)
	}
	if again := s.get(t, live.SchemaPath, "If-None-Match", h.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("got %d for the same ETag, want 304", again.StatusCode)
	}
}

// TestEachEventFitsTheSchema sends the whole history of the demo again, to everybody and to its cause.
func TestEachEventFitsTheSchema(t *testing.T) {
	t.Parallel()
	ctx, url := t.Context(), storetest.SQLite(t)
	service := testworld.NewAt(t, url, testworld.Options{At: demo.Epoch})
	made := service.Demo(ctx, 1)
	cause, campaign := must.Get(fund.ParseID(made.Cause.ID))(t), must.Get(fund.ParseID(made.Campaign.ID))(t)
	s := siteOf(t, url, &testworld.World{Service: service}, live.HubOptions{})
	from := must.Get(s.first(ctx))(t)
	token := must.Get(s.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenCause, CauseID: cause, Scopes: []string{fund.ScopePublic, fund.ScopeDonationsRead}}))(t)
	key := app.FactKey{Key: fund.Key{ID: campaign}, Kinds: app.AllKinds()}
	game := fund.PollPatch{Name: fund.Some("Which game?"), Options: []fund.PollOptionPatch{{Name: fund.Some("Zelda")}}}
	poll := must.Get(s.CreatePoll(ctx, app.System(), key, game))(t)
	must.Get(s.UpdatePoll(ctx, app.System(), fund.Key{ID: poll.ID}, fund.PollPatch{Options: []fund.PollOptionPatch{{Name: fund.Some("Tetris")}}}))(t)
	must.Get(s.CreateCounter(ctx, app.System(), key, fund.CounterPatch{Name: fund.Some("Tonight")}))(t)
	must.Get(s.CreateTimer(ctx, app.System(), key, fund.TimerPatch{Name: fund.Some("Marathon"), Length: fund.Some(time.Hour)}))(t)
	last := s.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: cause}, Amount: "12.50", Name: "Bob"}, time.Time{}).ID.String()
	s.stage.here(ctx)
	for who, headers := range map[string][]string{"everybody": nil, "the cause": {"Authorization", "Bearer " + token}} {
		seen := map[string]int{}
		in := s.open(t, "/live/events?facts="+cause.String()+"&after="+from, headers...)
		for e := in.next(); e.Data["id"] != last || e.Event != "donation.completed"; e = in.next() {
			if e.Data["data"] != nil {
				seen[fmt.Sprint(e.Data["object"])]++
			}
		}
		for kind := range (apiv5.Live{}).Shapes().Objects {
			if seen[kind] == 0 {
				t.Errorf("%s: got no event with the object %s in %v", who, kind, seen)
			}
		}
	}
}

// TestEachMessageOfASocketFitsTheSchema goes through all messages that are no events.
func TestEachMessageOfASocketFitsTheSchema(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	c := s.dial(t, nil)
	campaign := s.Campaign.ID.String()
	for _, step := range []struct{ frame, answer string }{
		{`{"type":"hello","ref":"1"}`, "hello"},
		{`{"type":"subscribe","ref":"2","facts":["` + campaign + `"],"types":["donation.completed"]}`, "subscribed"},
		{"", "state"},
		{`{"type":"subscribe","ref":"3","facts":["` + s.Cause.ID.String() + `"],"after":"nonsense"}`, "reset"},
		{`{"type":"ping","ref":"4"}`, "pong"},
		{`{"type":"subscribe","ref":"5","facts":["@nobody/nothing"]}`, "error"},
		{`{"type":"subscribe","ref":"6","types":["donation.exploded"]}`, "error"},
		{`{"type":"unsubscribe","ref":"7","facts":["` + s.Cause.ID.String() + `"]}`, "unsubscribed"},
	} {
		if step.frame != "" {
			if err := must.Get(commandSchema())(t).Fits([]byte(step.frame)); err != nil {
				t.Errorf("%s: %v", step.frame, err)
			}
			c.say(step.frame)
		}
		c.next(step.answer)
	}
	s.hub.BeatAll(time.Now())
	c.next("heartbeat")
	must.Get(s.SuspendCause(t.Context(), app.System(), fund.Key{ID: s.Cause.ID}, "a reason"))(t)
	c.next("gone")
	s.hub.Close()
	c.next("goodbye")
}

// TestWhatIsNoMessageDoesNotFitTheSchema takes messages as they are, and with a fault.
func TestWhatIsNoMessageDoesNotFitTheSchema(t *testing.T) {
	t.Parallel()
	schema := must.Get(messageSchema())(t)
	const event = `{"type":"bid.placed","cursor":"a-b.1","at":"2026-01-02T15:04:05.678901Z","fact_id":"00000000-0000-4000-8000-000000000003",` +
		`"fact_ids":[],"object":"bid","id":"00000000-0000-4000-8000-000000000004","test":false,"late":false,"replayed":false,"v":1,"detail":{"from":"a"},"data":null}`
	for text, fits := range map[string]bool{
		event: true, `{"type":"heartbeat"}`: true, `{"type":"pong","watching":1}`: true, `{"type":"gone","fact_ids":["a"]}`: true,
		`{"type":"goodbye","reason":"age","retry_ms":1}`:       true,
		strings.Replace(event, "bid.placed", "poll.placed", 1): false, strings.Replace(event, `"bid"`, `"poll"`, 1): false,
		strings.Replace(event, `"data":null`, `"data":{}`, 1): false, strings.Replace(event, `"from"`, `"whence"`, 1): false,
		strings.Replace(event, `"test":false,`, "", 1): false, strings.Replace(event, "2026", "year", 1): false,
		`{"type":"beat"}`: false, `{"type":"hello","watching":1}`: false, `{"type":"goodbye","reason":"boredom","retry_ms":1}`: false, `{"type":"subscribe"}`: false,
	} {
		if err := schema.Fits([]byte(text)); (err == nil) != fits {
			t.Errorf("%s: got %v, want that it fits: %t", text, err, fits)
		}
	}
}
