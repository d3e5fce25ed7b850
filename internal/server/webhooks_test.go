package server_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/testexample"
	"github.com/almoner/almoner/internal/webhook"
)

// hookRequest is what a receiver got.
type hookRequest struct {
	method, path string
	header       http.Header
	body         []byte
}

// hookNode is a whole node and a receiver on this machine, whose network is open to webhooks. The node has a cause, and an application.
type hookNode struct {
	*app.App
	url     string
	got     chan hookRequest
	cause   fund.Cause
	program app.Actor
}

func newHookNode(t *testing.T) hookNode {
	t.Helper()
	made := hookNode{got: make(chan hookRequest, 9)}
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		made.got <- hookRequest{r.Method, r.URL.EscapedPath(), r.Header, body}
	}))
	t.Cleanup(receiver.Close)
	made.url = receiver.URL
	ctx := t.Context()
	n := must.Get(server.Open(ctx, server.Settings{
		Database: config.Database("sqlite:" + filepath.Join(t.TempDir(), "a.db")), BaseURL: "https://almoner.test", Payments: checkout.Settings{Sandbox: true},
		WebhookNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, ShutdownTimeout: time.Minute, Log: slog.New(slog.DiscardHandler),
	}))(t)
	listener := must.Get((&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0"))(t)
	stopped := make(chan error, 1)
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	go func() { stopped <- n.Serve(serving, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		must.Do(t, n.Close())
	})
	made.App = n.App()
	made.cause = must.Get(made.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: "good-cause", Currency: "USD"}}))(t)
	_, _, token, err := made.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Bot", RedirectURIs: []string{"https://bot.example/"}, Scopes: []string{fund.ScopeWebhooksWrite},
	})
	must.Do(t, err)
	made.program = must.Get(made.Authenticate(ctx, token))(t)
	return made
}

// subscribed makes an endpoint that is subscribed to the cause.
func (n hookNode) subscribed(t *testing.T, patch fund.WebhookEndpointPatch, types ...string) fund.WebhookEndpoint {
	t.Helper()
	e := must.Get(n.CreateEndpoint(t.Context(), n.program, patch))(t)
	must.Get(n.PutSubscription(t.Context(), n.program, app.SubscriptionKey{Endpoint: fund.Key{ID: e.ID}, Fact: fund.Key{ID: n.cause.ID}},
		fund.SubscriptionPatch{EventTypes: types}))(t)
	return e
}

func TestAWebhookArrives(t *testing.T) {
	t.Parallel()
	n := newHookNode(t)
	e := n.subscribed(t, fund.WebhookEndpointPatch{URL: fund.Some(n.url + "/hook"), Standard: fund.Some(true)}, "public:direct:donation_updated", "public:direct:fact_updated")
	d := must.Get(n.Donate(t.Context(), app.System(), fund.DonationInput{Fact: fund.Key{ID: n.cause.ID}, Amount: "5", Name: "Ada " + rand.Text()}))(t)

	document := must.Get(apiv5.OpenAPI("private", api.OpenAPI31))(t)
	for range 2 {
		r := <-n.got
		at := must.Get(time.Parse(time.RFC3339Nano, r.header.Get(webhook.HeaderTimestamp)))(t)
		want := webhook.Signing{Endpoint: e.ID, Message: r.header.Get(webhook.HeaderStandardID), At: at, Keys: []string{e.SigningKey}, Standard: true}.Header(r.body)
		for name := range want {
			if r.header.Get(name) != want[name][0] {
				t.Errorf("%s: got %q, want %q", name, r.header.Get(name), want[name][0])
			}
		}
		kind := fitsDocument(t, document, r.header, r.body)
		if kind == "public:direct:donation_updated" && !strings.Contains(string(r.body), `"donor_name":"`+d.Name+`"`) {
			t.Errorf("got %s, want the donation", r.body)
		}
	}
}

