package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// becomeChat makes the endpoint a chat that announces donations to the campaign.
func (w *hookWorld) becomeChat(t *testing.T, template string) {
	t.Helper()
	w.to = must.Get(w.UpdateEndpoint(t.Context(), w.program, byID(w.to.ID), fund.WebhookEndpointPatch{
		URL: fund.Some("https://discord.com/api/webhooks/123/token"), Format: fund.Some(fund.FormatDiscord), Template: fund.Some(template),
	}))(t)
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
}

// told are the lines of requests.
func told(got []app.WebhookRequest) (lines []string) {
	for _, q := range got {
		lines = append(lines, string(q.Body))
	}
	return lines
}

func wantTold(t *testing.T, got []app.WebhookRequest, want ...string) {
	t.Helper()
	if fmt.Sprintf("%q", told(got)) != fmt.Sprintf("%q", want) {
		t.Errorf("got %q, want %q", told(got), want)
	}
}

func TestAChatIsToldOfEachDonation(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "")
	w.subscribe(t, w.to, w.cause.ID, "public:indirect:donation_updated")
	first := w.give(t, fund.DonationInput{Name: "Ada", Comment: "Go!\nGo!", Email: "ada@example.org"})
	w.give(t, fund.DonationInput{Name: "Bo", Anonymous: true, Email: "bo@example.org"})
	w.give(t, fund.DonationInput{Name: "/ban Cy"})
	name := w.campaign.Name
	wantTold(t, w.deliver(t), "Ada donated $12.50 to "+name+": Go! Go!", "Anonymous donated $12.50 to "+name+".", "ban Cy donated $12.50 to "+name+".")
	for _, d := range w.logged(t, w.to) {
		if line, is := d.Line(); !is || d.Status != fund.WebhookDelivered || line == "" {
			t.Errorf("got %+v, want a line that was delivered", d)
		}
	}
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(first.ID), fund.ScreeningHidden))(t)
	must.Get(w.UpdateCampaign(t.Context(), w.owner, campaignKey(w.campaign), fund.CampaignPatch{Description: fund.Some("Other")}))(t)
	wantTold(t, w.deliver(t))
}

// TestAChatIsToldWhatEverybodySees hides a name before the first attempt.
func TestAChatIsToldWhatEverybodySees(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "{donor} gave {amount}: {comment} {last-name} {total} {cause} {Amount} {nothing}")
	d := w.give(t, fund.DonationInput{Name: "Ada", Comment: "Go!"})
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), fund.ScreeningHidden))(t)
	wantTold(t, w.deliver(t), "Anonymous gave $12.50: Anonymous $12.50 "+w.cause.Name+" $12.50 (nothing is not known)")
}

func TestChatsAreTestedWithAMessage(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "")
	test := func(in fund.WebhookSampleInput) []app.WebhookRequest {
		in.EventType = fund.Some("public:direct:donation_updated")
		must.Get(w.TestWebhook(t.Context(), w.program, byID(w.to.ID), in))(t)
		return w.deliver(t)
	}
	wantTold(t, test(fund.WebhookSampleInput{}), "This is a test. Donations will be announced here.")
	wantTold(t, test(fund.WebhookSampleInput{Fact: fund.Some(byID(w.campaign.ID))}), "Test: Sample donor donated $82.95 to "+w.campaign.Name+".")
	w.give(t, fund.DonationInput{Name: "Ada", Anonymous: true, Email: "ada@example.org"})
	w.deliver(t)
	wantTold(t, test(fund.WebhookSampleInput{Fact: fund.Some(byID(w.campaign.ID))}), "Test: Anonymous donated $12.50 to "+w.campaign.Name+".")
}

