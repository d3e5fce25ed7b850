package webhook_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/webhook"
)

const (
	discordAddress = "https://discord.com/api/webhooks/123/to_ken-7"
	slackAddress   = "https://hooks.slack.com/services/T0/B0/token"
	roomAddress    = "https://matrix.example/!room:example.org?access_token=syt_token"
	hookshot       = "https://hookshot.example/webhook/token"
)

// hostile is what a donor may write.
const hostile = "*a* <!channel> <@U1> @everyone [x](https://evil.example) & `b`\n# c\u202e\x00\xff"

func TestChatsAreSentWhatCannotPing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		format                  fund.WebhookFormat
		address                 string
		method, url, auth, body string
	}{
		"discord": {
			fund.FormatDiscord, discordAddress, "POST", "https://discord.com/api/v10/webhooks/123/to_ken-7?wait=true", "",
			`{"allowed_mentions":{"parse":[]},"content":"\\*a\\* \\<!channel\\> \\<\\@U1\\> \\@everyone \\[x\\]\\(https\\://evil.example\\) & \\` + "`b\\\\`" + ` \\# c","flags":4}`,
		},
		"discord in a thread of an old address": {
			fund.FormatDiscord, "https://canary.discord.com/api/v6/webhooks/123/to_ken-7/?thread_id=9&wait=false", "POST",
			"https://discord.com/api/v10/webhooks/123/to_ken-7?thread_id=9&wait=true", "", "",
		},
		"slack": {
			fund.FormatSlack, slackAddress, "POST", slackAddress, "",
			`{"mrkdwn":false,"text":"*a* &lt;!channel&gt; &lt;@U1&gt; @everyone [x](https://evil.example) &amp; ` + "`b`" + ` # c","unfurl_links":false,"unfurl_media":false}`,
		},
		"a room": {
			fund.FormatMatrix, roomAddress, "PUT",
			"https://matrix.example/_matrix/client/v3/rooms/%21room:example.org/send/m.room.message/7%2F8", "Bearer syt_token",
			`{"body":"*a* <!channel> <@U1> @everyone [x](https://evil.example) & ` + "`b`" + ` # c","m.mentions":{},"msgtype":"m.notice"}`,
		},
		"hookshot": {
			fund.FormatMatrix, hookshot, "POST", hookshot, "",
			`{"html":"*a* &lt;!channel&gt; &lt;@U1&gt; @everyone [x](https://evil.example) &amp; ` + "`b`" + ` # c","text":"*a* <!channel> <@U1> @everyone [x](https://evil.example) & ` + "`b`" + ` # c"}`,
		},
	} {
		message := webhook.Chat{Format: c.format, Address: c.address, Delivery: "7/8", Text: hostile}
		got, err := message.Request()
		if err != nil || got.Method != c.method || got.URL != c.url || got.Header.Get("Authorization") != c.auth || c.body != "" && string(got.Body) != c.body {
			t.Errorf("%s: got %s %s %q %v\n%s, want %s %s\n%s", name, got.Method, got.URL, got.Header.Get("Authorization"), err, got.Body, c.method, c.url, c.body)
		}
		if again := must.Get(message.Request())(t); fmt.Sprint(again) != fmt.Sprint(got) {
			t.Errorf("%s: got %v, want every attempt the same", name, again)
		}
	}
}

// TestMessagesAreChangedWhereTheChatLetsThem reads how a chat calls a message, and changes that one.
func TestMessagesAreChangedWhereTheChatLetsThem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		format                         fund.WebhookFormat
		address, answer, as, url, body string
	}{
		"discord": {
			fund.FormatDiscord, discordAddress, `{"id":"1234567890123456789","content":"a"}`, "1234567890123456789",
			"PATCH https://discord.com/api/v10/webhooks/123/to_ken-7/messages/1234567890123456789", `{"allowed_mentions":{"parse":[]},"content":"a","flags":4}`,
		},
		"a thread":     {fund.FormatDiscord, discordAddress + "?thread_id=9", `{"id":"12"}`, "12", "PATCH https://discord.com/api/v10/webhooks/123/to_ken-7/messages/12?thread_id=9", ""},
		"another path": {fund.FormatDiscord, discordAddress, `{"id":"../12"}`, "", "", ""},
		"no JSON":      {fund.FormatDiscord, discordAddress, `ok`, "", "", ""},
		"slack":        {fund.FormatSlack, slackAddress, `{"id":"12","event_id":"$a"}`, "", "", ""},
		"hookshot":     {fund.FormatMatrix, hookshot, `{"event_id":"$a"}`, "", "", ""},
		"a room": {
			fund.FormatMatrix, roomAddress, `{"event_id":"$a-b_c"}`, "$a-b_c",
			"PUT https://matrix.example/_matrix/client/v3/rooms/%21room:example.org/send/m.room.message/7",
			`{"body":"* a","m.mentions":{},"m.new_content":{"body":"a","m.mentions":{},"msgtype":"m.notice"},"m.relates_to":{"event_id":"$a-b_c","rel_type":"m.replace"},"msgtype":"m.notice"}`,
		},
		"a room's nothing": {fund.FormatMatrix, roomAddress, `{"event_id":"a"}`, "", "", ""},
	} {
		chat := webhook.Chat{Format: c.format, Address: c.address, Delivery: "7", Text: "a"}
		if chat.Changes = chat.SentAs([]byte(c.answer)); chat.Changes != c.as {
			t.Errorf("%s: got %q, want %q", name, chat.Changes, c.as)
		}
		if c.as == "" {
			continue
		}
		got := must.Get(chat.Request())(t)
		if got.Method+" "+got.URL != c.url || c.body != "" && string(got.Body) != c.body {
			t.Errorf("%s: got %s %s\n%s, want %s\n%s", name, got.Method, got.URL, got.Body, c.url, c.body)
		}
	}
	for address, format := range map[string]fund.WebhookFormat{slackAddress: fund.FormatSlack, hookshot: fund.FormatMatrix} {
		if _, err := (webhook.Chat{Format: format, Address: address, Changes: "12", Text: "a"}).Request(); !errors.Is(err, webhook.ErrUnchangeable) {
			t.Errorf("%s: got %v, want no second message", format, err)
		}
	}
}

