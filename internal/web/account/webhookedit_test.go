package account_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testworld"
)

// nowhere takes all messages.
type nowhere struct{}

func (nowhere) Send(context.Context, app.WebhookRequest) app.WebhookAnswer {
	return app.WebhookAnswer{Status: http.StatusNoContent}
}

// hooked is a house with an application of its user, and a campaign of theirs.
type hooked struct {
	*house
	b        browser
	at       string
	own      fund.Application
	campaign fund.Fact
}

func newHooked(t *testing.T, sender app.WebhookSender) hooked {
	t.Helper()
	h := hooked{house: newHouse(t, func(o *app.Options) {
		o.Webhooks = app.Webhooks{Sender: sender, Encoder: apiv5.Messages{BaseURL: "https://almoner.test"}, Announcer: live.Announcer{}}
	})}
	ctx := t.Context()
	own, _, _, err := h.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Bot", RedirectURIs: []string{"https://bot.test/"}, Owner: h.user.ID, Scopes: []string{fund.ScopePublic, fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite},
	})
	must.Do(t, err)
	cause := must.Get(h.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}}))(t)
	h.own, h.at = own, "/account/apps/"+own.ID.String()
	h.campaign = must.Get(h.CreateCampaign(ctx, testworld.As(h.user), fund.CampaignPatch{
		Name: fund.Some("Run <b>"), Cause: fund.Some(fund.Key{ID: cause.ID}), Status: fund.Some(fund.Published), Goal: fund.Some("1000"),
	}))(t)
	h.b = h.browser()
	h.b.signIn("")
	return h
}

// hook makes a webhook, and is the address of its page.
func (h hooked) hook(address string, format fund.WebhookFormat) (fund.WebhookEndpoint, string) {
	h.t.Helper()
	e := must.Get(h.CreateEndpointFor(h.t.Context(), app.System(), h.own.ID, fund.WebhookEndpointPatch{URL: fund.Some(address), Format: fund.Some(format)}))(h.t)
	return e, h.at + "/webhooks/" + e.ID.String()
}

// endpoint is a webhook as it is now.
func (h hooked) endpoint(e fund.WebhookEndpoint) fund.WebhookEndpoint {
	h.t.Helper()
	return must.Get(h.GetEndpoint(h.t.Context(), app.System(), fund.Key{ID: e.ID}))(h.t)
}