// TestAChatThatWantsLessIsObeyed has a chat that puts one message off, and with it those behind it, and takes another never.
func TestAChatThatWantsLessIsObeyed(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "{donor}")
	w.answer = func(app.WebhookRequest) app.WebhookAnswer { return app.WebhookAnswer{Status: 429, RetryAfter: "7"} }
	for _, name := range []string{"Ada", "Bo", "Cy"} {
		w.give(t, fund.DonationInput{Name: name})
	}
	wantTold(t, w.deliver(t), "Ada")
	w.Clock.Advance(7*time.Second - time.Microsecond)
	wantTold(t, w.deliver(t))
	w.answer = func(q app.WebhookRequest) app.WebhookAnswer {
		if string(q.Body) == "Bo" {
			return app.WebhookAnswer{Status: 400}
		}
		return app.WebhookAnswer{Status: 204}
	}
	w.Clock.Advance(time.Microsecond)
	wantTold(t, w.deliver(t), "Ada", "Bo", "Cy")
	var states []fund.WebhookStatus
	for _, d := range w.logged(t, w.to) {
		states = append(states, d.Status)
	}
	if e := must.Get(w.Store.GetEndpoint(t.Context(), w.to.ID))(t); fmt.Sprint(states) != "[delivered failed delivered]" || !e.Active() {
		t.Errorf("got %v and active %v, want one given up", states, e.Active())
	}
}

func TestAChatThatIsGoneIsDeactivated(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "{donor}")
	w.answer = answering(404)
	w.give(t, fund.DonationInput{Name: "Ada"})
	w.give(t, fund.DonationInput{Name: "Bo"})
	wantTold(t, w.deliver(t), "Ada")
	if e := must.Get(w.Store.GetEndpoint(t.Context(), w.to.ID))(t); e.Active() {
		t.Error("got an active endpoint, want it deactivated at once")
	}
	if got := w.mails(t); fmt.Sprint(got) != "[webhook_deactivated]" {
		t.Errorf("got mails %v, want the end", got)
	}
}

// TestChatsGetNothingPrivate asks for it in every way.
func TestChatsGetNothingPrivate(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	ctx := t.Context()
	w.subscribe(t, w.to, w.cause.ID, "public:indirect:fact_updated")
	relay := must.Get(w.CreateRelay(ctx, w.program, fund.WebhookRelayPatch{Name: fund.Some("R"), Endpoint: fund.Some(byID(w.to.ID))}))(t)
	key := must.Get(w.CreateRelayKey(ctx, w.program, byID(relay.ID), fund.RelayKeyInput{Key: "key"}))(t)
	w.subscribe(t, w.to, w.campaign.ID, "private:direct:donation_updated", "public:direct:fact_updated")
	w.give(t, fund.DonationInput{Name: "Ada", RelayClientKey: key.ClientKey})
	must.Get(w.FanOut(ctx))(t) // while it is no chat
	waiting := len(w.logged(t, w.to))
	w.to = must.Get(w.UpdateEndpoint(ctx, w.program, byID(w.to.ID), fund.WebhookEndpointPatch{
		URL: fund.Some("https://discord.com/api/webhooks/123/token"), Format: fund.Some(fund.FormatDiscord),
	}))(t)
	wantTold(t, w.deliver(t))
	for _, d := range w.logged(t, w.to) {
		if d.Status != fund.WebhookWithheld {
			t.Errorf("got %+v, want it withheld", d)
		}
	}
	w.give(t, fund.DonationInput{Name: "Bo"})
	wantTold(t, w.deliver(t))
	if made := len(w.logged(t, w.to)); waiting < 3 || made != waiting {
		t.Errorf("got %d deliveries after %d, want none more of what is no chat's", made, waiting)
	}
	_, err := w.PutSubscription(ctx, w.program, app.SubscriptionKey{Endpoint: byID(w.to.ID), Fact: byID(w.campaign.ID)},
		fund.SubscriptionPatch{EventTypes: []string{"private:direct:donation_updated"}})
	wantFields(t, err, "event_types "+fund.NotForChats)
	_, err = w.CreateRelay(ctx, w.program, fund.WebhookRelayPatch{Name: fund.Some("R"), Endpoint: fund.Some(byID(w.to.ID))})
	wantFields(t, err, "endpoint "+fund.IsChat)
}
