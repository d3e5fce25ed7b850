package apiv5_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// newHookDesk is a desk with an application of the owner whose tokens are "hooks" (both scopes),
// "reader" and "writer" (one each), "causes" (both and that for causes), and another application, "rival". "hooks" has the endpoint
// {endpoint}, the relay {relay} and a subscription to {campaign}.
func newHookDesk(t testing.TB) *desk {
	t.Helper()
	d := newDesk(t)
	ctx := t.Context()
	both := []string{fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite}
	for name, owner := range map[string]fund.ID{"hooks": d.users["owner"].ID, "rival": d.users["stranger"].ID} {
		program, _, token, err := d.CreateApplication(ctx, app.System(), app.NewApplication{
			Name: name, RedirectURIs: []string{"https://hooks.example/"}, Owner: owner, Scopes: both,
		})
		must.Do(t, err)
		d.tokens[name] = token
		if name == "hooks" {
			d.tokens["reader"] = d.programToken(t, program.ID, both[:1])
			d.tokens["writer"] = d.programToken(t, program.ID, both[1:])
			d.tokens["causes"] = d.programToken(t, program.ID, append([]string{fund.ScopeCause}, both...))
		}
	}
	d.names["endpoint"] = d.posted(t, "/webhook_endpoints", `{"url":"https://hooks.example/tiltify","description":"A description."}`, 201)
	d.names["relay"] = d.posted(t, "/webhook_relays", `{"name":"Relay","webhook_endpoint_id":"{endpoint}"}`, 201)
	d.posted(t, "/webhook_endpoints/{endpoint}/webhook_subscriptions/{campaign}", `{"event_types":["public:direct:fact_updated"]}`, 200)
	d.names["delivery"] = d.posted(t, "/webhook_endpoints/{endpoint}/test", `{"event_type":"public:direct:fact_updated"}`, 200)
	return d
}

func (d *desk) programToken(t testing.TB, application fund.ID, scopes []string) string {
	t.Helper()
	text, err := d.CreateToken(t.Context(), app.System(), fund.Token{Kind: fund.TokenApplication, ApplicationID: application, Scopes: scopes})
	must.Do(t, err)
	return text
}

// posted makes a thing of "hooks" and gives its id.
func (d *desk) posted(t testing.TB, path, body string, status int) string {
	t.Helper()
	got := d.ask(t, "hooks", "POST", path, body)
	id, _ := got.Data["id"].(string)
	if got.status != status || id == "" {
		t.Fatalf("POST %s %s: got %d %s, want %d", path, body, got.status, got.text, status)
	}
	return id
}

// keysOf are the keys of an object, sorted, with a blank between.
func keysOf(object map[string]any) string {
	return strings.Join(slices.Sorted(maps.Keys(object)), " ")
}

// items are the objects of a list.
func (got reply) items(t *testing.T) []map[string]any {
	t.Helper()
	var body struct {
		Data     []map[string]any
		Metadata struct {
			After, Before *string
			Limit         int
		}
	}
	if err := json.Unmarshal([]byte(got.text), &body); err != nil || body.Metadata.Limit == 0 {
		t.Fatalf("got %s, %v, want a list", got.text, err)
	}
	return body.Data
}

// after is the cursor to the next page; "" for none.
func (got reply) after() string {
	var body struct{ Metadata struct{ After *string } }
	_ = json.Unmarshal([]byte(got.text), &body)
	if body.Metadata.After == nil {
		return ""
	}
	return *body.Metadata.After
}

// hookCall is one call of "hooks" that works.
type hookCall struct {
	method, path, body string
	status             int
	reads              bool
	// safe tells that a call which is no read changes nothing either.
	safe bool
}

