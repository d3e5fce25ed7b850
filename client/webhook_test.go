package client_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/webhook"
)

const (
	goodKey  = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	otherKey = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
)

var hookBody = []byte(`{"data":{"amount":{"currency":"USD","value":"5.00"},"donor_name":"Zoë","id":"d"},` +
	`"meta":{"event_type":"public:direct:donation_updated","id":"m","subscription_source_type":"test"}}`)

// received are headers as a server has them.
func received(h http.Header) http.Header {
	got := http.Header{}
	for name, values := range h {
		got[http.CanonicalHeaderKey(name)] = values
	}
	return got
}

// signedBy are the headers that the server sends.
func signedBy(at time.Time, keys ...string) http.Header {
	return received(webhook.Signing{Message: "m", At: at, Keys: keys, Standard: true}.Header(hookBody))
}

// without leaves out the headers whose names begin so.
func without(h http.Header, prefix string) http.Header {
	h = h.Clone()
	for name := range h {
		if strings.HasPrefix(name, prefix) {
			delete(h, name)
		}
	}
	return h
}

// TestWebhooksAreVerified takes those of the server by either of their signatures, and none that is changed, old, or by another key.
func TestWebhooksAreVerified(t *testing.T) {
	t.Parallel()
	now := time.Now()
	secret := webhook.StandardSecret(goodKey)
	good := signedBy(now, goodKey)
	edge := client.WebhookTolerance - time.Second
	changed := func(name, value string) http.Header {
		h := without(good, "Webhook-") // Tiltify's alone
		if strings.HasPrefix(name, "Webhook-") {
			h = without(good, "X-Tiltify-")
		}
		h.Set(name, value)
		return h
	}
	for name, c := range map[string]struct {
		h    http.Header
		body []byte
		keys []string
		want bool
	}{
		"both":                        {good, hookBody, []string{goodKey}, true},
		"both, by the secret":         {good, hookBody, []string{secret}, true},
		"Tiltify's":                   {without(good, "Webhook-"), hookBody, []string{goodKey}, true},
		"Tiltify's, by the secret":    {without(good, "Webhook-"), hookBody, []string{secret}, true},
		"the standard's":              {without(good, "X-Tiltify-"), hookBody, []string{goodKey}, true},
		"the standard's, by a secret": {without(good, "X-Tiltify-"), hookBody, []string{secret}, true},
		"a rotation, the new key":     {signedBy(now, goodKey, otherKey), hookBody, []string{goodKey}, true},
		"a rotation, the old key":     {signedBy(now, goodKey, otherKey), hookBody, []string{otherKey}, true},
		"two keys are known":          {without(good, "Webhook-"), hookBody, []string{otherKey, goodKey}, true},
		"just not too old":            {signedBy(now.Add(-edge), goodKey), hookBody, []string{goodKey}, true},
		"a clock that is ahead":       {signedBy(now.Add(edge), goodKey), hookBody, []string{goodKey}, true},
		"too old":                     {signedBy(now.Add(-edge-2*time.Second), goodKey), hookBody, []string{goodKey}, false},
		"of the future":               {signedBy(now.Add(edge+2*time.Second), goodKey), hookBody, []string{goodKey}, false},
		"another key":                 {good, hookBody, []string{otherKey}, false},
		"no key":                      {good, hookBody, nil, false},
		"an empty key":                {signedBy(now, ""), hookBody, []string{""}, false},
		"an empty secret":             {signedBy(now, ""), hookBody, []string{"whsec_"}, false},
		"a secret that is none":       {good, hookBody, []string{"whsec_!"}, false},
		"another body":                {good, append([]byte(" "), hookBody...), []string{goodKey}, false},
		"no headers":                  {http.Header{}, hookBody, []string{goodKey}, false},
		"no base64":                   {changed("X-Tiltify-Signature", "!"), hookBody, []string{goodKey}, false},
		"cut short":                   {changed("X-Tiltify-Signature", good.Get("X-Tiltify-Signature")[:8]), hookBody, []string{goodKey}, false},
		"another instant":             {changed("X-Tiltify-Timestamp", now.Add(time.Second).UTC().Format(time.RFC3339)), hookBody, []string{goodKey}, false},
		"no instant":                  {changed("X-Tiltify-Timestamp", "now"), hookBody, []string{goodKey}, false},
		"another message":             {changed("Webhook-Id", "n"), hookBody, []string{goodKey}, false},
		"another second":              {changed("Webhook-Timestamp", "1"), hookBody, []string{goodKey}, false},
		"another version":             {changed("Webhook-Signature", strings.Replace(good.Get("Webhook-Signature"), "v1,", "v2,", 1)), hookBody, []string{goodKey}, false},
	} {
		got, err := client.VerifyAt(now, c.h, c.body, c.keys)
		if (err == nil) != c.want || !c.want && !errors.Is(err, client.ErrSignature) {
			t.Errorf("%s: got %v, want good %t", name, err, c.want)
		}
		if d := got.Donation(); c.want && (got.ID != "m" || !got.Test || d == nil || d.DonorName != "Zoë" || d.Amount.String() != "5.00 USD") {
			t.Errorf("%s: got %+v, want what the body says", name, got)
		}
	}
}

