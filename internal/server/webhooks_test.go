package server_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
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

// TestAWebhookArrives has a receiver on this machine, whose network is open to webhooks, and a whole node.
func TestAWebhookArrives(t *testing.T) {
	t.Parallel()
	type request struct {
		header http.Header
		body   []byte
	}
	got := make(chan request, 9)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- request{r.Header, body}
	}))
	defer receiver.Close()
	ctx := t.Context()
	n := must.Get(server.Open(ctx, server.Settings{
		Database: config.Database("sqlite:" + filepath.Join(t.TempDir(), "a.db")), BaseURL: "https://almoner.test", Payments: checkout.Settings{Sandbox: true},
		WebhookNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, ShutdownTimeout: time.Minute, Log: slog.New(slog.DiscardHandler),
	}))(t)
	listener := must.Get((&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0"))(t)
	stopped := make(chan error, 1)
	serving, stop := context.WithCancel(ctx)
	go func() { stopped <- n.Serve(serving, listener) }()
	defer func() {
		stop()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		must.Do(t, n.Close())
	}()

	a, system := n.App(), app.System()
	cause := must.Get(a.ImportCause(ctx, system, fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: "good-cause", Currency: "USD"}}))(t)
	program, _, token, err := a.CreateApplication(ctx, system, app.NewApplication{
		Name: "Bot", RedirectURIs: []string{"https://bot.example/"}, Scopes: []string{fund.ScopeWebhooksWrite},
	})
	must.Do(t, err)
	actor := must.Get(a.Authenticate(ctx, token))(t)
	e := must.Get(a.CreateEndpoint(ctx, actor, fund.WebhookEndpointPatch{URL: fund.Some(receiver.URL + "/hook"), Standard: fund.Some(true)}))(t)
	if e.ApplicationID != program.ID {
		t.Errorf("got an endpoint of %s", e.ApplicationID)
	}
	must.Get(a.PutSubscription(ctx, actor, app.SubscriptionKey{Endpoint: fund.Key{ID: e.ID}, Fact: fund.Key{ID: cause.ID}},
		fund.SubscriptionPatch{EventTypes: []string{"public:direct:donation_updated", "public:direct:fact_updated"}}))(t)
	d := must.Get(a.Donate(ctx, system, fund.DonationInput{Fact: fund.Key{ID: cause.ID}, Amount: "5", Name: "Ada " + rand.Text()}))(t)

	document := must.Get(apiv5.OpenAPI("private", api.OpenAPI31))(t)
	for range 2 {
		r := <-got
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
