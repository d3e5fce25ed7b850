package apiv5_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testgolden"
)

// TestEveryWebhookRowWorks makes all calls in their order, and has every row called.
func TestEveryWebhookRowWorks(t *testing.T) {
	t.Parallel()
	called := map[string]bool{}
	for _, c := range hookCalls {
		d := newHookDesk(t)
		if strings.HasSuffix(c.path, "/own") {
			d.posted(t, "/webhook_relays/{relay}/webhook_relay_keys", `{"id":"own"}`, 200)
		}
		if c.status == 204 && strings.HasPrefix(c.path, "/webhook_endpoints") {
			if got := d.ask(t, "hooks", "DELETE", "/webhook_relays/{relay}", ""); got.status != 204 {
				t.Errorf("got %d %s, want the relay gone", got.status, got.text)
			}
		}
		got := d.ask(t, "hooks", c.method, c.path, c.body)
		if got.status != c.status {
			t.Errorf("%s %s: got %d %s, want %d", c.method, c.path, got.status, got.text, c.status)
		}
		if at := got.header.Get("Location"); c.status == 201 && at != "/api/private"+c.path+"/"+fmt.Sprint(got.Data["id"]) {
			t.Errorf("POST %s: got Location %q, want that of the new thing", c.path, at)
		}
		called[c.method+" "+strings.NewReplacer("{endpoint}", "{webhook_endpoint_id}", "{campaign}", "{event_id}", "{relay}", "{webhook_relay_id}", "/own", "/{webhook_relay_key_id}", "{delivery}", "{webhook_delivery_id}", "?since=2020-01-01", "").Replace(c.path)] = true
	}
	for _, row := range apiv5.Rows() {
		if pattern, private := strings.CutPrefix(row.Pattern, "/api/private"); private && strings.Contains(pattern, "webhook_") && !called[row.Method+" "+pattern] {
			t.Errorf("no call has the row %s %s", row.Method, pattern)
		}
	}
}

// TestWhoMayCallWebhookRows goes through every row with every token that may not, or only some.
func TestWhoMayCallWebhookRows(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	d.posted(t, "/webhook_relays/{relay}/webhook_relay_keys", `{"id":"own"}`, 200)
	for _, c := range hookCalls {
		want := map[string]int{"": 401, "owner": 403, "public": 403, "cause": 403, "rival": 404}
		if c.lists() {
			delete(want, "rival")
		}
		if !c.reads {
			want["reader"] = 403
		}
		for who, status := range want {
			d.ask(t, who, c.method, c.path, c.body).wants(t, c.method+" "+c.path+" by "+who, status)
		}
		if c.reads {
			for _, who := range []string{"reader", "writer"} {
				if got := d.ask(t, who, c.method, c.path, ""); got.status != 200 {
					t.Errorf("GET %s by %s: got %d %s, want 200", c.path, who, got.status, got.text)
				}
			}
		}
	}
	for _, path := range []string{"/webhook_endpoints", "/webhook_relays"} {
		if got := d.ask(t, "rival", "GET", path, ""); got.status != 200 || len(got.items(t)) != 0 {
			t.Errorf("GET %s by another application: got %s, want nothing", path, got.text)
		}
	}
	unscoped := d.programToken(t, d.program.ID, []string{fund.ScopePublic, fund.ScopeWrite})
	d.tokens["unscoped"] = unscoped
	for _, c := range hookCalls {
		d.ask(t, "unscoped", c.method, c.path, c.body).wants(t, c.method+" "+c.path+" without the scope", 403)
	}
}

// TestWebhookNames asks for what is not there.
func TestWebhookNames(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	for _, c := range hookCalls {
		for name, field := range map[string]string{"{endpoint}": "webhook_endpoint_id", "{campaign}": "event_id", "{relay}": "webhook_relay_id"} {
			if !strings.Contains(c.path, name) {
				continue
			}
			absent := strings.ReplaceAll(c.path, name, "00000000-0000-7000-8000-000000000000")
			d.ask(t, "hooks", c.method, absent, c.body).wants(t, c.method+" "+absent, 404)
			odd := strings.ReplaceAll(c.path, name, "7")
			got := d.ask(t, "hooks", c.method, odd, c.body)
			got.wants(t, c.method+" "+odd, 422)
			if fmt.Sprint(got.Error.Fields) != "map["+field+":[invalid]]" {
				t.Errorf("%s %s: got %v, want %s invalid", c.method, odd, got.Error.Fields, field)
			}
		}
	}
}