// TestTiltifysExampleIsVerified takes the example that the original API publishes, at its time.
func TestTiltifysExampleIsVerified(t *testing.T) {
	t.Parallel()
	var vector struct{ Secret, Timestamp, Body, Signature string }
	must.Do(t, json.Unmarshal(must.Get(os.ReadFile("../internal/webhook/testdata/webhook_signature_vector.json"))(t), &vector))
	header := http.Header{"X-Tiltify-Timestamp": {vector.Timestamp}, "X-Tiltify-Signature": {vector.Signature}}
	at := must.Get(time.Parse(time.RFC3339Nano, vector.Timestamp))(t)
	must.Get(client.VerifyAt(at, header, []byte(vector.Body), []string{vector.Secret}))(t)
	if _, err := client.Verify(header, []byte(vector.Body), vector.Secret); !errors.Is(err, client.ErrSignature) {
		t.Errorf("got %v today, want it too old", err)
	}
}

// TestThePublishedLibraryIsVerified takes what the published library of Standard Webhooks signs.
func TestThePublishedLibraryIsVerified(t *testing.T) {
	t.Parallel()
	key := "whsec_" + base64.StdEncoding.EncodeToString([]byte{0, 1, 0xff, 3})
	now := time.Now()
	signature := must.Get(must.Get(standardwebhooks.NewWebhook(key))(t).Sign("msg", now, hookBody))(t)
	header := http.Header{}
	header.Set("webhook-id", "msg")
	header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	header.Set("webhook-signature", "v1,AAAA "+signature)
	must.Get(client.Verify(header, hookBody, key))(t)
}

// TestOnlyDonationsAreDonations knows those of the original's types and of our own.
func TestOnlyDonationsAreDonations(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]bool{
		"public:direct:donation_updated": true, "private:relay:donation_updated": true, "public:indirect:donation.completed": true,
		"public:direct:fact_updated": false, "public:direct:poll.closed": false, "": false,
	} {
		if got := (client.Webhook{Type: kind, Data: []byte(`{"id":"a"}`)}).Donation(); (got != nil) != want {
			t.Errorf("%s: got %v, want a donation %t", kind, got, want)
		}
	}
	if got := (client.Webhook{Type: "public:direct:donation.changed", Data: []byte("null")}).Donation(); got != nil {
		t.Errorf("got %v of one that is gone, want none", got)
	}
}

// TestTheHandlerAnswers answers so that what was not dealt with comes again, and what is forged does not.
func TestTheHandlerAnswers(t *testing.T) {
	t.Parallel()
	var taken int
	var failure error
	handler := must.Get(client.WebhookHandler(func(context.Context, client.Webhook) error {
		taken++
		return failure
	}, goodKey))(t)
	good := signedBy(time.Now(), goodKey)
	for _, c := range []struct {
		name  string
		h     http.Header
		body  string
		fails error
		want  int
		taken int
	}{
		{"good", good, string(hookBody), nil, 200, 1},
		{"not dealt with", good, string(hookBody), errEnough, 500, 2},
		{"forged", signedBy(time.Now(), otherKey), string(hookBody), nil, 403, 2},
		{"too large", good, strings.Repeat(" ", client.MaxWebhook+1), nil, 413, 2},
		{"as large as may be", good, strings.Repeat(" ", client.MaxWebhook), nil, 403, 2},
		{"no JSON", received(webhook.Signing{At: time.Now(), Keys: []string{goodKey}}.Header([]byte("x"))), "x", nil, 400, 2},
	} {
		failure = c.fails
		r := httptest.NewRequest(http.MethodPost, "/hook", strings.NewReader(c.body))
		r.Header = c.h
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != c.want || taken != c.taken {
			t.Errorf("%s: got %d and %d taken, want %d and %d", c.name, w.Code, taken, c.want, c.taken)
		}
	}
	for _, keys := range [][]string{nil, {""}, {goodKey, ""}, {"whsec_"}, {"whsec_!"}} {
		if _, err := client.WebhookHandler(nil, keys...); err == nil {
			t.Errorf("%q: got a handler, want the key refused", keys)
		}
	}
}
