package apiv5_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
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

func TestWebhooksAreInTheDocumentOfTheirPart(t *testing.T) {
	t.Parallel()
	for _, d := range documents() {
		var want []string
		if d.part == "private" && d.dialect == api.OpenAPI31 {
			want = slices.Sorted(slices.Values(allTypes()))
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
