package apiv5_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testgolden"
	"github.com/almoner/almoner/internal/webhook"
)

// sample is a request to a receiver as the API shows it.
type sample struct {
	URL     string
	Headers map[string]string
	Body    string
}

// sampleOf reads a sample from an answer.
func sampleOf(t testing.TB, body []byte) sample {
	t.Helper()
	var answer struct{ Data sample }
	if err := json.Unmarshal(body, &answer); err != nil || answer.Data.Body == "" {
		t.Fatalf("got %s, %v, want a sample", body, err)
	}
	return answer.Data
}

// parsed is the message of a sample.
func (s sample) parsed(t testing.TB) (data, meta map[string]any) {
	t.Helper()
	var body struct{ Data, Meta map[string]any }
	if err := json.Unmarshal([]byte(s.Body), &body); err != nil {
		t.Fatalf("%s: %v", s.Body, err)
	}
	return body.Data, body.Meta
}

// allTypes are the event types of all messages.
func allTypes() []string { return append(fund.WebhookEventTypes(), fund.WebhookRelayType) }

// hooks gives an application of ada with an endpoint {endpoint} and the token "hooks".
func (w *world) hooks() {
	w.t.Helper()
	ctx := w.t.Context()
	program, _, token, err := w.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Hooks", RedirectURIs: []string{"https://hooks.example/"}, Owner: w.Ada.ID, Scopes: []string{fund.ScopeWebhooksWrite},
	})
	w.Must(err)
	w.tokens["hooks"] = token
	e, err := w.CreateEndpointFor(ctx, app.System(), program.ID, fund.WebhookEndpointPatch{URL: fund.Some("https://hooks.example/tiltify")})
	w.Must(err)
	w.ids["endpoint"] = e.ID.String()
}

// sample asks for the sample of an event type, of the fact of that name; "" is none.
func (w *world) sample(kind, fact string) *httptest.ResponseRecorder {
	w.t.Helper()
	body := fmt.Sprintf(`{"event_type":%q,"fact_id":null}`, kind)
	if fact != "" {
		body = fmt.Sprintf(`{"event_type":%q,"fact_id":%q}`, kind, w.ids[fact])
	}
	return w.call("POST", w.path("/api/private/webhook_endpoints/{endpoint}/samples"), w.tokens["hooks"], body)
}

// TestSamplesAreAsPinned compares the exact texts.
func TestSamplesAreAsPinned(t *testing.T) {
	t.Parallel()
	w, f, schemas := newWorld(t), loadFacts(t), messageSchemas(t)
	w.hooks()
	pin := func(file string, asks [][2]string) {
		var got bytes.Buffer
		for _, ask := range asks {
			answer := w.sample(ask[0], ask[1])
			if answer.Code != 200 {
				t.Fatalf("%v: got %d %s, want 200", ask, answer.Code, answer.Body)
			}
			s := sampleOf(t, answer.Body.Bytes())
			f.readsMessage(t, ask[0], ask[1], json.RawMessage(s.Body))
			if err := schemas[ask[0]].Fits([]byte(s.Body)); err != nil {
				t.Errorf("%v: %v", ask, err)
			}
			fmt.Fprintf(&got, "%s of %s\n%s\n", ask[0], ask[1], s.Body)
		}
		testgolden.Compare(t, filepath.Join("testdata", "golden", file), got.Bytes())
	}
	var madeUp, ofFacts [][2]string
	for _, kind := range allTypes() {
		madeUp = append(madeUp, [2]string{kind, ""})
	}
	for _, fact := range []string{"campaign", "teamCampaign", "personal", "event", "cause", "house"} {
		ofFacts = append(ofFacts, [2]string{"public:direct:fact_updated", fact}, [2]string{"public:direct:donation_updated", fact})
	}
	ofFacts = append(ofFacts, [2]string{"private:direct:donation_updated", "campaign"}, [2]string{"private:direct:fact_updated", "campaign"}, [2]string{fund.WebhookRelayType, "campaign"})
	pin("webhook.made-up.txt", madeUp)
	pin("webhook.of-facts.txt", ofFacts)
}