// TestHowAWebhookWrites changes the lines of a chat with a sample of them, and makes it a program.
func TestHowAWebhookWrites(t *testing.T) {
	t.Parallel()
	h := newHooked(t, nowhere{})
	chat, at := h.hook("https://discord.com/api/webhooks/1/secret", fund.FormatDiscord)
	edit := at + "/edit"
	page := h.b.Get(edit)
	if page.StatusCode != http.StatusOK || strings.Contains(page.Text, "1/secret") || !strings.Contains(page.Text, "is a secret and is not shown") || !strings.Contains(page.Text, "This is a test.") {
		t.Fatalf("got %d\n%s\nwant the form without the secret, and the line of a chat with no campaign", page.StatusCode, page.Text)
	}
	key := app.SubscriptionKey{Endpoint: fund.Key{ID: chat.ID}, Fact: fund.Key{ID: h.campaign.ID}}
	must.Get(h.PutSubscription(t.Context(), app.System(), key, fund.SubscriptionPatch{EventTypes: []string{"public:direct:donation_updated"}}))(t)
	send := func(do string, pairs ...string) testbrowser.Answer {
		t.Helper()
		form := url.Values{"form": page.Form(t, edit)["form"], "do": {do}, "format": {"discord"}, "schedule": {"tiltify"}, "url": {""}}
		return h.b.Post(edit, testbrowser.With(form, pairs...))
	}
	sample := send("sample", "template", "{donor} <i> gave {amount} of {goal}", "event_template", "Wow: {title}")
	for _, want := range []string{"Ada &lt;i&gt; gave $25", "of $1,000", "Wow: Halfway", "made-up milestone of <bdi>Run &lt;b&gt;</bdi>", "Wow: {title}</textarea>"} {
		if sample.StatusCode != http.StatusOK || !strings.Contains(sample.Text, want) {
			t.Errorf("got %d, want %q\n%s", sample.StatusCode, want, sample.Text)
		}
	}
	if now := h.endpoint(chat); now.Options.Template != "" {
		t.Errorf("got %+v, want nothing saved by a sample", now.Options)
	}
	if body := send("sample", "format", "tiltify"); !strings.Contains(body.Text, "&#34;event_type&#34;:&#34;public:direct:donation_updated&#34;") {
		t.Errorf("got %d\n%s\nwant the body for a program", body.StatusCode, body.Text)
	}
	for field, sent := range map[string][]string{
		"template": {"template", strings.Repeat("a", fund.MaxChatTemplate+1)}, "event_template": {"event_template", strings.Repeat("a", fund.MaxChatTemplate+1)},
		"url": {"url", "https://example.org/none"},
	} {
		for _, do := range []string{"save", "sample"} {
			got := send(do, sent...)
			if do == "sample" && field == "url" {
				continue // a sample needs no address
			}
			if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`-problem"`) || !strings.Contains(got.Text, "<title>Error: ") {
				t.Errorf("%s %s: got %d\n%s", do, field, got.StatusCode, got.Text)
			}
		}
	}
	if saved := send("save", "template", "{donor}!", "event_template", "{title}!", "description", "Chat", "ordered", "yes", "overlap", "yes", "standard", "yes", "schedule", "three_days"); saved.Header.Get("Location") != at {
		t.Errorf("got %d\n%s\nwant it saved", saved.StatusCode, saved.Text)
	}
	now := h.endpoint(chat)
	if want := (fund.WebhookOptions{Format: fund.FormatDiscord, Template: "{donor}!", EventTemplate: "{title}!", Ordered: true, Overlap: true, Standard: true, Schedule: "three_days"}); now.Options != want ||
		now.URL != "https://discord.com/api/webhooks/1/secret" || now.Description != "Chat" {
		t.Errorf("got %+v, want %+v and the address that was there", now, want)
	}
	if kept := send("save", "format", "tiltify"); kept.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(kept.Text, `id="url-problem"`) {
		t.Errorf("got %d\n%s\nwant a new address asked for", kept.StatusCode, kept.Text)
	}
	if saved := send("save", "format", "tiltify", "url", "https://bot.example.org/hook"); saved.StatusCode != http.StatusSeeOther || h.endpoint(chat).URL != "https://bot.example.org/hook" {
		t.Errorf("got %d\n%s\nwant a program", saved.StatusCode, saved.Text)
	}
	if got := send("nothing"); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d, want 400", got.StatusCode)
	}
	h.Clock.Advance(fund.ProofLife)
	if got := h.b.Get(edit); got.Header.Get("Location") != "/account/prove?next="+url.QueryEscape(edit) {
		t.Errorf("got %d to %q after a while, want a proof first", got.StatusCode, got.Header.Get("Location"))
	}
}

var boxes = regexp.MustCompile(`name="type" value="([^"]+)"( checked)?`)

