package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
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
	w.give(t, fund.DonationInput{Name: "Ada", Comment: "Go!\nGo!", Email: "ada@example.org"})
	w.give(t, fund.DonationInput{Name: "Bo", Anonymous: true, Email: "bo@example.org"})
	w.give(t, fund.DonationInput{Name: "/ban Cy"})
	name := w.campaign.Name
	wantTold(t, w.deliver(t), "Ada donated $12.50 to "+name+": Go! Go!", "Anonymous donated $12.50 to "+name+".", "ban Cy donated $12.50 to "+name+".")
	for _, d := range w.logged(t, w.to) {
		if line, is := d.Line(); !is || d.Status != fund.WebhookDelivered || line == "" {
			t.Errorf("got %+v, want a line that was delivered", d)
		}
	}
	must.Get(w.UpdateCampaign(t.Context(), w.owner, campaignKey(w.campaign), fund.CampaignPatch{Description: fund.Some("Other")}))(t)
	wantTold(t, w.deliver(t))
}

// saying answers as a chat that calls each new message by its number.
func saying() func(app.WebhookRequest) app.WebhookAnswer {
	var said atomic.Int64
	return func(q app.WebhookRequest) app.WebhookAnswer {
		if q.Changes != "" {
			return app.WebhookAnswer{Status: 200, SentAs: "another"}
		}
		return app.WebhookAnswer{Status: 200, SentAs: fmt.Sprint(said.Add(1))}
	}
}

// inOrder are deliveries in the order of their events: ids of one millisecond are in none.
func inOrder(all []fund.WebhookDelivery) []fund.WebhookDelivery {
	return slices.SortedFunc(slices.Values(all), func(a, b fund.WebhookDelivery) int { return int(a.Position - b.Position) })
}

// changed are the lines of requests with the messages that they take the place of.
func changed(got []app.WebhookRequest) (lines []string) {
	for _, q := range got {
		lines = append(lines, q.Changes+" "+string(q.Body))
	}
	return lines
}

// TestWhatWasAnnouncedIsChanged hides a name that a chat was told, shows it again, and pays the donation back.
func TestWhatWasAnnouncedIsChanged(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.answer = saying()
	w.becomeChat(t, "{donor}: {comment}")
	w.subscribe(t, w.to, w.cause.ID, "public:indirect:donation_updated")
	w.give(t, fund.DonationInput{Name: "Bo"})
	d := w.give(t, fund.DonationInput{Name: "Ada", Comment: "Go!"})
	wantTold(t, w.deliver(t), "Bo:", "Ada: Go!")
	screen := func(s fund.Screening) []app.WebhookRequest {
		w.later()
		must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), s))(t)
		return w.deliver(t)
	}
	for _, step := range []struct {
		to   fund.Screening
		want string
	}{{fund.ScreeningHidden, "[2 Anonymous:]"}, {fund.ScreeningShown, "[2 Ada: Go!]"}, {fund.ScreeningCommentHeld, "[2 Ada:]"}} {
		if got := changed(screen(step.to)); fmt.Sprint(got) != step.want {
			t.Errorf("%s: got %q, want %s", step.to, got, step.want)
		}
	}
	must.Get(w.RefundDonation(t.Context(), app.System(), byID(d.ID), ""))(t)
	if got := changed(screen(fund.ScreeningHidden)); fmt.Sprint(got) != "[2 Anonymous:]" {
		t.Errorf("got %q after it was paid back, want the name hidden all the same", got)
	}
	must.Get(w.UpdateEndpoint(t.Context(), w.program, byID(w.to.ID), fund.WebhookEndpointPatch{Template: fund.Some("Thanks!")}))(t)
	screen(fund.ScreeningShown)
	if got := screen(fund.ScreeningHidden); len(got) != 0 {
		t.Errorf("got %q, want nothing where the message says so already", changed(got))
	}
}

// TestWhatIsHiddenIsNotSaidByARetry hides a name between two attempts, and sends an old message again.
func TestWhatIsHiddenIsNotSaidByARetry(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "{donor}")
	w.answer = answering(500)
	d := w.give(t, fund.DonationInput{Name: "Ada"})
	wantTold(t, w.deliver(t), "Ada")
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), fund.ScreeningHidden))(t)
	w.answer = saying()
	w.Clock.Advance(2 * time.Second)
	wantTold(t, w.deliver(t), "Anonymous")
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), fund.ScreeningShown))(t)
	if got := changed(w.deliver(t)); fmt.Sprint(got) != "[1 Ada]" {
		t.Errorf("got %q, want the message changed", got)
	}
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), fund.ScreeningHidden))(t)
	w.deliver(t)
	must.Get(w.ResendDelivery(t.Context(), w.program, app.DeliveryKey{Endpoint: byID(w.to.ID), Delivery: byID(inOrder(w.logged(t, w.to))[0].ID)}))(t)
	if got := changed(w.deliver(t)); fmt.Sprint(got) != "[1 Anonymous]" {
		t.Errorf("got %q, want the one message as everybody sees it now", got)
	}
}