// TestASampleIsARequest looks at its headers and checks its signature.
func TestASampleIsARequest(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	made := d.ask(t, "hooks", "POST", "/webhook_endpoints", `{"url":"https://hooks.example/own?a=b"}`)
	endpoint, key := fmt.Sprint(made.Data["id"]), fmt.Sprint(made.Data["signing_key"])
	seen := map[any]bool{}
	for _, kind := range allTypes() {
		got := d.ask(t, "hooks", "POST", "/webhook_endpoints/"+endpoint+"/samples", `{"event_type":"`+kind+`"}`)
		if got.status != 200 {
			t.Fatalf("%s: got %d %s, want 200", kind, got.status, got.text)
		}
		s := sampleOf(t, []byte(got.text))
		at := s.Headers["X-Tiltify-Timestamp"]
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(at + "." + s.Body))
		want := map[string]string{
			"Content-Type": "application/json", "User-Agent": "Tiltify Outgoing Webhook", "X-Tiltify-Timestamp": deskTime.Format("2006-01-02T15:04:05.000000Z"),
			"X-Tiltify-Signature": base64.StdEncoding.EncodeToString(mac.Sum(nil)), "X-Tiltify-Verision": "v5", "X-Tiltify-Endpoint": endpoint,
		}
		if s.URL != "https://hooks.example/own?a=b" || fmt.Sprint(s.Headers) != fmt.Sprint(want) {
			t.Errorf("%s: got %s %v, want %v", kind, s.URL, s.Headers, want)
		}
		_, meta := s.parsed(t)
		if meta["event_type"] != kind || meta["attempted_at"] != at || seen[meta["id"]] || meta["subscription_source_type"] != "test" {
			t.Errorf("%s: got %v, want that type, the time of the signature, and an id of its own", kind, meta)
		}
		seen[meta["id"]] = true
		if relay, said := meta["relay_key_id"].(string); said != (kind == fund.WebhookRelayType) || said && relay == "" {
			t.Errorf("%s: got relay_key_id %v, want one for relays only", kind, meta["relay_key_id"])
		}
	}
	if n := len(d.ask(t, "hooks", "GET", "/webhook_endpoints/"+endpoint+"/webhook_subscriptions", "").items(t)); n != 0 {
		t.Errorf("got %d subscriptions, want that samples leave nothing", n)
	}
}

// TestASampleHasTheHeadersThatTheEndpointWants has the published library judge it.
func TestASampleHasTheHeadersThatTheEndpointWants(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	made := d.ask(t, "hooks", "POST", "/webhook_endpoints", `{"url":"https://hooks.example/own","standard_webhooks":true,"key_overlap":true}`)
	endpoint, older := fmt.Sprint(made.Data["id"]), fmt.Sprint(made.Data["signing_key"])
	if made.Data["key_overlap"] != true {
		t.Errorf("got %v, want an endpoint whose keys overlap", made.Data)
	}
	rotated := d.ask(t, "hooks", "POST", "/webhook_endpoints/"+endpoint+"/signing_key", "")
	got := d.ask(t, "hooks", "POST", "/webhook_endpoints/"+endpoint+"/samples", `{"event_type":"public:direct:donation_updated"}`)
	s := sampleOf(t, []byte(got.text))
	header := http.Header{}
	for name, value := range s.Headers {
		header.Set(name, value)
	}
	for _, key := range []string{older, fmt.Sprint(rotated.Data["signing_key"])} {
		judge := must.Get(standardwebhooks.NewWebhook(webhook.StandardSecret(key)))(t)
		if err := judge.VerifyIgnoringTimestamp([]byte(s.Body), header); err != nil {
			t.Errorf("got %v with %v, want a signature by the key %s", err, s.Headers, key)
		}
	}
	_, meta := s.parsed(t)
	if header.Get("webhook-id") != meta["id"] || header.Get("webhook-timestamp") != fmt.Sprint(deskTime.Unix()) {
		t.Errorf("got %v, want the message and the second", s.Headers)
	}
}

// TestASampleIsNotKept sends a key of idempotency, which a sample does not know: a signature that is
// given again is too old.
func TestASampleIsNotKept(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	ids := map[any]bool{}
	for range 2 {
		got := d.ask(t, "hooks", "POST", "/webhook_endpoints/{endpoint}/samples", `{"event_type":"public:direct:fact_updated"}`, "Idempotency-Key", "once")
		_, meta := sampleOf(t, []byte(got.text)).parsed(t)
		ids[meta["id"]] = true
	}
	if len(ids) != 2 {
		t.Errorf("got %d samples, want 2", len(ids))
	}
}

