package fund_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestWebhookEndpointPatch(t *testing.T) {
	t.Parallel()
	some, yes, no := fund.Some[string], fund.Some(true), fund.Some(false)
	var e fund.WebhookEndpoint
	wants(t, fund.WebhookEndpointPatch{}.Apply(&e, noon), "url cannot be blank")
	if e.Active() {
		t.Error("got an active endpoint, want a new one inactive")
	}
	wants(t, fund.WebhookEndpointPatch{URL: some("https://hooks.example/"), Active: yes}.Apply(&e, at(1)))
	wants(t, fund.WebhookEndpointPatch{Active: yes, Description: some(" Mine ")}.Apply(&e, at(2)))
	if !e.Active() || !e.ActivatedAt.Equal(at(1)) || e.Description != "Mine" || !e.UpdatedAt.Equal(at(2)) {
		t.Errorf("got %+v, want it active since second 1", e)
	}
	wants(t, fund.WebhookEndpointPatch{Active: no}.Apply(&e, at(3)))
	wants(t, fund.WebhookEndpointPatch{Active: no}.Apply(&e, at(4)))
	if e.Active() || !e.DeactivatedAt.Equal(at(3)) || !e.ActivatedAt.Equal(at(1)) {
		t.Errorf("got %+v, want it inactive since second 3", e)
	}
	wants(t, fund.WebhookEndpointPatch{Active: yes}.Apply(&e, at(5)))
	if !e.Active() || !e.ActivatedAt.Equal(at(5)) || !e.DeactivatedAt.IsZero() {
		t.Errorf("got %+v, want it active since second 5", e)
	}
	wants(t, fund.WebhookEndpointPatch{URL: some("http://localhost"), Description: some(strings.Repeat("a", fund.MaxName+1))}.Apply(&e, noon),
		"description is too long (255 characters at most)", "url is not an https or http address of a public host name")
	// An address stored before a rule was added is left alone.
	e = fund.WebhookEndpoint{URL: "http://localhost"}
	wants(t, fund.WebhookEndpointPatch{Active: yes}.Apply(&e, noon))
	if (fund.WebhookEndpoint{DeactivatedAt: noon}).Active() {
		t.Error("got an active endpoint that never was activated")
	}
}

func TestWebhookRelayPatch(t *testing.T) {
	t.Parallel()
	some, endpoint := fund.Some[string], fund.Some(fund.Key{ID: fund.ID{1}})
	var r fund.WebhookRelay
	wants(t, fund.WebhookRelayPatch{}.Apply(&r, noon), "name cannot be blank", "endpoint cannot be blank")
	wants(t, fund.WebhookRelayPatch{Name: some(" a "), Endpoint: endpoint}.Apply(&r, noon))
	r.EndpointID = fund.ID{1}
	wants(t, fund.WebhookRelayPatch{}.Apply(&r, at(1)))
	if r.Name != "a" || !r.UpdatedAt.Equal(at(1)) {
		t.Errorf("got %+v", r)
	}
}

func TestRelayKeys(t *testing.T) {
	t.Parallel()
	text := func(s string, n int) *string { s = strings.Repeat(s, n); return &s }
	for _, c := range []struct {
		in   fund.RelayKeyInput
		want []string
	}{
		{fund.RelayKeyInput{}, nil},
		{fund.RelayKeyInput{Key: *text("é", fund.MaxName), Metadata: text("é", fund.MaxMetadata)}, nil},
		{fund.RelayKeyInput{Key: *text("é", fund.MaxName+1)}, []string{"id is too long (255 characters at most)"}},
		{fund.RelayKeyInput{Key: "a\nb"}, []string{"id has characters that cannot be shown"}},
		{fund.RelayKeyInput{Key: " "}, []string{"id cannot be blank"}},
		{fund.RelayKeyInput{Metadata: text("é", fund.MaxMetadata+1)}, []string{"metadata is too long (4096 characters at most)"}},
		{fund.RelayKeyInput{Metadata: text("", 0)}, nil},
		{fund.RelayKeyInput{Metadata: text("a\x01\n", 1)}, nil},
		{fund.RelayKeyInput{Metadata: text("\x00", 1)}, []string{"metadata has characters that cannot be shown"}},
		{fund.RelayKeyInput{Metadata: text("\xff", 1)}, []string{"metadata has characters that cannot be shown"}},
	} {
		wants(t, c.in.Check(), c.want...)
	}
}

