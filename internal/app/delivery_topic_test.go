package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// byType are messages by what they are.
func byType(t *testing.T, got []app.WebhookRequest) map[string]sent {
	t.Helper()
	all := map[string]sent{}
	for _, q := range got {
		s := readSent(t, q)
		all[s.Meta["event_type"].(string)] = s
	}
	return all
}

func typesOf(all map[string]sent) string {
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func eventIn(s sent) map[string]any {
	e, _ := s.Meta["event"].(map[string]any)
	return e
}

// TestEndpointsAreToldOfEveryObject subscribes to topics beyond the types of the original.
func TestEndpointsAreToldOfEveryObject(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.subscribe(t, w.to, w.campaign.ID, fund.WebhookTopicTypes()...)
	above := w.endpoint(t.Context(), t, w.program)
	w.subscribe(t, above, w.cause.ID, "public:indirect:milestone.reached")
	poll, low, _ := w.offers(t)
	got := byType(t, w.deliver(t))
	s := got["public:direct:poll.created"]
	e := eventIn(s)
	if s.Data["id"] != poll.ID.String() || s.Data["name"] != "Next game" || e["type"] != "poll.created" || e["object"] != "poll" || e["id"] != poll.ID.String() ||
		e["fact_id"] != w.campaign.ID.String() || e["test"] != false || e["detail"].(map[string]any)["to"] != "open" {
		t.Errorf("got %+v, want the poll as a read shows it, with its event", s)
	}
	if got["public:direct:match.opened"].Data["matched_by"] != "Grace" || got["private:direct:milestone.created"].Data == nil {
		t.Errorf("got %s, want a message for each of the objects", typesOf(got))
	}
	d := w.give(t, fund.DonationInput{Name: "Ada", Email: "ada@example.org"})
	must.Get(w.UpdateMilestone(t.Context(), w.owner, app.MilestoneKey{Milestone: byID(low.ID)}, fund.MilestonePatch{Amount: fund.Some("20")}))(t)
	w.give(t, fund.DonationInput{Name: "Bo"})
	reached := 0
	for _, q := range w.deliver(t) {
		s := readSent(t, q)
		switch s.Meta["event_type"] {
		case "public:direct:milestone.reached", "public:indirect:milestone.reached":
			reached++
			detail := eventIn(s)["detail"].(map[string]any)
			if s.Data["id"] != low.ID.String() || fmt.Sprint(detail["amount"]) != "map[currency:USD value:20.00]" || detail["to"] != "reached" {
				t.Errorf("got %+v, want the milestone and what was reached", s)
			}
		case "public:direct:donation.completed":
			if strings.Contains(string(q.Body), "ada@example.org") {
				t.Errorf("got %s, want no address", q.Body)
			}
		}
	}
	if reached != 2 {
		t.Errorf("got %d messages about the milestone, want one for each endpoint", reached)
	}
	w.later()
	must.Get(w.RefundDonation(t.Context(), app.System(), byID(d.ID), ""))(t)
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), fund.ScreeningHidden))(t)
	got = byType(t, w.deliver(t))
	refund := got["public:direct:donation.refunded"]
	if refund.Data != nil || fmt.Sprint(eventIn(refund)["detail"].(map[string]any)["change"]) != "map[currency:USD value:-12.50]" {
		t.Errorf("got %+v, want no donation any more, and what was paid back", refund)
	}
	if _, screened := got["public:direct:donation.screened"]; !screened {
		t.Errorf("got %s, want the screening", typesOf(got))
	}
}

// TestTopicsHaveTheRightsOfReads compares what applications with different scopes are sent about a donation.
func TestTopicsHaveTheRightsOfReads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scopes  []string
		private bool
	}{{nil, false}, {[]string{fund.ScopePublic, fund.ScopeDonationsRead}, true}} {
		w := newHookWorld(t, c.scopes...)
		w.subscribe(t, w.to, w.campaign.ID, "private:direct:donation.completed", "private:direct:donation.ended", "public:direct:donation.completed")
		w.give(t, fund.DonationInput{Name: "Ada", Email: "ada@example.org", Anonymous: true})
		got := w.deliver(t)
		all := byType(t, got)
		if len(all) != 2 {
			t.Errorf("%v: got %s, want both", c.scopes, typesOf(all))
		}
		if s := all["public:direct:donation.completed"]; s.Data["donor_name"] != "Anonymous" {
			t.Errorf("%v: got %+v, want it without the name", c.scopes, s)
		}
		// What those who handle a donation see beyond the public is how it was paid, not who paid it: the owner is no member of the cause.
		if _, handled := all["private:direct:donation.completed"].Data["screening"]; handled != c.private {
			t.Errorf("%v: got %+v, want what a read with these scopes shows", c.scopes, all["private:direct:donation.completed"].Data)
		}
		for _, q := range got {
			if strings.Contains(string(q.Body), "ada@example.org") {
				t.Errorf("%v: got %s, want no address", c.scopes, q.Body)
			}
		}
	}
}