// fitsDocument wants a request to be what the document says of its event type.
func fitsDocument(t *testing.T, document []byte, header http.Header, body []byte) (kind string) {
	t.Helper()
	var message struct {
		Meta struct {
			EventType string `json:"event_type"`
		}
	}
	must.Do(t, json.Unmarshal(body, &message))
	kind = message.Meta.EventType
	schema := must.Get(testexample.ReadSchema(document, "webhooks", kind, "post", "requestBody", "content", "application/json", "schema"))(t)
	if err := schema.Fits(body); err != nil {
		t.Errorf("%s: %v\n%s", kind, err, body)
	}
	var read struct {
		Webhooks map[string]struct {
			Post struct{ Parameters []struct{ Name string } }
		}
	}
	must.Do(t, json.Unmarshal(document, &read))
	documented := map[string]bool{"Content-Type": true, "Content-Length": true, "Accept-Encoding": true}
	for i, parameter := range read.Webhooks[kind].Post.Parameters {
		name := http.CanonicalHeaderKey(parameter.Name)
		documented[name] = true
		schema := must.Get(testexample.ReadSchema(document, "webhooks", kind, "post", "parameters", strconv.Itoa(i), "schema"))(t)
		value := must.Get(json.Marshal(header.Get(name)))(t)
		if name == http.CanonicalHeaderKey(webhook.HeaderStandardTimestamp) {
			value = []byte(header.Get(name)) // an integer
		}
		if err := schema.Fits(value); err != nil {
			t.Errorf("%s: %s: %v", kind, name, err)
		}
	}
	for name := range header {
		if !documented[name] {
			t.Errorf("%s: got the header %s, which the document does not have", kind, name)
		}
	}
	return kind
}

// TestAChatArrives sends to a room of a homeserver, and looks for its token in the log.
func TestAChatArrives(t *testing.T) {
	t.Parallel()
	n := newHookNode(t)
	const token = "syt_token"
	e := n.subscribed(t, fund.WebhookEndpointPatch{
		URL: fund.Some(n.url + "/!room:almoner.test?access_token=" + token), Format: fund.Some(fund.FormatMatrix), Template: fund.Some("{donor}: {amount}"),
	}, "public:direct:donation_updated")
	must.Get(n.Donate(t.Context(), app.System(), fund.DonationInput{Fact: fund.Key{ID: n.cause.ID}, Amount: "5", Name: "<b>Ada</b>"}))(t)
	r := <-n.got
	all := must.Get(n.ListDeliveries(t.Context(), n.program, fund.Key{ID: e.ID}, app.DeliveryFilter{}, fund.Page{Limit: 9}))(t)
	if len(all) != 1 {
		t.Fatalf("got %d deliveries, want one", len(all))
	}
	path := "/_matrix/client/v3/rooms/%21room:almoner.test/send/m.room.message/" + all[0].ID.String()
	const body = `{"body":"<b>Ada</b>: $5.00","m.mentions":{},"msgtype":"m.notice"}`
	if r.method != http.MethodPut || r.path != path || r.header.Get("Authorization") != "Bearer "+token || string(r.body) != body {
		t.Errorf("got %s %s %q %s, want a notice", r.method, r.path, r.header.Get("Authorization"), r.body)
	}
	for name := range r.header {
		if strings.HasPrefix(name, "X-Tiltify-") {
			t.Errorf("got %s, want nothing of programs", name)
		}
	}
	at := app.DeliveryKey{Endpoint: fund.Key{ID: e.ID}, Delivery: fund.Key{ID: all[0].ID}}
	logged := must.Get(n.GetDelivery(t.Context(), n.program, at))(t)
	for len(logged.Made) == 0 { // until the attempt is recorded
		logged = must.Get(n.GetDelivery(t.Context(), n.program, at))(t)
	}
	if text := fmt.Sprintf("%+v", logged); strings.Contains(text, token) || logged.Made[0].Headers["Authorization"] != "…" {
		t.Errorf("got %s, want no token", text)
	}
	must.Get(n.ResendDelivery(t.Context(), n.program, at))(t)
	if again := <-n.got; again.path != r.path || string(again.body) != body {
		t.Errorf("got %s %s again, want the same message", again.path, again.body)
	}
}
