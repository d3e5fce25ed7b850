package stripe_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/stripe"
)

func TestOnlyEventsOfMoneySayWhenItCame(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_795_000_000, 0).UTC()
	for _, c := range []struct {
		topic, body string
		want        time.Time
	}{
		{"checkout.session.completed", `{"id":"evt_1","created":1795000000}`, at},
		{"checkout.session.async_payment_succeeded", `{"created":1795000000}`, at},
		{"charge.refunded", `{"created":1795000000}`, time.Time{}},
		{"checkout.session.completed", `{}`, time.Time{}},
		{"checkout.session.completed", `{"created":-1}`, time.Time{}},
		{"checkout.session.completed", `{"created":"x"}`, time.Time{}},
		{"checkout.session.completed", ``, time.Time{}},
	} {
		if got := stripe.PaidAt(fund.ProviderEvent{Topic: c.topic, Body: []byte(c.body)}); !got.Equal(c.want) {
			t.Errorf("%s %s: got %s, want %s", c.topic, c.body, got, c.want)
		}
	}
}
