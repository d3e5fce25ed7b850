package webhook

import (
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/glyph"
)

const (
	// MaxDiscord is how long a message in Discord is at most, in UTF-16 code units. Discord says 2,000 characters and not of which kind.
	MaxDiscord = 2000
	// MaxChat is how long a message in another chat is at most, in UTF-16 code units. Slack and Matrix take more, which nobody reads.
	MaxChat = 3000

	// chatAgent is the User-Agent for chats, in the form that Discord asks for.
	chatAgent = "DiscordBot (https://github.com/almoner/almoner, 1) Almoner"
	// suppressEmbeds is Discord's flag for messages without previews of links.
	suppressEmbeds = 4
)

var (
	// ErrChat is why nothing can be sent to an address: it is not one of its chat.
	ErrChat = errors.New("the address is not one of that chat")
	// ErrUnchangeable is why a message is not changed: Slack and Hookshot give no way to.
	ErrUnchangeable = errors.New("messages in this chat cannot be changed later")
)

// Chat is one message to a chat.
type Chat struct {
	Format fund.WebhookFormat
	// Address is a secret. Of a Matrix room it is https://HOMESERVER/!ROOM:SERVER?access_token=TOKEN.
	Address string
	// Delivery is the same over all attempts: a homeserver shows a message once.
	Delivery string
	// Changes is how the chat calls the message that this one takes the place of, as SentAs found it; "" for a new message.
	Changes string
	// Text is what is said, in clear; names and comments of strangers are in it.
	Text string
}

var (
	// discordMessage is how Discord calls a message, matrixEvent how a homeserver does. Anything else is not put into an address.
	discordMessage = regexp.MustCompile(`^\d{1,20}$`)
	matrixEvent    = regexp.MustCompile(`^\$[!-~]{1,254}$`)
)

// SentAs is how the chat calls the message that it was sent, by its answer; "" where it does not say, and the message cannot be changed later.
func (c Chat) SentAs(answer []byte) string {
	var said struct {
		ID      string `json:"id"`
		EventID string `json:"event_id"`
	}
	if json.Unmarshal(answer, &said) != nil {
		return ""
	}
	switch u, err := url.Parse(c.Address); {
	case err != nil:
		return ""
	case c.Format == fund.FormatDiscord && discordMessage.MatchString(said.ID):
		return said.ID
	case c.Format == fund.FormatMatrix && matrixEvent.MatchString(said.EventID):
		if _, _, room := fund.MatrixRoom(u); room {
			return said.EventID
		}
	}
	return ""
}

// Request writes the message. It is the same for each attempt.
func (c Chat) Request() (Request, error) {
	u, err := url.Parse(c.Address)
	if err != nil || c.Format.Problem(u) != "" {
		return Request{}, ErrChat // the parser's error repeats the address
	}
	text := glyph.OneLine(c.Text)
	switch c.Format {
	case fund.FormatDiscord:
		return c.discord(u, text)
	case fund.FormatMatrix:
		if _, _, is := fund.MatrixRoom(u); is {
			return c.matrix(u, text)
		}
	}
	if c.Changes != "" {
		return Request{}, ErrUnchangeable
	}
	if c.Format == fund.FormatSlack {
		return slack(u, text)
	}
	return hookshot(u, text)
}

// discord asks Discord to wait until the message is kept, so that what it does not keep is an error, and pings nobody.
func (c Chat) discord(u *url.URL, text string) (Request, error) {
	id, token, _ := fund.DiscordWebhook(u)
	query := url.Values{"wait": {"true"}}
	if thread := u.Query().Get("thread_id"); thread != "" {
		query.Set("thread_id", thread)
	}
	text = glyph.Cut(text, MaxDiscord, func(letter string) int { return glyph.UTF16Length(escapeMarkdown(letter)) })
	// Version 10 is named because an address without a version is of an old one.
	method, to := http.MethodPost, "https://discord.com/api/v10/webhooks/"+id+"/"+token
	if c.Changes != "" {
		method, to = http.MethodPatch, to+"/messages/"+url.PathEscape(c.Changes)
		query.Del("wait") // a change always waits
	}
	return chatRequest(method, to+question(query), map[string]any{
		"content": escapeMarkdown(text), "allowed_mentions": map[string]any{"parse": []string{}}, "flags": suppressEmbeds,
	})
}

// question is a query with its question mark; "" for an empty one.
func question(query url.Values) string {
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// slack says that the text has no markup. What looks like <!channel> is escaped.
func slack(u *url.URL, text string) (Request, error) {
	text = glyph.Cut(text, MaxChat, func(letter string) int { return glyph.UTF16Length(slackSigns.Replace(letter)) })
	return chatRequest(http.MethodPost, u.String(), map[string]any{
		"text": slackSigns.Replace(text), "mrkdwn": false, "unfurl_links": false, "unfurl_media": false,
	})
}

// slackSigns are all signs that Slack wants escaped.
var slackSigns = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// hookshot sends HTML besides, because Hookshot reads text alone as Markdown.
func hookshot(u *url.URL, text string) (Request, error) {
	text = glyph.Cut(text, MaxChat, glyph.UTF16Length)
	return chatRequest(http.MethodPost, u.String(), map[string]any{"text": text, "html": html.EscapeString(text)})
}

// matrix sends a notice, which other bots do not answer, and mentions nobody. The token goes into a header, and the delivery is the transaction. A change
// has its text twice: for clients that know changes, and with a star for those that do not.
func (c Chat) matrix(u *url.URL, text string) (Request, error) {
	room, token, _ := fund.MatrixRoom(u)
	to := u.Scheme + "://" + u.Host + "/_matrix/client/v3/rooms/" + url.PathEscape(room) + "/send/m.room.message/" + url.PathEscape(c.Delivery)
	text = glyph.Cut(text, MaxChat, glyph.UTF16Length)
	notice := func(text string) map[string]any {
		return map[string]any{"msgtype": "m.notice", "body": text, "m.mentions": map[string]any{}}
	}
	content := notice(text)
	if c.Changes != "" {
		content = notice("* " + text)
		content["m.new_content"] = notice(text)
		content["m.relates_to"] = map[string]any{"rel_type": "m.replace", "event_id": c.Changes}
	}
	r, err := chatRequest(http.MethodPut, to, content)
	if err == nil {
		r.Header["Authorization"] = []string{"Bearer " + token}
	}
	return r, err
}

func chatRequest(method, to string, message map[string]any) (Request, error) {
	body, err := Body(message)
	return Request{Method: method, URL: to, Body: body, Header: http.Header{"Content-Type": {contentType}, "User-Agent": {chatAgent}}}, err
}

// markdown are the signs that Discord reads as markup, mentions and links among it.
const markdown = "\\*_~`|>#-+[]()<@:"

// escapeMarkdown puts a backslash before each sign that Discord reads as markup.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(markdown, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Mask is an address for logs and people: without what is secret in it, which may be everything behind the host.
func Mask(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "…"
	}
	return u.Scheme + "://" + u.Host + "/…"
}