func TestSubscriptionsNameSomething(t *testing.T) {
	t.Parallel()
	_, wrong := fund.SubscriptionPatch{}.Check()
	wants(t, wrong, "event_types cannot be blank")
}

func TestPrivateTypesAreForManagers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		types []string
		want  []string
	}{
		{nil, nil}, {[]string{"public:direct:fact_updated"}, nil},
		{[]string{"public:direct:fact_updated", "private:direct:fact_updated"}, []string{"event_types has private types, which require managing the fact"}},
	} {
		var wrong fault.Fields
		fund.CheckPublicTypes(&wrong, c.types)
		wants(t, wrong, c.want...)
	}
}

func TestLegacyRelays(t *testing.T) {
	t.Parallel()
	const meta = "meta is not a text or an object in JSON"
	for _, c := range []struct {
		relay fund.LegacyRelay
		want  []string
	}{
		{fund.LegacyRelay{Provider: "a", UUID: "b"}, nil},
		{fund.LegacyRelay{Provider: "a", UUID: "b", Meta: `{"a":1}`}, nil},
		{fund.LegacyRelay{Provider: "a", UUID: "b", Meta: `"a"`}, nil},
		{fund.LegacyRelay{Provider: "a", UUID: "b", Meta: `[1]`}, []string{meta}},
		{fund.LegacyRelay{Provider: "a", UUID: "b", Meta: `{`}, []string{meta}},
		{fund.LegacyRelay{Provider: "a", UUID: "b", Meta: `7`}, []string{meta}},
		{fund.LegacyRelay{}, []string{"provider cannot be blank", "uuid cannot be blank"}},
	} {
		wants(t, c.relay.Check(), c.want...)
	}
}

func TestPublicNamesAtTheirEdges(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", 63)
	longest := strings.Join([]string{label, label, label, strings.Repeat("b", 61)}, ".") // 253 characters
	for host, want := range map[string]bool{
		longest: true, longest + ".": true, "a" + longest: false, "b" + longest[1:] + "c": false, label + ".example": true, label + "a.example": false,
		"a.example": true, "example": false, "z.example": true, "0.example": true, "9.example": true, "a-b.example": true, "-a.example": false, "a-.example": false,
		"a..example": false, ".example": false, "a.0": false, "a.9x": false, "a.x9": true, "a.`": false, "a.{": false, "a_b.example": false,
		"home.arpa": false, "a.home.arpa": false, "athome.arpa": true, "a.local": false, "a.locals": true, "notlocal.example": true, "a.mylocal": true,
	} {
		var wrong fault.Fields
		address := "https://" + host + "/"
		fund.CheckHook(&wrong, "url", &address)
		if got := len(wrong) == 0; got != want {
			t.Errorf("%s: got %v, want %v", host, got, want)
		}
	}
	for port, want := range map[string]bool{":1": false, ":1023": false, ":1024": true, ":65535": true, ":0": false, ":65536": false, ":": false, "": true} {
		var wrong fault.Fields
		address := "https://hooks.example" + port + "/"
		fund.CheckHook(&wrong, "url", &address)
		if got := len(wrong) == 0; got != want {
			t.Errorf("port %q: got %v, want %v", port, got, want)
		}
	}
}

func TestIdempotencyKeysAtTheirEdges(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"!": true, " ": false, "\x1f": false, "~": true, "\x7f": false, "\u0080": false,
		strings.Repeat("a", fund.MaxIdempotencyKey): true, strings.Repeat("a", fund.MaxIdempotencyKey+1): false,
	} {
		if got := fund.IsIdempotencyKey(key); got != want {
			t.Errorf("%q: got %v, want %v", key, got, want)
		}
	}
}