// TestASampleOfAFact shows a donation as it is, and one that was made up where nobody gave.
func TestASampleOfAFact(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	const at = "/webhook_endpoints/{endpoint}/samples"
	ask := func(kind, fact string) map[string]any {
		t.Helper()
		got := d.ask(t, "hooks", "POST", at, `{"event_type":"`+kind+`","fact_id":"`+fact+`"}`)
		if got.status != 200 {
			t.Fatalf("%s of %s: got %d %s, want 200", kind, fact, got.status, got.text)
		}
		data, _ := sampleOf(t, []byte(got.text)).parsed(t)
		return data
	}
	public := ask("public:direct:donation_updated", "{campaign}")
	if _, tells := public["email"]; tells || public["id"] != d.names["donation"] || public["campaign_id"] != d.names["campaign"] || public["donor_name"] != "Gus" {
		t.Errorf("got %v, want the donation as everybody sees it", public)
	}
	matches, _ := public["donation_matches"].([]any)
	if len(matches) != 1 {
		t.Fatalf("got %v, want the match that counts it", public["donation_matches"])
	}
	match, _ := matches[0].(map[string]any)
	for _, key := range []string{"starts_at", "ends_at", "inserted_at", "updated_at"} {
		if text, _ := match[key].(string); !micros.MatchString(text) {
			t.Errorf("%s of a match: got %v, want microseconds", key, match[key])
		}
	}
	for _, kind := range []string{"private:direct:donation_updated", "private:indirect:donation_updated"} {
		private := ask(kind, "{campaign}")
		question, told := private["reward_custom_question"]
		if email, has := private["email"]; email != nil || !has || question != nil || !told {
			t.Errorf("%s: got %v, want the question, and the e-mail address withheld, which this token cannot read", kind, private)
		}
	}
	relay := ask(fund.WebhookRelayType, "{campaign}")
	if _, tells := relay["email"]; tells || relay["payment_status"] != "completed" || relay["id"] != d.names["donation"] {
		t.Errorf("got %v, want what is known of a relay key's donation", relay)
	}
	for _, c := range [][3]string{{"{event}", "fundraising_event_id", "null"}, {"{team campaign}", "team_event_id", ""}} {
		made := ask("public:direct:donation_updated", c[0])
		if made["donor_name"] != "Sample donor" || made["cause_id"] != d.names["cause"] || c[2] == "" && made[c[1]] != d.names[strings.Trim(c[0], "{}")] {
			t.Errorf("%s: got %v, want a made-up donation to it", c[0], made)
		}
	}
	// Screening hides the name from this too.
	d.ask(t, "owner", "PATCH", "/donations/{donation}", `{"screening":"hidden"}`)
	if hidden := ask("private:direct:donation_updated", "{campaign}"); hidden["donor_name"] != fund.Anonymous || hidden["donor_comment"] != nil {
		t.Errorf("got %v, want no name and no comment", hidden)
	}
}

func TestSamplesThatAreRefused(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	const at = "/webhook_endpoints/{endpoint}/samples"
	const public = `{"event_type":"public:direct:fact_updated","fact_id":`
	d.fields(t, "POST", at, `{}`, "event_type:[cannot be blank]")
	d.fields(t, "POST", at, `{"event_type":"public:direct:gone","fact_id":7,"x":1}`, "event_type:[is not one of the allowed values] fact_id:[is not an id] x:[is not a known field]")
	d.fields(t, "POST", at, `{"event_type":7}`, "event_type:[is not a text]")
	d.fields(t, "POST", at, public+`"0"}`, "fact_id:[is not an id]")
	d.fields(t, "POST", at, public+`"{donation}"}`, "fact_id:[does not exist]")
	d.fields(t, "POST", at, public+`"{draft}"}`, "fact_id:[does not exist]")
	d.ask(t, "hooks", "POST", at, ``).wants(t, "no body", 400)
	d.ask(t, "hooks", "POST", at, `[]`).wants(t, "a list", 400)

	rival := d.ask(t, "rival", "POST", "/webhook_endpoints", `{"url":"https://rival.example/"}`)
	path := "/webhook_endpoints/" + fmt.Sprint(rival.Data["id"]) + "/samples"
	for _, kind := range allTypes() {
		got := d.ask(t, "rival", "POST", path, `{"event_type":"`+kind+`","fact_id":"{campaign}"}`)
		if !fund.PrivateWebhookType(kind) {
			if got.status != 200 {
				t.Errorf("%s by a stranger: got %d %s, want 200", kind, got.status, got.text)
			}
			continue
		}
		got.wants(t, kind+" by a stranger", 422)
		if fmt.Sprint(got.Error.Fields) != "map[event_type:["+fund.NotManaged+"]]" {
			t.Errorf("%s: got %v, want event_type refused", kind, got.Error.Fields)
		}
		if madeUp := d.ask(t, "rival", "POST", path, `{"event_type":"`+kind+`"}`); madeUp.status != 200 {
			t.Errorf("%s of nothing by a stranger: got %d %s, want 200", kind, madeUp.status, madeUp.text)
		}
	}
}

