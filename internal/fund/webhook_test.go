package fund_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

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
