package stripe_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/testclock"
)

const donation = "01890a5d-ac96-774b-bcce-b302099a8057"

func TestEveryTopicSaysWhatItIsAbout(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Unix(1_790_000_000, 0))
	f := newFake(t, startMock(t), clock)
	s := &session{id: "cs_test_9", status: "complete", intent: "succeeded", amount: 1000, currency: "usd", donation: donation}
	elsewhere := &session{id: "cs_test_8", status: "complete", intent: "succeeded", amount: 1000, currency: "usd"}
	id, err := fund.ParseID(donation)
	if err != nil {
		t.Fatal(err)
	}
	about := func(topic string, s *session, ours bool) object {
		switch {
		case strings.HasPrefix(topic, "checkout.session."):
			return f.sessionPaper(s, false)
		case strings.HasPrefix(topic, "charge.dispute."):
			return f.disputePaper(s, &dispute{id: "dp_1", amount: 1000, status: "needs_response"})
		case strings.Contains(topic, "refund.") && topic != "charge.refunded":
			return f.refundPaper(s, &refund{id: "re_1", amount: 100, status: "succeeded", ours: ours})
		default:
			return f.chargePaper(s)
		}
	}
	for _, topic := range stripe.Topics() {
		if strings.HasPrefix(topic, "account.") {
			continue
		}
		reference, named := "pi_test_9", id
		if strings.HasPrefix(topic, "checkout.session.") {
			reference = s.id
		}
		if strings.HasPrefix(topic, "charge.dispute.") {
			named = fund.ID{} // a dispute has no metadata of the payment
		}
		got, err := f.provider().Decode(f.event(topic, about(topic, s, true)), clock.Now())
		want := pay.Ref{Donation: named, Account: account, Reference: reference}
		if err != nil || got.Ref != want || got.Topic != topic || got.ID != fmt.Sprintf("evt_%d", f.count) || !got.Concerns() {
			t.Errorf("%s: got %+v, %v, want %+v", topic, got, err, want)
		}
		// What the charity sells elsewhere in the same account carries no mark of ours: only what has no mark in
		// any case has to be asked about.
		got, err = f.provider().Decode(f.event(topic, about(topic, elsewhere, false)), clock.Now())
		asks := strings.HasPrefix(topic, "charge.dispute.") || strings.Contains(topic, "refund.")
		if err != nil || got.Concerns() != asks || !got.Donation.IsZero() {
			t.Errorf("%s of another payment: got %+v, %v, want concerns %t", topic, got, err, asks)
		}
	}
	for _, topic := range []string{"payout.paid", "account.application.authorized", "customer.created", "checkout.session.unheard_of", "charge.dispute"} {
		if got, err := f.provider().Decode(f.event(topic, f.sessionPaper(s, false)), clock.Now()); err != nil || got.Concerns() || got.ID == "" {
			t.Errorf("%s: got %+v, %v, want it to be taken and to concern nothing", topic, got, err)
		}
	}
}

func TestNoticesThatAreNotStripes(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	body := []byte(`{"id":"evt_1","object":"event","type":"checkout.session.completed","account":"` + account +
		`","data":{"object":{"id":"cs_test_1","object":"checkout.session","metadata":{"almoner_donation":"` + donation + `"}}}}`)
	sign := func(body []byte, secret string, at time.Time) string {
		return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: at}).Header
	}
	good := sign(body, testSecret, now)
	_, mac, _ := strings.Cut(good, ",")
	old := sign(body, testSecret, now.Add(-6*time.Minute))
	for name, c := range map[string]struct {
		headers []string
		body    []byte
		want    fault.Kind // Internal for a good one
	}{
		"good":             {[]string{good}, body, fault.Internal},
		"four minutes old": {[]string{sign(body, testSecret, now.Add(-4*time.Minute))}, body, fault.Internal},
		"two secrets":      {[]string{good + ",v1=" + strings.Repeat("00", 32) + ",v0=ab"}, body, fault.Internal},
		"old":              {[]string{old}, body, fault.Unauthenticated},
		"of tomorrow":      {[]string{sign(body, testSecret, now.Add(6*time.Minute))}, body, fault.Unauthenticated},
		"forged":           {[]string{sign(body, "whsec_other", now)}, body, fault.Unauthenticated},
		"other body":       {[]string{good}, append([]byte(" "), body...), fault.Unauthenticated},
		"other time":       {[]string{fmt.Sprintf("t=%d,%s", now.Unix()+1, mac)}, body, fault.Unauthenticated},
		"a new time first": {[]string{fmt.Sprintf("t=%d,%s", now.Unix(), old)}, body, fault.Unauthenticated},
		"a new time last":  {[]string{fmt.Sprintf("%s,t=%d", old, now.Unix())}, body, fault.Unauthenticated},
		"its time twice":   {[]string{fmt.Sprintf("t=%d,%s", now.Unix(), good)}, body, fault.Unauthenticated},
		"no time":          {[]string{mac}, body, fault.Unauthenticated},
		"no signature":     {[]string{fmt.Sprintf("t=%d", now.Unix())}, body, fault.Unauthenticated},
		"nonsense":         {[]string{"nonsense"}, body, fault.Unauthenticated},
		"none":             {nil, body, fault.Unauthenticated},
		"two":              {[]string{good, good}, body, fault.Unauthenticated},
		"not JSON":         {[]string{sign([]byte("x"), testSecret, now)}, []byte("x"), fault.Malformed},
		"no event":         {[]string{sign([]byte("{}"), testSecret, now)}, []byte("{}"), fault.Malformed},
	} {
		p := stripe.New(stripe.Options{Key: testKey, WebhookSecret: testSecret})
		got, err := p.Decode(pay.Raw{Header: map[string][]string{stripe.SignatureHeader: c.headers}, Body: c.body}, now)
		switch {
		case c.want == fault.Internal && (err != nil || got.Reference != "cs_test_1"):
			t.Errorf("%s: got %+v, %v, want it to be taken", name, got, err)
		case c.want != fault.Internal && !fault.Is(err, c.want):
			t.Errorf("%s: got %+v, %v, want %s", name, got, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), testSecret) {
			t.Errorf("%s: got %v, want no secret in it", name, err)
		}
	}
}

func TestTestPaymentsAreNoRealOnes(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	for _, c := range []struct {
		key      string
		live     bool
		concerns bool
	}{
		{"sk_live_1", true, true}, {"rk_live_1", true, true}, {"sk_live_1", false, false}, {"sk_test_1", false, true}, {"sk_test_1", true, false},
	} {
		body, err := json.Marshal(object{
			"id": "evt_1", "object": "event", "type": "checkout.session.completed", "livemode": c.live,
			"data": object{"object": object{"id": "cs_1", "metadata": object{"almoner_donation": donation}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: testSecret, Timestamp: now})
		got, err := stripe.New(stripe.Options{Key: c.key, WebhookSecret: testSecret}).Decode(
			pay.Raw{Header: map[string][]string{stripe.SignatureHeader: {signed.Header}}, Body: body}, now)
		if err != nil || got.Concerns() != c.concerns {
			t.Errorf("%s, live %t: got %+v, %v, want concerns %t", c.key, c.live, got, err, c.concerns)
		}
	}
}
