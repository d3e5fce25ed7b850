package fund_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// TestSign checks the example that the original API publishes.
func TestSign(t *testing.T) {
	t.Parallel()
	var vector struct{ Secret, Timestamp, Body, Signature string }
	text, err := os.ReadFile("testdata/webhook_signature_vector.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &vector); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(vector.Body))
	if got := hex.EncodeToString(sum[:]); len(vector.Body) != 783 || got != "741d2c0877c4da11d59d9166775ac66105639fcd4ef2734cf2c801e8872df04d" {
		t.Fatalf("got a body of %d bytes with the hash %s, want the published one", len(vector.Body), got)
	}
	at, err := time.Parse(time.RFC3339Nano, vector.Timestamp)
	if err != nil {
		t.Fatal(err)
	}
	e := fund.WebhookEndpoint{SigningKey: vector.Secret}
	// The zone of the instant and what is finer than a microsecond do not matter.
	for _, at := range []time.Time{at, at.In(time.FixedZone("", 9*3600)), at.Add(999)} {
		timestamp, signature := e.Sign(at, []byte(vector.Body))
		if timestamp != vector.Timestamp || signature != vector.Signature {
			t.Errorf("got %s %s, want %s %s", timestamp, signature, vector.Timestamp, vector.Signature)
		}
	}
	if timestamp, _ := e.Sign(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), nil); timestamp != "2026-01-02T03:04:05.000000Z" {
		t.Errorf("got %s, want all six digits", timestamp)
	}
	_, first := e.Sign(at, []byte("a"))
	_, other := e.Sign(at, []byte("b"))
	_, later := e.Sign(at.Add(time.Microsecond), []byte("a"))
	_, rotated := fund.WebhookEndpoint{SigningKey: "other"}.Sign(at, []byte("a"))
	if first == other || first == later || first == rotated {
		t.Errorf("got %s for different bodies, instants or keys, want different signatures", first)
	}
}

func TestWebhookSampleInput(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"": "cannot be blank", "public:direct:gone": "is not one of the allowed values", "public:relay:donation_updated": "is not one of the allowed values",
		fund.WebhookRelayType: "",
	} {
		wrong := fund.WebhookSampleInput{EventType: fund.Some(name)}.Check()
		var got string
		if len(wrong) > 0 {
			got = wrong[0].Text
		}
		if got != want || want != "" && !wrong.Has("event_type") {
			t.Errorf("%q: got %v, want %q", name, wrong, want)
		}
	}
	for _, name := range fund.WebhookEventTypes() {
		if wrong := (fund.WebhookSampleInput{EventType: fund.Some(name)}).Check(); len(wrong) != 0 {
			t.Errorf("%q: got %v, want it taken", name, wrong)
		}
	}
}