// awkward is a text with everything that programs write in different ways.
var awkward = func() string {
	var all strings.Builder
	for r := rune(0); r < 0x100; r++ {
		all.WriteRune(r)
	}
	return all.String() + "</script>&amp;\u2027\u2028\u2029\u202a\ud7ff\ue000\ufeff\ufffd\uffff💜\U0010ffff" + `\u2028\n`
}()

func TestMessagesAreWrittenAsJavaScriptWritesThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`</script>&'`: `</script>&'`, "\u2028\u2029": "\u2028\u2029", "\b\t\n\v\f\r": `\b\t\n\u000b\f\r`, "\x00\x1f\x7f": `\u0000\u001f` + "\x7f",
		`"\/`: `\"\\/`, "a\xffb": "a\ufffdb", "é💜": "é💜", `\u2028`: `\\u2028`,
	} {
		got, err := apiv5.MessageText(map[string]any{"z": text, "a": 1, "é": nil, "Z": true})
		must.Do(t, err)
		if whole := `{"data":{"Z":true,"a":1,"z":"` + want + `","é":null},"meta":{`; !strings.HasPrefix(string(got), whole) {
			t.Errorf("%q:\n got %s\nwant %s…", text, got, whole)
		}
	}
}

// TestNodeWritesMessagesTheSame has JavaScript itself say it.
func TestNodeWritesMessagesTheSame(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is missing: scripts/test.sh installs it")
	}
	text, err := apiv5.MessageText(map[string]any{"text": awkward, awkward: []any{int64(1) << 50, 0, -1, 1e21, 0.1, nil, true, map[string]any{}}})
	must.Do(t, err)
	texts := [][]byte{text}
	w := newWorld(t)
	w.hooks()
	for _, kind := range allTypes() {
		for _, fact := range []string{"", "campaign", "personal"} {
			texts = append(texts, []byte(sampleOf(t, w.sample(kind, fact).Body.Bytes()).Body))
		}
	}
	lines := bytes.Join(texts, []byte("\n"))
	same := exec.CommandContext(t.Context(), node, "-e",
		`const lines = require('fs').readFileSync(0, 'utf8').split('\n'); process.stdout.write(lines.map(l => JSON.stringify(JSON.parse(l))).join('\n'))`)
	same.Stdin = bytes.NewReader(lines)
	got, err := same.Output()
	if err != nil || !bytes.Equal(got, lines) {
		t.Errorf("%v: got\n%s\nwant\n%s", err, got, lines)
	}
}

// TestMessagesHaveMicroseconds looks at every instant of every message.
func TestMessagesHaveMicroseconds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hooks()
	for _, kind := range allTypes() {
		for _, fact := range []string{"", "campaign", "teamCampaign", "personal", "event", "cause", "house"} {
			answer := w.sample(kind, fact)
			if answer.Code == 422 && fund.PrivateWebhookType(kind) {
				continue // not ada's
			}
			for path, forms := range formsOf(t, []byte(sampleOf(t, answer.Body.Bytes()).Body)) {
				for _, form := range forms {
					if form == "instant in seconds" {
						t.Errorf("%s of %s: %s: got seconds, want microseconds", kind, fact, path)
					}
				}
			}
		}
	}
}