func TestAnEndpointOnTheWire(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	const keys = "activated_at deactivated_at description event_template format id inserted_at key_overlap ordered retry_schedule standard_webhooks status template updated_at url"
	got := d.ask(t, "hooks", "POST", "/webhook_endpoints", `{"url":"https://hooks.example/","description":null}`)
	if keysOf(got.Data) != "activated_at deactivated_at description event_template format id inserted_at key_overlap ordered retry_schedule signing_key standard_webhooks status template updated_at url" {
		t.Errorf("got %s, want the keys of an endpoint and its signing key", got.text)
	}
	if key, _ := got.Data["signing_key"].(string); !hexKey.MatchString(key) || got.Data["description"] != "" || got.Data["status"] != "active" {
		t.Errorf("got %s, want an active endpoint with a key and an empty description", got.text)
	}
	want := realData(t, "post_webhook_endpoint_activate.partial.json")
	for _, c := range [][2]string{{"POST", "/activate"}, {"GET", ""}} {
		got := d.ask(t, "hooks", c[0], "/webhook_endpoints/{endpoint}"+c[1], "")
		if keysOf(got.Data) != keys {
			t.Errorf("got %s, want the keys %s", got.text, keys)
		}
		for key, value := range want {
			if fmt.Sprintf("%T", got.Data[key]) != fmt.Sprintf("%T", value) {
				t.Errorf("%s: got %v, want the like of %v", key, got.Data[key], value)
			}
		}
		for _, key := range []string{"activated_at", "inserted_at", "updated_at"} {
			if at, _ := got.Data[key].(string); !micros.MatchString(at) {
				t.Errorf("%s: got %q, want microseconds", key, at)
			}
		}
	}
	off := d.ask(t, "hooks", "PATCH", "/webhook_endpoints/{endpoint}", `{"status":"inactive"}`)
	if off.Data["status"] != "inactive" || off.Data["deactivated_at"] == nil {
		t.Errorf("got %s, want it inactive", off.text)
	}
	// Clients activate at every start, with whatever body.
	for _, body := range []string{"", "{}", `{"webhook":"x"}`, `[]`} {
		on := d.ask(t, "hooks", "POST", "/webhook_endpoints/{endpoint}/activate", body)
		if on.status != 200 || on.Data["status"] != "active" || on.Data["deactivated_at"] != nil || on.Data["description"] != "A description." {
			t.Errorf("activate with %q: got %d %s, want it active", body, on.status, on.text)
		}
	}
	d.fields(t, "POST", "/webhook_endpoints", `{"url":"https://localhost/","description":7,"status":"on","id":"x","secret":1}`,
		"description:[is not a text] id:[cannot be changed] secret:[is not a known field] status:[is not one of the allowed values] url:["+fund.NotHook+"]")
	d.fields(t, "POST", "/webhook_endpoints", `{}`, "url:[cannot be blank]")
	d.ask(t, "hooks", "POST", "/webhook_endpoints", ``).wants(t, "no body", 400)
}

// realData is the data of a real answer of the original.
func realData(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile("testdata/real/" + name)
	must.Do(t, err)
	var body struct{ Data map[string]any }
	must.Do(t, json.Unmarshal(text, &body))
	return body.Data
}

// fields wants a request of "hooks" refused for exactly these fields.
func (d *desk) fields(t *testing.T, method, path, body, want string) {
	t.Helper()
	got := d.ask(t, "hooks", method, path, body)
	got.wants(t, method+" "+path+" "+body, 422)
	if fmt.Sprint(got.Error.Fields) != "map["+want+"]" {
		t.Errorf("%s %s %.100s:\n got %v\nwant %s", method, path, body, got.Error.Fields, want)
	}
}

