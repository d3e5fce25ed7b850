package webhook

import (
	"errors"
	"html"
	"net/http"
	"net/url"
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

// ErrChat is why nothing can be sent to an address: it is not one of its chat.
var ErrChat = errors.New("the address is not one of that chat")

// Chat is one message to a chat.
type Chat struct {
	Format fund.WebhookFormat
	// Address is a secret. Of a Matrix room it is https://HOMESERVER/!ROOM:SERVER?access_token=TOKEN.
	Address string
	// Delivery is the same over all attempts: a homeserver shows a message once.
	Delivery string
	// Text is what is said, in clear; names and comments of strangers are in it.
	Text string
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
		return discord(u, text)
	case fund.FormatSlack:
		return slack(u, text)
	default:
		if _, _, is := fund.MatrixRoom(u); is {
			return matrix(u, c.Delivery, text)
		}
		return hookshot(u, text)
	}
}

// discord asks Discord to wait until the message is kept, so that what it does not keep is an error, and pings nobody.
func discord(u *url.URL, text string) (Request, error) {
	id, token, _ := fund.DiscordWebhook(u)
	query := url.Values{"wait": {"true"}}
	if thread := u.Query().Get("thread_id"); thread != "" {
		query.Set("thread_id", thread)
	}
	text = glyph.Cut(text, MaxDiscord, func(letter string) int { return glyph.UTF16Length(escapeMarkdown(letter)) })
	// Version 10 is named because an address without a version is of an old one.
	return chatRequest(http.MethodPost, "https://discord.com/api/v10/webhooks/"+id+"/"+token+"?"+query.Encode(), map[string]any{
		"content": escapeMarkdown(text), "allowed_mentions": map[string]any{"parse": []string{}}, "flags": suppressEmbeds,
	})
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

// matrix sends a notice, which other bots do not answer, and mentions nobody. The token goes into a header, and the delivery is the transaction.
func matrix(u *url.URL, delivery, text string) (Request, error) {
	room, token, _ := fund.MatrixRoom(u)
	to := u.Scheme + "://" + u.Host + "/_matrix/client/v3/rooms/" + url.PathEscape(room) + "/send/m.room.message/" + url.PathEscape(delivery)
	r, err := chatRequest(http.MethodPut, to, map[string]any{
		"msgtype": "m.notice", "body": glyph.Cut(text, MaxChat, glyph.UTF16Length), "m.mentions": map[string]any{},
	})
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
