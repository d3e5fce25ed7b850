package fund_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	discordAddress = "https://discord.com/api/webhooks/123/to_ken-7"
	roomAddress    = "https://matrix.example/!room:example.org?access_token=syt_token"
)

func TestEveryChatKnowsItsRefusals(t *testing.T) {
	t.Parallel()
	for _, f := range fund.WebhookFormats() {
		if chat := f != fund.FormatTiltify; f.Chat() != chat || len(f.Refused()) < 2 == chat || len(f.Pointless()) == 0 == chat {
			t.Errorf("%s: got %v and %v, want statuses of both kinds for chats only", f, f.Refused(), f.Pointless())
		}
		for _, status := range append(f.Refused(), f.Pointless()...) {
			if status == 429 || status < 400 || status >= 500 {
				t.Errorf("%s: got %d, want none that a retry may mend", f, status)
			}
		}
	}
}

func TestAnEndpointBecomesAChat(t *testing.T) {
	t.Parallel()
	some, as := fund.Some[string], fund.Some[fund.WebhookFormat]
	chat := fund.WebhookEndpoint{URL: discordAddress, Options: fund.WebhookOptions{Format: fund.FormatDiscord}}
	program := fund.WebhookEndpoint{URL: "https://hooks.example/a"}
	long := strings.Repeat("é", fund.MaxChatTemplate)
	for name, c := range map[string]struct {
		of    fund.WebhookEndpoint
		patch fund.WebhookEndpointPatch
		want  []string
	}{
		"discord":                 {patch: fund.WebhookEndpointPatch{URL: some(discordAddress), Format: as(fund.FormatDiscord)}},
		"slack":                   {patch: fund.WebhookEndpointPatch{URL: some("https://hooks.slack.com/services/T0/B0/t"), Format: as(fund.FormatSlack)}},
		"a room":                  {patch: fund.WebhookEndpointPatch{URL: some(roomAddress), Format: as(fund.FormatMatrix)}},
		"hookshot":                {patch: fund.WebhookEndpointPatch{URL: some("https://hookshot.example/webhook/token"), Format: as(fund.FormatMatrix)}},
		"no discord":              {patch: fund.WebhookEndpointPatch{URL: some("https://hooks.example/a"), Format: as(fund.FormatDiscord)}, want: []string{"url " + fund.NotDiscord}},
		"no slack":                {patch: fund.WebhookEndpointPatch{URL: some("https://hooks.slack.com/workflows/T0"), Format: as(fund.FormatSlack)}, want: []string{"url " + fund.NotSlack}},
		"no room":                 {patch: fund.WebhookEndpointPatch{URL: some("https://matrix.example/!room:example.org"), Format: as(fund.FormatMatrix)}, want: []string{"url " + fund.NotMatrix}},
		"no format":               {patch: fund.WebhookEndpointPatch{URL: some(discordAddress), Format: as("irc")}, want: []string{"format " + fund.NotAllowed}},
		"no public host":          {patch: fund.WebhookEndpointPatch{URL: some("https://127.0.0.1/!a:b?access_token=c"), Format: as(fund.FormatMatrix)}, want: []string{"url " + fund.NotHook}},
		"an address as it was":    {of: program, patch: fund.WebhookEndpointPatch{Format: as(fund.FormatSlack)}, want: []string{"url " + fund.NotSlack}},
		"another address":         {of: chat, patch: fund.WebhookEndpointPatch{URL: some("https://hooks.example/a")}, want: []string{"url " + fund.NotDiscord}},
		"the masked address":      {of: chat, patch: fund.WebhookEndpointPatch{URL: some("https://discord.com/…")}, want: []string{"url " + fund.NotDiscord}},
		"a secret to be shown":    {of: chat, patch: fund.WebhookEndpointPatch{Format: as(fund.FormatTiltify)}, want: []string{"url " + fund.Blank}},
		"no chat any more":        {of: chat, patch: fund.WebhookEndpointPatch{URL: some("https://hooks.example/a"), Format: as(fund.FormatTiltify)}},
		"a template":              {of: chat, patch: fund.WebhookEndpointPatch{Template: some(long)}},
		"a long template":         {of: chat, patch: fund.WebhookEndpointPatch{Template: some(long + "e")}, want: []string{"template is too long (500 characters at most)"}},
		"what is no program's":    {of: program, patch: fund.WebhookEndpointPatch{Format: as(fund.FormatTiltify)}},
		"a description of a chat": {of: chat, patch: fund.WebhookEndpointPatch{Description: some("Chat")}},
	} {
		t.Log(name)
		wants(t, c.patch.Apply(&c.of, tried), c.want...)
	}
}

func TestWhatChatsAreToldOf(t *testing.T) {
	t.Parallel()
	for _, name := range fund.SubscriptionTypes() {
		var wrong fault.Fields
		fund.CheckChatTypes(&wrong, []string{"public:direct:donation_updated", name})
		want := lines("event_types", fund.NotForChats)
		if slices.Contains(fund.ChatTypes(), name) {
			want = nil
		}
		t.Log(name)
		wants(t, wrong, want...)
	}
	for _, name := range fund.ChatTypes() {
		if !slices.Contains(fund.SubscriptionTypes(), name) || fund.PrivateWebhookType(name) {
			t.Errorf("%s: want a public type that a subscription can name", name)
		}
	}
}

// TestChatsAreObeyed has no Standard Webhooks, whose rules hold for chats all the same.
func TestChatsAreObeyed(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]fund.WebhookNext{200: fund.WebhookDone, 400: fund.WebhookGiveUp, 404: fund.WebhookEnded, 429: fund.WebhookRetry, 500: fund.WebhookRetry} {
		d, got := fund.WebhookDelivery{CreatedAt: tried}.Attempted(fund.WebhookOutcome{
			Status: status, RetryAfter: "7", Options: fund.WebhookOptions{Format: fund.FormatDiscord}, At: tried,
		})
		if got.Next != want || got.Counts != (want != fund.WebhookDone && status != 429) {
			t.Errorf("%d: got %+v, want %s", status, got, want)
		}
		if status == 429 && d.DueAt.Sub(tried).Seconds() != 7 {
			t.Errorf("got the next attempt at %s, want it after 7 seconds", d.DueAt)
		}
	}
}