func TestASubscriptionOnTheWire(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	const at = "/webhook_endpoints/{endpoint}/webhook_subscriptions/"
	first := d.ask(t, "hooks", "PUT", at+"{team campaign}", `{"event_types":["public:direct:fact_updated","public:direct:donation_updated"],"extra":true}`)
	if first.status != 200 || keysOf(first.Data) != "event_id event_types id inserted_at updated_at webhook_endpoint_id" {
		t.Errorf("got %d %s, want a new subscription, and the unknown key ignored", first.status, first.text)
	}
	if first.Data["event_id"] != d.names["team campaign"] || fmt.Sprint(first.Data["event_types"]) != "[public:direct:donation_updated public:direct:fact_updated]" {
		t.Errorf("got %s, want it for the fact, with both types", first.text)
	}
	again := d.ask(t, "hooks", "PUT", at+"{team campaign}", `{"event_types":["public:indirect:fact_updated"]}`)
	if again.status != 200 || again.Data["id"] != first.Data["id"] || fmt.Sprint(again.Data["event_types"]) != "[public:indirect:fact_updated]" {
		t.Errorf("got %d %s, want the same one replaced", again.status, again.text)
	}
	if n := len(d.ask(t, "hooks", "GET", strings.TrimSuffix(at, "/"), "").items(t)); n != 2 {
		t.Errorf("got %d subscriptions, want 2", n)
	}
	gone := d.ask(t, "hooks", "DELETE", at+"{team campaign}", "")
	if gone.status != 200 || gone.Data["id"] != first.Data["id"] {
		t.Errorf("got %d %s, want 200 and what was ended", gone.status, gone.text)
	}
	d.ask(t, "hooks", "DELETE", at+"{team campaign}", "").wants(t, "ended twice", 404)
	d.ask(t, "hooks", "PUT", at+"{draft}", subscribe).wants(t, "a draft", 404)

	d.fields(t, "PUT", at+"{campaign}", ``, "event_types:[cannot be blank]")
	d.fields(t, "PUT", at+"{campaign}", `{"event_types":[]}`, "event_types:[cannot be blank]")
	d.fields(t, "PUT", at+"{campaign}", `{"event_types":"public:direct:fact_updated"}`, "event_types:[is not a list]")
	d.fields(t, "PUT", at+"{campaign}", `{"event_types":["public:direct:gone"]}`, "event_types:[is not one of the allowed values]")
	d.fields(t, "PUT", at+"{cause}", `{"event_types":["private:direct:gone"]}`, "event_types:[is not one of the allowed values]")
	d.ask(t, "hooks", "PUT", at+"{campaign}", `{"event_types"`).wants(t, "bad JSON", 400)

	// The owner of the application has the campaign and the cause; the stranger has nothing.
	private := `{"event_types":["private:direct:donation_updated"]}`
	for fact, by := range map[string]string{"{campaign}": "hooks", "{cause}": "causes", "{event}": "causes", "{team campaign}": "hooks"} {
		if got := d.ask(t, by, "PUT", at+fact, private); got.status != 200 {
			t.Errorf("%s: got %d %s, want the private type for the owner's application", fact, got.status, got.text)
		}
	}
	d.ask(t, "hooks", "PUT", at+"{cause}", private).wants(t, "private types of a cause without the scope for causes", 403)
	rival := d.ask(t, "rival", "POST", "/webhook_endpoints", `{"url":"https://rival.example/"}`)
	got := d.ask(t, "rival", "PUT", "/webhook_endpoints/"+fmt.Sprint(rival.Data["id"])+"/webhook_subscriptions/{campaign}", private)
	got.wants(t, "private types for a stranger", 422)
	if fmt.Sprint(got.Error.Fields) != "map[event_types:["+fund.NotManaged+"]]" {
		t.Errorf("got %v, want event_types refused", got.Error.Fields)
	}
}

func TestARelayKeyOnTheWire(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	const at = "/webhook_relays/{relay}/webhook_relay_keys"
	want := realData(t, "get_webhook_relay_key.json")
	made := d.ask(t, "hooks", "POST", at, "")
	if made.status != 200 || keysOf(made.Data) != keysOf(want) || made.Data["donation"] != nil || made.Data["metadata"] != nil {
		t.Fatalf("got %d %s, want the keys %s and no donation", made.status, made.text, keysOf(want))
	}
	name, client := fmt.Sprint(made.Data["id"]), fmt.Sprint(made.Data["client_key"])
	if _, err := fund.ParseID(name); err != nil || !hexKey.MatchString(client) || made.Data["webhook_relay_id"] != d.names["relay"] {
		t.Errorf("got %s, want a UUID, a client key and the relay", made.text)
	}
	_, err := d.Donate(t.Context(), app.System(), fund.DonationInput{Fact: keyOf(t, d.names["campaign"]), Amount: "1", RelayClientKey: client})
	must.Do(t, err)
	got := d.ask(t, "hooks", "GET", at+"/"+name, "")
	gift, _ := got.Data["donation"].(map[string]any)
	keys := strings.Fields(keysOf(gift))
	sample, ok := want["donation"].(map[string]any)
	if !ok {
		t.Fatal("the sample has no donation")
	}
	// The sample is older than reward_claims, which the document has.
	keys = slices.DeleteFunc(keys, func(key string) bool { return key == "reward_claims" || donationKeys[key] != "" })
	if strings.Join(keys, " ") != keysOf(sample) {
		t.Errorf("got the keys %v, want %s", keys, keysOf(sample))
	}
	for _, key := range []string{"completed_at", "created_at", "donor_name", "is_match", "payment_status", "donation_matches", "reward_id", "sustained"} {
		if fmt.Sprintf("%T", gift[key]) != fmt.Sprintf("%T", sample[key]) {
			t.Errorf("%s: got %v, want the like of %v", key, gift[key], sample[key])
		}
	}
	if gift["payment_status"] != "completed" || !micros.MatchString(fmt.Sprint(got.Data["inserted_at"])) || gift["campaign_id"] != d.names["campaign"] {
		t.Errorf("got %s, want a completed donation to the campaign, and microseconds", got.text)
	}
}