func TestTopicsThatManagersAloneMayKnow(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	for _, name := range []string{"public:direct:donation.changed", "public:indirect:registration.created", "public:direct:fact.left", "private:direct:user.changed", "public:relay:poll.created"} {
		_, err := w.PutSubscription(t.Context(), w.program, app.SubscriptionKey{Endpoint: byID(w.to.ID), Fact: byID(w.campaign.ID)}, fund.SubscriptionPatch{EventTypes: []string{name}})
		wantFields(t, err, "event_types "+fund.NotAllowed)
	}
}

// TestWhatEverybodySawMayBeKnownToBeGone takes a campaign back and removes one.
func TestWhatEverybodySawMayBeKnownToBeGone(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.subscribe(t, w.to, w.cause.ID, "public:indirect:fact.unpublished", "public:indirect:fact.removed", "public:indirect:fact.changed")
	draft := w.newCampaign(t.Context(), t, fund.CampaignPatch{Status: fund.Some(fund.Unpublished)})
	must.Do(t, w.DeleteCampaign(t.Context(), w.owner, campaignKey(draft)))
	must.Get(w.UpdateCampaign(t.Context(), w.owner, campaignKey(w.campaign), fund.CampaignPatch{Description: fund.Some("Other")}))(t)
	must.Get(w.UpdateCampaign(t.Context(), w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Unpublished)}))(t)
	got := byType(t, w.deliver(t))
	if s := got["public:indirect:fact.unpublished"]; len(got) != 1 || s.Data != nil || eventIn(s)["id"] != w.campaign.ID.String() {
		t.Errorf("got %v, want that the campaign is gone, and neither what it said nor that there was a draft", got)
	}
}

// TestTestEventsAreTestSends rehearses where money is real.
func TestTestEventsAreTestSends(t *testing.T) {
	t.Parallel()
	w := hooksOf(t, newWorldWith(t, worldOptions{mode: fund.ModeLive}))
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated", "private:direct:donation_updated", "public:direct:fact_updated",
		"public:direct:donation.completed", "public:direct:milestone.reached")
	chat := w.endpoint(t.Context(), t, w.program)
	must.Get(w.UpdateEndpoint(t.Context(), w.program, byID(chat.ID), fund.WebhookEndpointPatch{
		URL: fund.Some("https://discord.com/api/webhooks/123/token"), Format: fund.Some(fund.FormatDiscord),
	}))(t)
	w.subscribe(t, chat, w.campaign.ID, "public:direct:donation_updated")
	w.answer = answering(500)
	for _, event := range []fund.TriggerEvent{fund.TriggerDonation, fund.TriggerMilestone} {
		_, err := w.Trigger(t.Context(), w.owner, campaignKey(w.campaign), triggering(event), func(context.Context, app.Rehearsal) ([]byte, error) {
			return json.Marshal(map[string]any{"id": "a5f5c0de-0000-4000-8000-000000000001", "donor_name": "Rehearsal"})
		})
		must.Do(t, err)
	}
	got := w.deliver(t)
	all := byType(t, got)
	if typesOf(all) != "private:direct:donation_updated public:direct:donation.completed public:direct:donation_updated public:direct:milestone.reached" || len(got) != 4 {
		t.Fatalf("got %s, want the donation in all its types and the milestone, and nothing in the chat", typesOf(all))
	}
	for name, s := range all {
		if s.Meta["subscription_source_type"] != "test" || s.Meta["subscription_source_id"] != "00000000-0000-0000-0000-000000000000" || s.Data["donor_name"] != "Rehearsal" && fund.WebhookTopic(name) == "" {
			t.Errorf("%s: got %+v, want a test message about the made-up donation", name, s)
		}
		if e := eventIn(s); e != nil && e["test"] != true {
			t.Errorf("%s: got %v, want it marked as a test", name, e)
		}
	}
	w.Clock.Advance(time.Hour)
	if got := w.deliver(t); len(got) != 0 {
		t.Errorf("got %d retries, want none of test messages", len(got))
	}
}
