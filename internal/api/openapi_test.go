package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

type inner struct {
	Name string `json:"name" doc:"Its own words."`
	Kind string `json:"kind" enum:"a,b"`
}

type outer struct {
	inner
	ID       [16]byte          `json:"id"`
	Count    int64             `json:"count"`
	Amount   json.Number       `json:"amount"`
	At       time.Time         `json:"at"`
	Day      string            `json:"day" format:"date"`
	Maybe    *string           `json:"maybe"`
	Thing    *inner            `json:"thing"`
	Absent   *int64            `json:"absent,omitempty"`
	Claims   []inner           `json:"claims" null:"true"`
	Texts    map[string]string `json:"texts"`
	Any      any               `json:"any"`
	Free     json.RawMessage   `json:"free"`
	Choice   *string           `json:"choice" enum:"x,y"`
	Kind     int               `json:"kind" enum:"1,2"` // stands before that of inner
	Own      told              `json:"own"`
	Self     *outer            `json:"self"`
	Hidden   string            `json:"-"`
	Untagged bool
	Two      api.Either[inner, told] `json:"two"`
}

type told struct{}

func (told) OpenAPI() api.Schema { return api.Schema{"type": "string", "format": "own"} }

type submitted struct {
	Name  *string `json:"name,omitempty" required:"true"`
	Clear *string `json:"clear,omitempty" null:"true"`
	Thing *inner  `json:"thing,omitempty"`
}

type docEnvelope struct {
	Data any `json:"data"`
}

type docPage struct {
	Data any    `json:"data"`
	Next string `json:"next"`
}

type docFault struct {
	Status int `json:"status"`
}

func info() api.DocInfo {
	return api.DocInfo{
		Title: "Things", Version: "9", Tags: []api.DocTag{{Name: "Things"}, {Name: "Unused"}},
		Params: []api.Param{
			{Name: "id", Description: "Its id."}, {Name: "after"}, {Name: "limit", Type: "integer", Default: "10"},
			{Name: "all", Type: "boolean", Default: "false"},
		},
		ChangeHeaders: []api.Param{{Name: "If-Match"}}, CreateHeaders: []api.Param{{Name: "Idempotency-Key"}},
		Fields:   map[string]string{"name": "Of all names.", "day": "A day."},
		Envelope: docEnvelope{}, Page: docPage{}, PageText: "Pages follow.", Fault: docFault{},
		Scopes: []api.DocTag{{Name: "read", Description: "Read."}, {Name: "write", Description: "Write."}},
	}
}

func doc(summary string) api.Doc { return api.Doc{Tag: "Things", Summary: summary} }

func refused(caller) error { return fault.New(fault.Forbidden, "No.") }

