package stripe_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/pay/stripe"
)

// TestTheKeyIsProbed asks Stripe's own mock, and servers that refuse.
func TestTheKeyIsProbed(t *testing.T) {
	t.Parallel()
	if err := stripe.New(stripe.Options{Key: "sk_test_123", URL: startMock(t).url}).Probe(t.Context()); err != nil {
		t.Errorf("got %v of stripe-mock", err)
	}
	for status, want := range map[int]fault.Kind{http.StatusUnauthorized: fault.Forbidden, http.StatusBadGateway: fault.Unavailable} {
		if err := refusing(t, status).Probe(t.Context()); !fault.Is(err, want) {
			t.Errorf("%d: got %v, want %s", status, err, want)
		}
	}
	if err := refusing(t, http.StatusForbidden).Probe(t.Context()); err != nil {
		t.Errorf("got %v of a key that lacks a right of the platform", err)
	}
}

func refusing(t *testing.T, status int) *stripe.Provider {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Stripe-Should-Retry", "false")
		answer := refusal(status, "", "words")
		w.WriteHeader(status)
		_, _ = w.Write(answer.body)
	}))
	t.Cleanup(server.Close)
	return stripe.New(stripe.Options{Key: testKey, URL: server.URL})
}