// hookCalls has every row of webhooks, in an order in which all of them work.
var hookCalls = []hookCall{
	{method: "GET", path: "/webhook_endpoints", status: 200, reads: true},
	{method: "POST", path: "/webhook_endpoints", body: `{"url":"http://hooks.example:8080/a?b=c"}`, status: 201},
	{method: "GET", path: "/webhook_endpoints/{endpoint}", status: 200, reads: true},
	{method: "GET", path: "/webhook_endpoints/{endpoint}/deliveries", status: 200, reads: true},
	{method: "GET", path: "/webhook_endpoints/{endpoint}/deliveries/{delivery}", status: 200, reads: true},
	{method: "PATCH", path: "/webhook_endpoints/{endpoint}", body: `{"status":"inactive"}`, status: 200},
	{method: "POST", path: "/webhook_endpoints/{endpoint}/activate", status: 200},
	{method: "POST", path: "/webhook_endpoints/{endpoint}/signing_key", status: 200},
	{method: "POST", path: "/webhook_endpoints/{endpoint}/samples", body: `{"event_type":"public:direct:fact_updated"}`, status: 200, safe: true},
	{method: "POST", path: "/webhook_endpoints/{endpoint}/test", body: `{"event_type":"public:direct:fact_updated"}`, status: 200},
	{method: "POST", path: "/webhook_endpoints/{endpoint}/deliveries/{delivery}/resend", status: 200},
	{method: "POST", path: "/webhook_endpoints/{endpoint}/resend?since=2020-01-01", status: 200},
	{method: "GET", path: "/webhook_endpoints/{endpoint}/webhook_subscriptions", status: 200, reads: true},
	{method: "GET", path: "/webhook_endpoints/{endpoint}/webhook_subscriptions/{campaign}", status: 200, reads: true},
	{method: "PUT", path: "/webhook_endpoints/{endpoint}/webhook_subscriptions/{campaign}", body: subscribe, status: 200},
	{method: "POST", path: "/webhook_endpoints/{endpoint}/webhook_subscriptions/{campaign}", body: subscribe, status: 200},
	{method: "PUT", path: "/webhook_enpdoints/{endpoint}/webhook_subscriptions/{campaign}", body: subscribe, status: 200},
	{method: "DELETE", path: "/webhook_endpoints/{endpoint}/webhook_subscriptions/{campaign}", status: 200},
	{method: "GET", path: "/webhook_relays", status: 200, reads: true},
	{method: "POST", path: "/webhook_relays", body: `{"name":"Other","webhook_endpoint_id":"{endpoint}"}`, status: 201},
	{method: "GET", path: "/webhook_relays/{relay}", status: 200, reads: true},
	{method: "PATCH", path: "/webhook_relays/{relay}", body: `{"name":"Renamed"}`, status: 200},
	{method: "DELETE", path: "/webhook_relays/{relay}", status: 204},
	{method: "POST", path: "/webhook_relays/{relay}/webhook_relay_keys", body: `{"id":"own"}`, status: 200},
	{method: "GET", path: "/webhook_relays/{relay}/webhook_relay_keys", status: 200, reads: true},
	{method: "GET", path: "/webhook_relays/{relay}/webhook_relay_keys/own", status: 200, reads: true},
	{method: "DELETE", path: "/webhook_endpoints/{endpoint}", status: 204},
}

const subscribe = `{"event_types":["public:direct:donation_updated","public:direct:fact_updated"]}`

// lists reports whether the call names nothing that somebody else could own.
func (c hookCall) lists() bool { return c.path == "/webhook_endpoints" || c.path == "/webhook_relays" }

var (
	hexKey = regexp.MustCompile(`^[0-9a-f]{64}$`)
	micros = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)
)

// TestTheAddressOfAChatIsASecret looks for it in every answer about its endpoint.
func TestTheAddressOfAChatIsASecret(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	const body = `{"url":"https://discord.com/api/webhooks/123/topsecret","format":"discord","template":"{donor}"}`
	made := d.ask(t, "hooks", "POST", "/webhook_endpoints", body)
	d.names["chat"], _ = made.Data["id"].(string)
	if made.status != 201 || made.Data["url"] != "https://discord.com/…" || made.Data["format"] != "discord" || made.Data["template"] != "{donor}" {
		t.Errorf("got %d %s, want a chat", made.status, made.text)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/webhook_endpoints", "", 200},
		{"GET", "/webhook_endpoints/{chat}", "", 200},
		{"PATCH", "/webhook_endpoints/{chat}", `{"description":"Chat"}`, 200},
		{"PATCH", "/webhook_endpoints/{chat}", `{"format":"tiltify"}`, 422},
		{"PATCH", "/webhook_endpoints/{chat}", `{"format":null}`, 422},
		{"POST", "/webhook_endpoints/{chat}/activate", "", 200},
		{"POST", "/webhook_endpoints/{chat}/signing_key", "", 200},
		{"POST", "/webhook_endpoints/{chat}/samples", `{"event_type":"public:direct:donation_updated"}`, 409},
		{"POST", "/webhook_endpoints/{chat}/test", `{"event_type":"public:direct:donation_updated"}`, 200},
	} {
		got := d.ask(t, "hooks", c.method, c.path, c.body)
		if got.status != c.status || strings.Contains(got.text+made.text, "topsecret") {
			t.Errorf("%s %s %s: got %d %s, want %d and no secret", c.method, c.path, c.body, got.status, got.text, c.status)
		}
	}
}