// TestSingleEventTypes chooses some of all for a program, and of few for a chat.
func TestSingleEventTypes(t *testing.T) {
	t.Parallel()
	h := newHooked(t, nowhere{})
	program, at := h.hook("https://bot.example.org/hook", fund.FormatTiltify)
	_, chatAt := h.hook("https://discord.com/api/webhooks/1/secret", fund.FormatDiscord)
	events := at + "/facts/" + h.campaign.ID.String()
	page := h.b.Get(events)
	found := boxes.FindAllStringSubmatch(page.Text, -1)
	if want := len(fund.SubscriptionTypes()); len(found) != want {
		t.Errorf("got %d types, want all %d", len(found), want)
	}
	if got := boxes.FindAllStringSubmatch(h.b.Get(chatAt+"/facts/"+h.campaign.ID.String()).Text, -1); len(got) != len(fund.ChatTypes()) {
		t.Errorf("got %d types for a chat, want %d", len(got), len(fund.ChatTypes()))
	}
	if strings.Contains(page.Text, " checked") {
		t.Errorf("got something chosen\n%s", page.Text)
	}
	form := url.Values{"form": page.Form(t, events)["form"]}
	with := func(types ...string) url.Values { return url.Values{"form": form["form"], "type": types} }
	if got := h.b.Post(events, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "Choose at least one") {
		t.Errorf("got %d\n%s\nwant one wanted", got.StatusCode, got.Text)
	}
	if got := h.b.Post(events, with("public:direct:none")); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a type that there is not", got.StatusCode)
	}
	chosen := []string{"private:direct:donation_updated", "public:direct:poll.closed", "public:indirect:fact.published"}
	if got := h.b.Post(events, with(chosen...)); got.Header.Get("Location") != at {
		t.Fatalf("got %d\n%s\nwant it saved", got.StatusCode, got.Text)
	}
	key := app.SubscriptionKey{Endpoint: fund.Key{ID: program.ID}, Fact: fund.Key{ID: h.campaign.ID}}
	if now := must.Get(h.GetSubscription(t.Context(), app.System(), key))(t); strings.Join(now.EventTypes, " ") != strings.Join(chosen, " ") {
		t.Errorf("got %q, want %q", now.EventTypes, chosen)
	}
	if again := h.b.Get(events); strings.Count(again.Text, `" checked`) != 3 || strings.Count(again.Text, " open>") != 3 {
		t.Errorf("got\n%s\nwant the three chosen, and their groups open", again.Text)
	}
	h.Clock.Advance(fund.ProofLife)
	if got := h.b.Post(events, with("private:direct:donation.completed")); !strings.HasPrefix(got.Header.Get("Location"), "/account/prove") {
		t.Errorf("got %d for a private type after a while, want a proof first", got.StatusCode)
	}
	if got := h.b.Post(events, form); got.Header.Get("Location") != at {
		t.Errorf("got %d\n%s\nwant the subscription ended", got.StatusCode, got.Text)
	}
	if _, err := h.GetSubscription(t.Context(), app.System(), key); err == nil {
		t.Error("got a subscription, want none")
	}
	hidden := must.Get(h.CreateCampaign(t.Context(), testworld.As(must.Get(h.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Bob", Email: "bob@example.org", Password: password}))(t)),
		fund.CampaignPatch{Name: fund.Some("Hidden"), Cause: fund.Some(fund.Key{ID: h.campaign.Cause.ID})}))(t)
	for _, path := range []string{at + "/facts/none", at + "/facts/" + hidden.ID.String()} {
		if got := h.b.Get(path); got.StatusCode != http.StatusNotFound || strings.Contains(got.Text, "Hidden") {
			t.Errorf("%s: got %d, want 404", path, got.StatusCode)
		}
	}
}

// TestAWebhookOfAnAppMadeByPageIsSent makes both by page, and wants its test message to arrive.
func TestAWebhookOfAnAppMadeByPageIsSent(t *testing.T) {
	t.Parallel()
	h := newHooked(t, nowhere{})
	form := url.Values{"form": h.b.Get(newAppAt).Form(t, newAppAt)["form"]}
	made := h.b.Post(newAppAt, testbrowser.With(form, "name", "Mine", "addresses", "https://bot.test/", "scope", "public"))
	hooks := ledOn.FindStringSubmatch(made.Text)[1] + "/webhooks"
	key := h.b.Post(hooks, testbrowser.With(h.b.Get(hooks).Form(t, hooks), "url", "https://bot.example.org/hook", "format", "tiltify"))
	at := ledOn.FindStringSubmatch(key.Text)[1]
	if got := h.b.Post(at, testbrowser.With(h.b.Get(at).Form(t, at), "do", "test")); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d\n%s\nwant a test message", got.StatusCode, got.Text)
	}
	h.DoDue(t.Context(), fund.WorkDelivery)
	if page := h.b.Get(at); !strings.Contains(page.Text, " · delivered<") {
		t.Errorf("got\n%s\nwant it delivered", page.Text)
	}
}

// hostile answers all messages with what would like to be part of a page.
type hostile struct{}

func (hostile) Send(context.Context, app.WebhookRequest) app.WebhookAnswer {
	return app.WebhookAnswer{Status: http.StatusTeapot, Body: "</pre><script>alert(1)</script>", Headers: map[string]string{"Almoner-Test": "<b>"}}
}

// TestAMessageHasItsAttempts looks at a message that was refused, as its owner and as a stranger.
func TestAMessageHasItsAttempts(t *testing.T) {
	t.Parallel()
	h := newHooked(t, hostile{})
	ctx := t.Context()
	e, at := h.hook("https://bot.example.org/1", fund.FormatTiltify)
	sent := must.Get(h.TestWebhook(ctx, app.System(), fund.Key{ID: e.ID}, fund.WebhookSampleInput{EventType: fund.Some("public:direct:fact_updated")}))(t)
	h.DoDue(ctx, fund.WorkDelivery)
	page := at + "/deliveries/" + sent.ID.String()
	if list := h.b.Get(at); !strings.Contains(list.Text, `href="`+page+`"`) {
		t.Errorf("got\n%s\nwant a link to the message", list.Text)
	}
	got := h.b.Get(page)
	for _, want := range []string{"418 I&#39;m a teapot", "&lt;/pre&gt;&lt;script&gt;alert(1)", "<h3>Attempt 1", "\n  &#34;has_schedule&#34;: false", "Almoner-Test: &lt;b&gt;"} {
		if got.StatusCode != http.StatusOK || !strings.Contains(got.Text, want) {
			t.Errorf("got %d\n%s\nwant %q", got.StatusCode, got.Text, want)
		}
	}
}
