package checkout_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/pay/stripe"
)

// TestNoSecretsOfAProxyAreStored sends more headers than an event has.
func TestNoSecretsOfAProxyAreStored(t *testing.T) {
	t.Parallel()
	sent := http.Header{
		"Stripe-Signature": {"t=1,v1=abc", "t=2"}, "Almoner-Sandbox-Signature": {"def"}, "Content-Type": {"application/json"},
		"User-Agent": {"Stripe/1.0"}, "Authorization": {"Bearer secret"}, "Cookie": {"secret"}, "X-Forwarded-For": {"192.0.2.1"},
	}
	for name, c := range map[string]struct {
		profile pay.Profile
		want    http.Header
	}{
		"stripe":  {stripe.Profile(), http.Header{"Stripe-Signature": {"t=1,v1=abc", "t=2"}}},
		"sandbox": {sandbox.Profile(), http.Header{"Almoner-Sandbox-Signature": {"def"}}},
	} {
		c.want["Content-Type"], c.want["User-Agent"] = []string{"application/json"}, []string{"Stripe/1.0"}
		if got := checkout.HandedOn(sent, c.profile); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
