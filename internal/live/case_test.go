package live_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// refundByCase opens a case of a donation, and answers it with an amount; "" is all that is left.
func refundByCase(t *testing.T, w *testworld.World, donation fund.ID, amount string) {
	t.Helper()
	ctx := t.Context()
	key := must.Get(w.DonationKey(ctx, donation))(t)
	opened := must.Get(w.OpenCase(ctx, key, "I gave twice.", netip.MustParseAddr("192.0.2.1")))(t)
	if got := must.Get(w.AnswerCase(ctx, app.System(), opened.ID, app.CaseReply{Refund: amount}))(t); got.State != fund.CaseRefunded {
		t.Fatalf("got %+v, want money back", got)
	}
}

// TestRefundsOfCasesAreNoAlerts refunds a donation by a case, and wants that overlays hear of the change of the donation and of nothing that they
// announce, on streams and sockets.
func TestRefundsOfCasesAreNoAlerts(t *testing.T) {
	t.Parallel()
	for name, amount := range map[string]string{"in part": "2.50", "in full": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, live.HubOptions{})
			given := s.give(t.Context(), "Ada", "Hello")
			s.stage.here(t.Context())
			events, socket := s.open(t, s.campaign()), s.dial(t, nil)
			events.next()
			socket.say(`{"type":"subscribe","facts":["` + s.Campaign.ID.String() + `"]}`)
			socket.next("state")
			refundByCase(t, s.World, given.ID, amount)
			last := "donation.completed " + s.give(t.Context(), "Bob", "Go on").ID.String()
			for wire, next := range map[string]func() map[string]any{
				"stream": func() map[string]any { return events.next().Data }, "socket": func() map[string]any { return socket.next() },
			} {
				var heard []string
				for len(heard) == 0 || heard[len(heard)-1] != last {
					m := next()
					heard = append(heard, fmt.Sprint(m["type"], " ", m["id"]))
				}
				if want := []string{"donation.refunded " + given.ID.String(), last}; !slices.Equal(heard, want) {
					t.Errorf("%s: got %q, want %q", wire, heard, want)
				}
			}
		})
	}
}

// TestRefundsOfCasesPushTotals refunds a donation by two cases: clients that add donations up are pushed none, and those that set totals both.
func TestRefundsOfCasesPushTotals(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	d := s.give("20", "Ada", "")
	s.stage.here(t.Context())
	w := s.dial(t, "?vsn=2.0.0", nil)
	totals := fmt.Sprintf("campaign.%d.campaign", s.Campaign.LegacyID)
	w.join(1, s.topic(s.Campaign, "donation"))
	w.join(2, totals)
	for _, refund := range []struct {
		amount string
		left   json.Number
	}{{"5.5", "14.5"}, {"", "0"}} {
		refundByCase(t, s.World, d.ID, refund.amount)
		if got, _ := w.campaignPush(totals, "campaign"); got != refund.left {
			t.Errorf("got amountRaised %s, want %s", got, refund.left)
		}
	}
	s.stage.here(t.Context())
	w.idle()
}
