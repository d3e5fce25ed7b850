package apiv5_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testexample"
)

// messageSchemas are the schemas of the bodies of webhooks in the document, by event type.
func messageSchemas(t testing.TB) map[string]*testexample.Schema {
	t.Helper()
	document := must.Get(apiv5.OpenAPI("private", api.OpenAPI31))(t)
	all := map[string]*testexample.Schema{}
	for _, name := range documentedWebhooks(t, document) {
		all[name] = must.Get(testexample.ReadSchema(document, "webhooks", name, "post", "requestBody", "content", "application/json", "schema"))(t)
	}
	return all
}

// documentedWebhooks are the names of the webhooks in a document, sorted.
func documentedWebhooks(t testing.TB, document []byte) []string {
	t.Helper()
	var read struct{ Webhooks map[string]any }
	must.Do(t, json.Unmarshal(document, &read))
	return slices.Sorted(maps.Keys(read.Webhooks))
}

// allKinds are the names of the messages about events, one for each kind of object.
func allKinds() (kinds []string) {
	for _, name := range fund.WebhookTopicTypes() {
		if kind := "event:" + string(fund.WebhookTopic(name).Object()); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// TestMessagesAboutEventsFitTheDocument writes a message about each event of a log, as everybody may see it and as the owner may.
func TestMessagesAboutEventsFitTheDocument(t *testing.T) {
	t.Parallel()
	w, schemas, seen := newWorld(t), messageSchemas(t), map[string]int{}
	owner := app.Actor{Kind: app.ActorUser, User: w.Ada.ID, Scopes: []string{fund.ScopePublic, fund.ScopeDonationsRead}}
	must.Get(w.CreateCounter(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: w.Campaign.ID}}, fund.CounterPatch{Name: fund.Some("Tonight")}))(t)
	must.Get(w.CreateTimer(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: w.Campaign.ID}}, fund.TimerPatch{Name: fund.Some("Marathon"), Length: fund.Some(time.Hour)}))(t)
	for _, e := range must.Get(w.Store.EventsAfter(t.Context(), 0, 100_000))(t) {
		if !e.Topic.GoesOut() {
			continue
		}
		f := must.Get(w.GetFact(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: e.Facts[0]}, Kinds: app.AllKinds()}))(t)
		for sight, reader := range map[string]app.Actor{"public": {}, "private": owner} {
			c := app.WebhookContent{EventType: sight + ":direct:" + string(e.Topic), Receiver: reader, Fact: &f, Event: &e}
			data, err := apiv5.Messages{BaseURL: baseURL}.Data(t.Context(), w.App, c)
			if fault.Is(err, fault.Gone) {
				continue
			}
			must.Do(t, err)
			body := must.Get(apiv5.Messages{}.Message(app.WebhookMessage{WebhookDelivery: fund.WebhookDelivery{EventType: c.EventType, Data: data}}))(t)
			kind := "event:" + string(e.Topic.Object())
			for name, schema := range schemas {
				if err := schema.Fits(body); (err == nil) != (name == kind && (sight == "private" || e.Topic.Public())) {
					t.Errorf("%s as %s: got %v, want that it fits its own only", c.EventType, name, err)
				}
			}
			if !strings.HasPrefix(string(body), `{"data":null`) {
				seen[kind]++
			}
		}
	}
	for kind := range (apiv5.Live{}).Shapes().Objects {
		if seen["event:"+kind] == 0 && kind != string(fund.ObjectPollOption) { // the world adds none to a poll that it has
			t.Errorf("got no message with the object %s in %v", kind, seen)
		}
	}
}

func TestWebhooksAreInTheDocumentOfTheirPart(t *testing.T) {
	t.Parallel()
	for _, d := range documents() {
		var want []string
		if d.part == "private" && d.dialect == api.OpenAPI31 {
			want = slices.Sorted(slices.Values(append(allTypes(), allKinds()...)))
		}
		if got := documentedWebhooks(t, must.Get(apiv5.OpenAPI(d.part, d.dialect))(t)); !slices.Equal(got, want) {
			t.Errorf("%s: got the webhooks %q, want %q", d.path, got, want)
		}
	}
}

// TestMessagesFitOnlyWhatTheDocumentSaysOfThem sends the message of each type through the schemas of all, and then with a fault in it.
func TestMessagesFitOnlyWhatTheDocumentSaysOfThem(t *testing.T) {
	t.Parallel()
	w, schemas := newWorld(t), messageSchemas(t)
	w.hooks()
	for _, kind := range allTypes() {
		body := sampleOf(t, w.sample(kind, "campaign").Body.Bytes()).Body
		for name, schema := range schemas {
			if err := schema.Fits([]byte(body)); (err == nil) != (name == kind) {
				t.Errorf("%s as %s: got %v, want that it fits its own only", kind, name, err)
			}
		}
		for from, to := range map[string]string{
			`"id":"`: `"no":"`, `"attempted_at":"`: `"attempted_at":"at `, `{"data":{`: `{"data":{"more":1,`, `"meta":{`: `"meta":{"more":1,`,
		} {
			broken := strings.Replace(body, from, to, 1)
			if err := schemas[kind].Fits([]byte(broken)); err == nil || broken == body {
				t.Errorf("%s: it fits with %s in place of %s", kind, to, from)
			}
		}
	}
}