func documented(t *testing.T, routes ...route) map[string]any {
	t.Helper()
	text, err := api.Document(testWire(), info(), routes)
	if err != nil {
		t.Fatal(err)
	}
	var made map[string]any
	if err := json.Unmarshal(text, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// at is the JSON at a path of keys with spaces between them.
func at(t *testing.T, from any, path string) string {
	t.Helper()
	for key := range strings.FieldsSeq(path) {
		switch now := from.(type) {
		case map[string]any:
			from = now[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(now) {
				t.Fatalf("%s: got %v, want an item %s", path, now, key)
			}
			from = now[i]
		default:
			t.Fatalf("%s: got %v before %s", path, from, key)
		}
	}
	text, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSchemasOfWireTypes(t *testing.T) {
	t.Parallel()
	made := documented(t, route{Method: "GET", Pattern: "/things/{id}", Out: outer{}, Doc: doc("Get a thing")})
	const properties = "components schemas Outer properties "
	for path, want := range map[string]string{
		"name":     `{"description":"Its own words.","type":"string"}`,
		"id":       `{"format":"uuid","type":"string"}`,
		"count":    `{"format":"int64","type":"integer"}`,
		"amount":   `{"type":"number"}`,
		"at":       `{"format":"date-time","type":"string"}`,
		"day":      `{"description":"A day.","format":"date","type":"string"}`,
		"maybe":    `{"type":["string","null"]}`,
		"thing":    `{"anyOf":[{"$ref":"#/components/schemas/Inner"},{"type":"null"}]}`,
		"absent":   `{"format":"int64","type":"integer"}`,
		"claims":   `{"items":{"$ref":"#/components/schemas/Inner"},"type":["array","null"]}`,
		"texts":    `{"additionalProperties":{"type":"string"},"type":"object"}`,
		"any":      `{}`,
		"free":     `{}`,
		"choice":   `{"enum":["x","y",null],"type":["string","null"]}`,
		"kind":     `{"enum":[1,2],"format":"int64","type":"integer"}`,
		"own":      `{"format":"own","type":"string"}`,
		"self":     `{"anyOf":[{"$ref":"#/components/schemas/Outer"},{"type":"null"}]}`,
		"Hidden":   `null`,
		"Untagged": `{"type":"boolean"}`,
		"two":      `{"oneOf":[{"$ref":"#/components/schemas/Inner"},{"format":"own","type":"string"}]}`,
	} {
		if got := at(t, made, properties+path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	want := `["name","id","count","amount","at","day","maybe","thing","claims","texts","any","free","choice","kind","own","self","Untagged","two"]`
	if got := at(t, made, "components schemas Outer required"); got != want {
		t.Errorf("required: got %s, want %s", got, want)
	}
}

// twins has two spellings of one key.
type twins struct {
	Raised  string  `json:"amountRaised"`
	Snake   *inner  `json:"amount_raised" doc:"The same."`
	Choice  *string `json:"choice" enum:"x,y"`
	Nothing any     `json:"nothing"`
}

// chosen shares a key with twins.
type chosen struct {
	Own    int64  `json:"own"`
	Choice string `json:"choice"`
}

func TestSchemasOfTheOlderDialect(t *testing.T) {
	t.Parallel()
	old := info()
	old.Dialect = api.OpenAPI30
	text, err := api.Document(testWire(), old, []route{
		{Method: "GET", Pattern: "/things/{id}", Out: outer{}, Doc: doc("Get a thing")},
		{Method: "GET", Pattern: "/twins/{id}", Out: twins{}, Doc: doc("Get twins")},
		{Method: "PATCH", Pattern: "/things/{id}", In: submitted{}, Out: &inner{}, Doc: doc("Change a thing")},
		{Method: "GET", Pattern: "/either/{id}", Out: api.Either[chosen, twins]{}, Doc: doc("Get one or the other")},
	})
	if err != nil {
		t.Fatal(err)
	}
	var made map[string]any
	if err := json.Unmarshal(text, &made); err != nil {
		t.Fatal(err)
	}
	const nullable = `{"allOf":[{"$ref":"#/components/schemas/Inner"}],"nullable":true}`
	for path, want := range map[string]string{
		"openapi":      `"3.0.3"`,
		"info license": `{"name":"Apache License 2.0","url":"https://www.apache.org/licenses/LICENSE-2.0"}`,
		"components schemas Outer properties maybe":             `{"nullable":true,"type":"string"}`,
		"components schemas Outer properties thing":             nullable,
		"components schemas Outer properties claims":            `{"items":{"$ref":"#/components/schemas/Inner"},"nullable":true,"type":"array"}`,
		"components schemas Outer properties choice":            `{"enum":["x","y",null],"nullable":true,"type":"string"}`,
		"components schemas Outer properties any":               `{}`,
		"components schemas SubmittedInput properties clear":    `{"nullable":true,"type":"string"}`,
		"components schemas Twins properties amountRaised":      `{"type":"string"}`,
		"components schemas Twins properties amount_raised":     `{"allOf":[{"$ref":"#/components/schemas/Inner"}],"description":"The same.","nullable":true,"x-go-name":"AmountRaisedAlias"}`,
		"components schemas Twins x-ogen-properties":            `{"amount_raised":{"name":"AmountRaisedAlias"}}`,
		"components schemas Outer x-ogen-properties":            `null`,
		"components schemas Outer properties two":               `{"oneOf":[{"$ref":"#/components/schemas/Inner"},{"format":"own","type":"string"}]}`,
		"components schemas ChosenOrTwins required":             `["choice"]`,
		"components schemas ChosenOrTwins properties choice":    `{"enum":["x","y",null],"nullable":true,"type":"string"}`,
		"components schemas ChosenOrTwins properties own":       `{"format":"int64","type":"integer"}`,
		"paths /api/v9/things/{id} patch responses 200 content": `{"application/json":{"schema":{"properties":{"data":` + nullable + `},"required":["data"],"type":"object"}}}`,
	} {
		if got := at(t, made, path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	for _, newer := range []string{`"null"`, `"anyOf"`} {
		if bytes.Contains(text, []byte(newer)) {
			t.Errorf("got %s in a document of 3.0", newer)
		}
	}
}

func TestNothingIsRequiredOfABody(t *testing.T) {
	t.Parallel()
	made := documented(t, route{Method: "PATCH", Pattern: "/things/{id}", In: submitted{}, Out: inner{}, Doc: doc("Change a thing")})
	for path, want := range map[string]string{
		"SubmittedInput required":         `["name"]`,
		"SubmittedInput properties name":  `{"description":"Of all names.","type":"string"}`,
		"SubmittedInput properties clear": `{"type":["string","null"]}`,
		"SubmittedInput properties thing": `{"$ref":"#/components/schemas/InnerInput"}`,
		"InnerInput required":             `null`,
		"Inner required":                  `["name","kind"]`,
	} {
		if got := at(t, made, "components schemas "+path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	reads := api.Doc{Tag: "Things", Summary: "List things", Scopes: []string{"read", "write"}, Deprecated: true, Params: []api.Param{{Name: "since", Format: "date-time"}}}
	made := documented(t,
		route{Method: "GET", Pattern: "/things", Access: refused, Out: []inner{}, Doc: reads, Query: []string{"after", "limit", "all"}},
		route{Method: "GET", Pattern: "/things/{id}", Out: inner{}, Doc: doc("Get a thing")},
		route{Method: "POST", Pattern: "/things", In: inner{}, Out: inner{}, Doc: api.Doc{Tag: "Things", Summary: "Make a thing", Status: 201}},
		route{Method: "DELETE", Pattern: "/things/{id}", Doc: doc("Delete a thing")},
		route{Method: "POST", Pattern: "/things/{id}/look", Out: inner{}, Doc: api.Doc{Tag: "Things", Summary: "Look at a thing", Safe: true}},
		route{Method: "GET", Pattern: "/things/by/slug/{id}", Out: &inner{}, Doc: doc("Get a thing by its slug")},
		route{Method: "GET", Pattern: "/stories/{id}", Out: inner{}, Doc: doc("Get a story")},
		route{Method: "GET", Pattern: "/stories", Out: inner{}, Doc: api.Doc{Tag: "Things", Summary: "Count stories", ID: "countStories"}},
		route{Method: "GET", Pattern: "/raw", Out: api.Raw{}, Doc: doc("Get it as it is")},
	)
	const ok = " responses 200 content application/json schema"
	for path, want := range map[string]string{
		"/things get operationId":                            `"listThings"`,
		"/things get deprecated":                             `true`,
		"/things get description":                            `"List things. It needs a token with the scope ` + "`read` or `write`" + `. Pages follow. It is kept for clients that call it."`,
		"/things/{id} get description":                       `"Get a thing. It needs no token."`,
		"/things get security":                               `[{"oauth2":["read"]},{"oauth2":["write"]},{"bearer":[]}]`,
		"/things get" + ok + " required":                     `["data","next"]`,
		"/things get" + ok + " properties data":              `{"items":{"$ref":"#/components/schemas/Inner"},"type":"array"}`,
		"/things get parameters 1":                           `{"in":"query","name":"limit","schema":{"default":10,"type":"integer"}}`,
		"/things get parameters 2":                           `{"in":"query","name":"all","schema":{"default":false,"type":"boolean"}}`,
		"/things get parameters 3":                           `{"in":"query","name":"since","schema":{"format":"date-time","type":"string"}}`,
		"/things/{id} get operationId":                       `"getThing"`,
		"/things/{id} get security":                          `[{},{"oauth2":[]},{"bearer":[]}]`,
		"/things/{id} get parameters":                        `[{"description":"Its id.","in":"path","name":"id","required":true,"schema":{"type":"string"}}]`,
		"/things/{id} get" + ok + " required":                `["data"]`,
		"/things post operationId":                           `"createThing"`,
		"/things post parameters 0 name":                     `"Idempotency-Key"`,
		"/things post responses 201 description":             `"Created"`,
		"/things/{id}/look post parameters":                  `[{"description":"Its id.","in":"path","name":"id","required":true,"schema":{"type":"string"}}]`,
		"/things/{id} delete operationId":                    `"deleteThing"`,
		"/things/{id} delete parameters 1 name":              `"If-Match"`,
		"/things/{id} delete responses 204":                  `{"description":"No Content"}`,
		"/things/by/slug/{id} get operationId":               `"getThingBySlug"`,
		"/things/by/slug/{id} get" + ok + " properties data": `{"anyOf":[{"$ref":"#/components/schemas/Inner"},{"type":"null"}]}`,
		"/stories/{id} get operationId":                      `"getStory"`,
		"/stories get operationId":                           `"countStories"`,
		"/raw get" + ok:                                      `{"additionalProperties":true,"type":"object"}`,
	} {
		if got := at(t, made, "paths /api/v9"+path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if got := at(t, made, "tags"); got != `[{"description":"","name":"Things"}]` {
		t.Errorf("got tags %s, want those that have operations", got)
	}
	if got := at(t, made, "openapi"); got != `"3.1.1"` {
		t.Errorf("got OpenAPI %s", got)
	}
}

func TestErrorsOfOperations(t *testing.T) {
	t.Parallel()
	made := documented(t,
		route{Method: "GET", Pattern: "/open", Out: inner{}, Doc: doc("Get it")},
		route{Method: "PATCH", Pattern: "/things/{id}", Access: refused, In: inner{}, Out: inner{}, Doc: doc("Change a thing")},
	)
	for path, kinds := range map[string][]fault.Kind{
		"/open get":          {fault.Unauthenticated, fault.RateLimited, fault.Internal, fault.Unavailable},
		"/things/{id} patch": {fault.Forbidden, fault.NotFound, fault.Malformed, fault.Invalid, fault.Conflict, fault.Stale, fault.TooLarge, fault.Unsupported},
	} {
		for _, kind := range kinds {
			got := at(t, made, fmt.Sprintf("paths /api/v9%s responses %d $ref", path, statusOf(kind)))
			name := strings.TrimPrefix(strings.Trim(got, `"`), "#/components/responses/")
			if at(t, made, "components responses "+name+" content application/json schema") != `{"$ref":"#/components/schemas/DocFault"}` {
				t.Errorf("%s: got %s for %v, want a response with the body of errors", path, got, kind)
			}
			if at(t, made, "components responses "+name+" content application/json example") == "null" {
				t.Errorf("%s: got no example for %v", path, kind)
			}
		}
	}
	for _, kind := range []fault.Kind{fault.Forbidden, fault.NotFound, fault.Stale, fault.Gone} {
		if got := at(t, made, fmt.Sprintf("paths /api/v9/open get responses %d", statusOf(kind))); got != "null" {
			t.Errorf("/open: got %s for %v, want nothing", got, kind)
		}
	}
}

func TestMistakesOfRows(t *testing.T) {
	t.Parallel()
	get := func(pattern string, d api.Doc, query ...string) route {
		return route{Method: "GET", Pattern: pattern, Out: inner{}, Doc: d, Query: query}
	}
	for want, routes := range map[string][]route{
		"needs a summary":                      {get("/things", api.Doc{Tag: "Things"})},
		"without a full stop":                  {get("/things", doc("List things."))},
		`no tag "Others"`:                      {get("/things", api.Doc{Tag: "Others", Summary: "List"})},
		`no scope "rule"`:                      {get("/things", api.Doc{Tag: "Things", Summary: "List", Scopes: []string{"rule"}})},
		"nobody describes the wildcard thing":  {get("/things/{thing}", doc("Get"))},
		"nobody describes the parameter since": {get("/things", doc("List"), "since")},
		"getThings belongs to GET":             {get("/things", doc("Get")), {Method: "GET", Pattern: "/a", Out: inner{}, Doc: api.Doc{Tag: "Things", Summary: "Get", ID: "getThings"}}},
	} {
		if _, err := api.Document(testWire(), info(), routes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestRawIsWrittenAsItIs(t *testing.T) {
	t.Parallel()
	h := serving(route{Method: "GET", Pattern: "/raw", Handle: func(context.Context, *call) (api.Reply, error) {
		return api.Reply{Body: api.Raw(`{"a":1}`)}, nil
	}})
	w := ask(h, "GET", "/api/v9/raw", "")
	wantStatus(t, w, 200)
	if w.Body.String() != `{"a":1}` {
		t.Errorf("got %s, want the body without an envelope", w.Body)
	}
	wantHeader(t, w, "ETag", api.ETag([]byte(`{"a":1}`)))
}

func TestDocumentIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	rows := []route{{Method: "GET", Pattern: "/things/{id}", Out: outer{}, Doc: doc("Get a thing")}}
	first, err := api.Document(testWire(), info(), rows)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if again, _ := api.Document(testWire(), info(), rows); !bytes.Equal(first, again) {
			t.Fatalf("got %s, want the same as before", again)
		}
	}
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	hooks := info()
	hooks.Webhooks = api.Webhooks{
		Text: "It is sent.", Headers: []api.Param{{Name: "X-At", Always: true}, {Name: "X-Maybe"}}, Answers: map[string]string{"default": "Again.", "2XX": "Done."},
		All: []api.Webhook{
			{Name: "private:thing_done", Summary: "A thing was done", Tag: "Things", Data: []any{inner{}}, Meta: chosen{}},
			{Name: "any", Summary: "Anything", Tag: "Things", Data: []any{inner{}, chosen{}}, Meta: chosen{}},
		},
	}
	text, err := api.Document(testWire(), hooks, nil)
	if err != nil {
		t.Fatal(err)
	}
	var made map[string]any
	if err := json.Unmarshal(text, &made); err != nil {
		t.Fatal(err)
	}
	const body = " post requestBody content application/json schema "
	for path, want := range map[string]string{
		"webhooks private:thing_done post operationId": `"onPrivateThingDone"`,
		"webhooks private:thing_done post description": `"A thing was done. It is sent."`,
		"webhooks private:thing_done post parameters":  `[{"in":"header","name":"X-At","required":true,"schema":{"type":"string"}},{"in":"header","name":"X-Maybe","schema":{"type":"string"}}]`,
		"webhooks private:thing_done post responses":   `{"2XX":{"description":"Done."},"default":{"description":"Again."}}`,
		"webhooks private:thing_done" + body: `{"properties":{"data":{"$ref":"#/components/schemas/Inner"},"meta":{"allOf":[{"$ref":"#/components/schemas/Chosen"},` +
			`{"properties":{"event_type":{"enum":["private:thing_done"],"type":"string"}}}]}},"required":["data","meta"],"type":"object"}`,
		"webhooks any" + body + "properties data": `{"anyOf":[{"$ref":"#/components/schemas/Inner"},{"$ref":"#/components/schemas/Chosen"}]}`,
	} {
		if got := at(t, made, path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	hooks.Dialect = api.OpenAPI30
	if text, err = api.Document(testWire(), hooks, nil); err != nil || bytes.Contains(text, []byte("webhooks")) || bytes.Contains(text, []byte("Inner")) {
		t.Errorf("got %s, %v, want no webhooks in OpenAPI 3.0", text, err)
	}
	hooks.Dialect, hooks.Webhooks.All[1].Tag = api.OpenAPI31, "Nothings"
	if _, err = api.Document(testWire(), hooks, nil); err == nil || !strings.Contains(err.Error(), "webhook any") {
		t.Errorf("got %v, want a webhook refused whose tag the wire does not have", err)
	}
}