func keyOf(t *testing.T, id string) fund.Key {
	t.Helper()
	parsed, err := fund.ParseID(id)
	must.Do(t, err)
	return fund.Key{ID: parsed}
}

func TestRelayKeyLimits(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	const at = "/webhook_relays/{relay}/webhook_relay_keys"
	metadata := strings.Repeat("🐎", 4095) + "\u2028"
	for _, name := range []string{strings.Repeat("é", 255), "a/b?c#d e", "7", "%", "<b>", ".hidden"} {
		body, _ := json.Marshal(map[string]any{"id": name, "metadata": metadata, "ignored": 1})
		made := d.ask(t, "hooks", "POST", at, string(body))
		if made.status != 200 || made.Data["id"] != name || made.Data["metadata"] != metadata {
			t.Errorf("%q: got %d %.200s, want it as it was sent", name, made.status, made.text)
		}
		if got := d.ask(t, "hooks", "GET", at+"/"+url.PathEscape(name), ""); got.status != 200 || got.Data["id"] != name {
			t.Errorf("%q: got %d %.200s, want it found by its name", name, got.status, got.text)
		}
		d.fields(t, "POST", at, string(body), "id:[is already taken]")
	}
	long := strings.Repeat("x", 4097)
	d.fields(t, "POST", at, `{"id":"`+long[:256]+`","metadata":"`+long+`"}`, "id:[is too long (255 characters at most)] metadata:[is too long (4096 characters at most)]")
	d.fields(t, "POST", at, `{"id":7,"metadata":{"a":1}}`, "id:[is not a text] metadata:[is not a text]")
	for _, body := range []string{`{"id":null,"metadata":null}`, `{"id":""}`, `{}`} {
		if got := d.ask(t, "hooks", "POST", at, body); got.status != 200 || got.Data["metadata"] != nil {
			t.Errorf("%s: got %d %s, want a key with a name of its own", body, got.status, got.text)
		}
	}
	d.ask(t, "hooks", "GET", at+"/nobody", "").wants(t, "unknown key", 404)
}

func TestRelayKeyPages(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	const at = "/webhook_relays/{relay}/webhook_relay_keys"
	want := map[string]bool{}
	for i := range 5 {
		want[d.posted(t, at, fmt.Sprintf(`{"id":"%d"}`, i), 200)] = true
	}
	pages, after := 0, ""
	for len(want) > 0 && pages < 9 {
		got := d.ask(t, "hooks", "GET", at+"?limit=2&after="+after, "")
		for _, one := range got.items(t) {
			name := fmt.Sprint(one["id"])
			if !want[name] {
				t.Errorf("got key %s twice or of nobody", name)
			}
			delete(want, name)
		}
		pages, after = pages+1, got.after()
		if (after == "") != (pages == 3) {
			t.Fatalf("page %d: got cursor %q, want one on each page but the third", pages, after)
		}
	}
	if len(want) != 0 {
		t.Errorf("missed %v", want)
	}
	first := d.ask(t, "hooks", "GET", at+"?limit=2", "").after()
	d.fields(t, "GET", "/webhook_endpoints?after="+first, "", "after:[invalid]")
	d.fields(t, "GET", at+"?limit=0", "", "limit:[must be a whole number from 1 to 100]")
}