// TestChatsAreCutBetweenLetters has one sign that is escaped, and a family, which is one letter of 11 code units.
func TestChatsAreCutBetweenLetters(t *testing.T) {
	t.Parallel()
	const family = "👨‍👩‍👧‍👦"
	for format, c := range map[fund.WebhookFormat]struct {
		address, key string
		limit        int
	}{
		fund.FormatDiscord: {discordAddress, "content", webhook.MaxDiscord}, fund.FormatSlack: {slackAddress, "text", webhook.MaxChat},
		fund.FormatMatrix: {roomAddress, "body", webhook.MaxChat},
	} {
		for _, text := range []string{strings.Repeat("a", c.limit), strings.Repeat("a", c.limit+1), strings.Repeat("<", c.limit), strings.Repeat("a", c.limit-5) + family, strings.Repeat(family, c.limit)} {
			r := must.Get(webhook.Chat{Format: format, Address: c.address, Delivery: "1", Text: text}.Request())(t)
			var body map[string]any
			must.Do(t, json.Unmarshal(r.Body, &body))
			said, _ := body[c.key].(string)
			length := len(utf16.Encode([]rune(said)))
			if whole := text == strings.Repeat("a", c.limit); length > c.limit || length < c.limit-12 || strings.HasSuffix(said, "…") == whole && format != fund.FormatMatrix {
				t.Errorf("%s: got %d code units of %.20q…, want at most %d", format, length, said, c.limit)
			}
			if cut := strings.TrimSuffix(said, "…"); cut != said && (strings.HasSuffix(cut, "\u200d") || strings.HasSuffix(cut, "👨") || strings.HasSuffix(cut, `a\`)) {
				t.Errorf("%s: got %q at the end, want whole letters", format, cut[len(cut)-10:])
			}
		}
	}
}

func TestWhatIsNoAddressOfAChat(t *testing.T) {
	t.Parallel()
	for format, addresses := range map[fund.WebhookFormat][]string{
		fund.FormatDiscord: {
			"", "https://discord.com/", "http://discord.com/api/webhooks/123/token", "https://discord.com.evil.example/api/webhooks/123/token",
			"https://discord.com/api/webhooks/123", "https://discord.com/api/webhooks/123/a/../b", "https://discord.com:8443/api/webhooks/123/token", "%zz",
		},
		fund.FormatSlack: {"", "https://hooks.slack.com/workflows/T0/secret", "https://hooks.slack.com/triggers/T0/secret", "https://evil.example/services/T0", "http://hooks.slack.com/services/T0"},
		fund.FormatMatrix: {
			"", "ftp://matrix.example/", "https://matrix.example/!room:example.org", "https://matrix.example/!?access_token=secret", "https://matrix.example/!a/b?access_token=secret", "https://",
		},
	} {
		for _, address := range addresses {
			got, err := webhook.Chat{Format: format, Address: address, Delivery: "1", Text: "a"}.Request()
			if !errors.Is(err, webhook.ErrChat) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: %s: got %v, %v, want it refused without being repeated", format, address, got, err)
			}
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		discordAddress: "https://discord.com/…", roomAddress: "https://matrix.example/…", "https://user:secret@host.example:8443/x": "https://host.example:8443/…",
		"secret": "…", "%zz": "…", "": "…",
	} {
		if got := webhook.Mask(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