// TestAMessageThatIsGoneIsNoEndOfTheChat changes one that somebody deleted.
func TestAMessageThatIsGoneIsNoEndOfTheChat(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "{donor}")
	w.answer = saying()
	d := w.give(t, fund.DonationInput{Name: "Ada"})
	w.deliver(t)
	w.answer = answering(404)
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), fund.ScreeningHidden))(t)
	w.deliver(t)
	all := w.logged(t, w.to)
	if e := must.Get(w.Store.GetEndpoint(t.Context(), w.to.ID))(t); !e.Active() || len(all) != 2 || inOrder(all)[1].Status != fund.WebhookFailed || !inOrder(all)[1].DueAt.IsZero() {
		t.Errorf("got %+v and active %v, want the change given up and the chat kept", all, e.Active())
	}
}

// TestAChatThatCannotChangeMessagesGetsNoOther has an answer without a name for the message, as those of Slack are.
func TestAChatThatCannotChangeMessagesGetsNoOther(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "{donor}")
	d := w.give(t, fund.DonationInput{Name: "Ada"})
	w.deliver(t)
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), fund.ScreeningHidden))(t)
	wantTold(t, w.deliver(t))
	if all := w.logged(t, w.to); len(all) != 2 || inOrder(all)[1].Status != fund.WebhookWithheld {
		t.Errorf("got %+v, want it said in the log", all)
	}
}

// TestAChatIsNotToldOfThePast imports donations that reach a milestone, and pays one back before it was announced.
func TestAChatIsNotToldOfThePast(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.becomeChat(t, "{donor}")
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated", "public:direct:milestone.reached")
	_, low, _ := w.offers(t)
	must.Get(w.UpdateMilestone(t.Context(), w.owner, app.MilestoneKey{Milestone: byID(low.ID)}, fund.MilestonePatch{Amount: fund.Some("20")}))(t)
	must.Do(t, w.Import(t.Context(), app.System(), []app.PastDonation{{
		DonationInput: fund.DonationInput{Fact: byID(w.campaign.ID), Amount: "30", Name: "Past"}, CompletedAt: w.Now().Add(-time.Minute),
	}}))
	d := w.give(t, fund.DonationInput{Name: "Back"})
	must.Get(w.RefundDonation(t.Context(), app.System(), byID(d.ID), ""))(t)
	w.give(t, fund.DonationInput{Name: "Ada"})
	wantTold(t, w.deliver(t), "Ada")
	all := w.logged(t, w.to)
	if len(all) != 2 || inOrder(all)[0].Status != fund.WebhookWithheld {
		t.Errorf("got %+v, want nothing of the import, and the other withheld", all)
	}
}

// TestAChatIsToldOfEventsThatWereChosen subscribes to all that chats announce, with the usual words and with a template.
func TestAChatIsToldOfEventsThatWereChosen(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	w.becomeChat(t, "{donor}")
	w.subscribe(t, w.to, w.campaign.ID, slices.DeleteFunc(fund.ChatTypes(), func(one string) bool { return strings.HasSuffix(one, fund.WebhookDonation) })...)
	w.subscribe(t, w.to, w.cause.ID, "public:indirect:milestone.reached")
	_, low, m := w.offers(t)
	name := w.campaign.Name
	wantTold(t, w.deliver(t), name+" has a new poll: Next game", "Grace matches donations to "+name+" up to $10.00.")
	must.Get(w.UpdateMilestone(ctx, w.owner, app.MilestoneKey{Milestone: byID(low.ID)}, fund.MilestonePatch{Amount: fund.Some("10")}))(t)
	w.give(t, fund.DonationInput{Name: "Ada"})
	wantTold(t, w.deliver(t), name+" reached a milestone: At 100 ($10.00)")
	must.Get(w.UpdateEndpoint(ctx, w.program, byID(w.to.ID), fund.WebhookEndpointPatch{EventTemplate: fund.Some("[{title}] {amount} {event} {total} {options}")}))(t)
	w.later()
	must.Get(w.EndMatch(ctx, w.causer, byID(m.ID)))(t)
	wantTold(t, w.deliver(t), "[Grace] $10.00 Grace matched $10.00 of the donations to "+name+". $22.50")
}

// TestEveryEventOfAChatHasItsWords announces one of each.
func TestEveryEventOfAChatHasItsWords(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	seen := must.Get(w.See(t.Context(), app.Actor{}, campaignKey(w.campaign)))(t)
	for _, name := range fund.ChatTypes() {
		topic := fund.WebhookTopic(name)
		if topic == "" {
			continue
		}
		of := app.Announcement{Seen: &seen, Event: &app.AnnouncedEvent{Topic: topic, Title: "The title", Amount: 100, Total: 200, Options: []fund.PollOption{{Name: "Go", Raised: 100}}}}
		if got := must.Get(live.Announcer{}.Announce(t.Context(), w.App, of))(t); !strings.Contains(got, w.campaign.Name) || strings.Contains(got, "live.") || strings.Contains(got, "{") {
			t.Errorf("%s: got %q, want it in words", name, got)
		}
	}
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