func TestALegacyRelayOnTheWire(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	gift, err := d.Donate(t.Context(), app.System(), fund.DonationInput{Fact: keyOf(t, d.names["campaign"]), Amount: "12.5", Name: "Gus", Comment: "Hi"})
	must.Do(t, err)
	for name, meta := range map[string]string{"object": `{"a":[1]}`, "text": `"a"`, "none": ""} {
		must.Do(t, d.PutLegacyRelay(t.Context(), app.System(), fund.LegacyRelay{Provider: "crowd", UUID: name, Meta: meta, Donation: gift}))
		if meta == "" {
			meta = `""`
		}
		got := d.send(t, "owner", "GET", "/api/public/legacy-relays/crowd/"+name, "")
		want := `{"data":{"uuid":"` + name + `","amount":"12.50","currency_code":"USD","anonymous":false,"donor_name":"Gus",` +
			`"donor_comment":"Hi","payment_status":"completed","meta":` + meta + `}}`
		if got.status != 200 || got.text != want {
			t.Errorf("got %d %s\nwant %s", got.status, got.text, want)
		}
		if name == "object" {
			d.pinAnswer(t, "GET /api/public/legacy-relays/crowd/object (owner)", "legacy-relay", got)
		}
	}
	d.send(t, "owner", "GET", "/api/public/legacy-relays/other/text", "").wants(t, "another provider", 404)
	d.send(t, "", "GET", "/api/public/legacy-relays/crowd/text", "").wants(t, "no token", 401)
	d.send(t, "hooks", "GET", "/api/public/legacy-relays/crowd/text", "").wants(t, "no public scope", 403)
}

// TestWebhookConditions has a lost update refused.
func TestWebhookConditions(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	for path, body := range map[string]string{
		"/webhook_endpoints/{endpoint}": `{"description":"%d"}`, "/webhook_relays/{relay}": `{"name":"%d"}`,
		"/webhook_endpoints/{endpoint}/webhook_subscriptions/{campaign}": `{"event_types":["public:indirect:fact_updated"],"n":%d}`,
	} {
		method := "PATCH"
		if strings.Contains(path, "subscriptions") {
			method = "PUT"
		}
		tag := d.ask(t, "hooks", "GET", path, "").header.Get("ETag")
		if got := d.ask(t, "hooks", method, path, fmt.Sprintf(body, 1), "If-Match", tag); got.status != 200 {
			t.Errorf("%s: got %d %s, want the change of what was read", path, got.status, got.text)
		}
		d.ask(t, "hooks", method, path, fmt.Sprintf(body, 2), "If-Match", tag).wants(t, path+" with an old tag", 412)
	}
}

// TestWhatIsShownOfWebhooksCanBeSentBack sends answers back as changes: nothing changes.
func TestWhatIsShownOfWebhooksCanBeSentBack(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	for at, method := range map[string]string{
		"/webhook_endpoints/{endpoint}": "PATCH", "/webhook_relays/{relay}": "PATCH",
		"/webhook_endpoints/{endpoint}/webhook_subscriptions/{campaign}": "PUT",
	} {
		shown := d.ask(t, "hooks", "GET", at, "")
		if got := d.ask(t, "hooks", method, at, d.data(t, shown)); got.status != 200 || got.text != shown.text {
			t.Errorf("%s: got %d %s, want %s", at, got.status, got.text, shown.text)
		}
	}
}

// TestWebhookAnswersAreAsPinned pins what every row of webhooks answers.
func TestWebhookAnswersAreAsPinned(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	for _, c := range hookCalls {
		if c.status == http.StatusNoContent {
			continue // what is deleted cannot be called afterwards
		}
		got := d.ask(t, "hooks", c.method, c.path, c.body)
		name := strings.ToLower(c.method) + strings.NewReplacer("/", "-", "{", "", "}", "", "?since=2020-01-01", "").Replace(c.path)
		d.pinAnswer(t, c.method+" /api/private"+c.path+" (hooks)", name, got)
	}
}

// made are values that are drawn for each thing or computed from them, and what stands for them.
var made = map[*regexp.Regexp]string{
	regexp.MustCompile(`"(signing_key|client_key|X-Tiltify-Signature)": "[^"]*"`): `"$1": "8sPQZ1bTq4Yw6mVhJk2L9rXnD3cFe7Ga0uIo5tMyBpE"`,
	regexp.MustCompile(`"(after|before)": "[^"]*"`):                               `"$1": "(a cursor)"`,
}

// pinAnswer compares an answer with a golden file.
func (d *desk) pinAnswer(t *testing.T, request, name string, got reply) {
	t.Helper()
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s\n%d\n", request, got.status)
	must.Do(t, json.Indent(&text, []byte(got.text), "", "  "))
	text.WriteByte('\n')
	masked := d.masked(text.String())
	for drawn, with := range made {
		masked = drawn.ReplaceAllString(masked, with)
	}
	testgolden.Compare(t, filepath.Join("testdata", "golden", "webhook", name+".txt"), []byte(masked))
}
