package webhook_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/webhook"
)

// TestTheSignatureIsTiltifys checks the example that the original API publishes.
func TestTheSignatureIsTiltifys(t *testing.T) {
	t.Parallel()
	var vector struct{ Secret, Timestamp, Body, Signature string }
	must.Do(t, json.Unmarshal(must.Get(os.ReadFile("testdata/webhook_signature_vector.json"))(t), &vector))
	sum := sha256.Sum256([]byte(vector.Body))
	if got := hex.EncodeToString(sum[:]); len(vector.Body) != 783 || got != "741d2c0877c4da11d59d9166775ac66105639fcd4ef2734cf2c801e8872df04d" {
		t.Fatalf("got a body of %d bytes with the hash %s, want the published one", len(vector.Body), got)
	}
	if got := must.Get(webhook.Body(json.RawMessage(vector.Body)))(t); string(got) != vector.Body {
		t.Errorf("got %s, want the published body written the same", got)
	}
	at := must.Get(time.Parse(time.RFC3339Nano, vector.Timestamp))(t)
	endpoint := fund.ID{15: 7}
	want := http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"Tiltify Outgoing Webhook"}, "X-Tiltify-Timestamp": {vector.Timestamp},
		"X-Tiltify-Signature": {vector.Signature}, "X-Tiltify-Verision": {"v5"}, "X-Tiltify-Endpoint": {endpoint.String()},
	}
	// The zone of the instant and what is finer than a microsecond do not matter, nor does the key before.
	for _, at := range []time.Time{at, at.In(time.FixedZone("", 9*3600)), at.Add(999)} {
		got := webhook.Signing{Endpoint: endpoint, At: at, Keys: []string{vector.Secret, "older"}}.Header([]byte(vector.Body))
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	whole := webhook.Signing{At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Keys: []string{"key"}}.Header(nil)
	if got := whole.Get(webhook.HeaderTimestamp); got != "2026-01-02T03:04:05.000000Z" {
		t.Errorf("got %s, want all six digits", got)
	}
}

func TestSignaturesDiffer(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	seen := map[string]bool{}
	for _, c := range []struct {
		s    webhook.Signing
		body string
	}{
		{webhook.Signing{Message: "m", At: at, Keys: []string{"key"}}, "a"},
		{webhook.Signing{Message: "m", At: at, Keys: []string{"key"}}, "b"},
		{webhook.Signing{Message: "m", At: at.Add(time.Second), Keys: []string{"key"}}, "a"},
		{webhook.Signing{Message: "m", At: at, Keys: []string{"other"}}, "a"},
	} {
		c.s.Standard = true
		h := c.s.Header([]byte(c.body))
		for _, name := range []string{webhook.HeaderSignature, webhook.HeaderStandardSignature} {
			if seen[h[name][0]] {
				t.Errorf("got %s a second time, want signatures that differ by body, instant and key", h[name][0])
			}
			seen[h[name][0]] = true
		}
	}
}

// TestStandardWebhooks has the published library judge a rotation: the secrets of both keys verify, and no other.
func TestStandardWebhooks(t *testing.T) {
	t.Parallel()
	fresh, older := strings.Repeat("0123456789abcdef", 4), strings.Repeat("fedcba9876543210", 4)
	if got, want := webhook.StandardSecret(fresh), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg=="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	body := must.Get(webhook.Body(map[string]string{"a": "1 < 2 💜\u2028"}))(t)
	for keys, want := range map[string]map[string]bool{
		fresh:               {fresh: true, older: false},
		fresh + " " + older: {fresh: true, older: true},
	} {
		h := webhook.Signing{Message: "d8768e26-1092-4f4c-a829-a2698cd19664", At: time.Now(), Keys: strings.Fields(keys), Standard: true}.Header(body)
		// The library looks headers up by their canonical names, as a Go server receives them.
		received := http.Header{}
		for name, values := range h {
			received[http.CanonicalHeaderKey(name)] = values
		}
		for key, good := range want {
			judge := must.Get(standardwebhooks.NewWebhook(webhook.StandardSecret(key)))(t)
			if err := judge.Verify(body, received); (err == nil) != good {
				t.Errorf("with the key %s: got %v, want good %v", key, err, good)
			}
			if err := judge.Verify(append(slices.Clone(body), ' '), received); err == nil {
				t.Error("got another body verified, want it refused")
			}
		}
	}
}

func TestOnlyEndpointsThatWantThemGetStandardHeaders(t *testing.T) {
	t.Parallel()
	s := webhook.Signing{Message: "m", At: time.Now(), Keys: []string{"key"}}
	plain := slices.Sorted(maps.Keys(s.Header(nil)))
	s.Standard = true
	whole := slices.Sorted(maps.Keys(s.Header(nil)))
	if want := append(slices.Clone(plain), "webhook-id", "webhook-signature", "webhook-timestamp"); len(plain) != 6 || !slices.Equal(whole, want) {
		t.Errorf("got %v and %v, want three more", plain, whole)
	}
}
