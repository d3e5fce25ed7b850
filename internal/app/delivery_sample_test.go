package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// TestTestMessagesAreLimited sends one too many, since nothing shows that an address is the application's.
func TestTestMessagesAreLimited(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	var last app.LoggedDelivery
	try := func() (err error) {
		last, err = w.TestWebhook(ctx, w.program, byID(w.to.ID), fund.WebhookSampleInput{EventType: fund.Some("public:direct:fact_updated")})
		return err
	}
	must.Do(t, try())
	again := app.DeliveryKey{Endpoint: byID(w.to.ID), Delivery: byID(last.ID)}
	must.Get(w.ResendDelivery(ctx, w.program, again))(t)
	for n := range shield.WebhookTestsAnHour - 2 {
		if err := try(); err != nil {
			t.Fatalf("got %v for number %d", err, n+1)
		}
	}
	wantKind(t, try(), fmt.Sprint(fault.RateLimited))
	_, err := w.ResendDelivery(ctx, w.program, again)
	wantKind(t, err, fmt.Sprint(fault.RateLimited))
}

func TestATestMessageIsSentOnce(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	w.answer = answering(500)
	d := must.Get(w.TestWebhook(ctx, w.program, byID(w.to.ID), fund.WebhookSampleInput{EventType: fund.Some("private:direct:donation_updated")}))(t)
	got := w.deliver(t)
	if len(got) != 1 || got[0].ID != d.ID {
		t.Fatalf("got %d requests, want the message", len(got))
	}
	s := readSent(t, got[0])
	if s.Meta["subscription_source_type"] != "test" || s.Meta["subscription_source_id"] != (fund.ID{}).String() || s.Data["donor_name"] == nil {
		t.Errorf("got %s, want a test message", got[0].Body)
	}
	w.Clock.Advance(time.Hour)
	if got := w.deliver(t); len(got) > 0 {
		t.Errorf("got %d requests, want no retry", len(got))
	}
}
