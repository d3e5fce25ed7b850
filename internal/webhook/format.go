package webhook

import (
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/glyph"
)

// Format is how a message is written for a chat. The set is closed.
type Format string

// The formats. Matrix has no webhooks of its own: its address is one of Hookshot, or a room at a homeserver.
const (
	FormatDiscord Format = "discord"
	FormatSlack   Format = "slack"
	FormatMatrix  Format = "matrix"
)

// Formats lists the formats.
func Formats() []Format { return []Format{FormatDiscord, FormatSlack, FormatMatrix} }

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

// discordHosts are the hosts that people copy addresses of Discord from.
var discordHosts = []string{"discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"}

// discordPath finds the id and the token in the path of an address, with or without a version.
var discordPath = regexp.MustCompile(`^/api/(?:v\d+/)?webhooks/(\d+)/([\w-]+)/?$`)

// ErrChat is why a text is not the address of a chat; the error around it says what would be.
var ErrChat = errors.New("is not an address of that chat")

// Chat is one message to a chat.
type Chat struct {
	Format Format
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
	if err != nil {
		return Request{}, ErrChat // the parser's error repeats the address
	}
	text := glyph.OneLine(c.Text)
	switch c.Format {
	case FormatDiscord:
		return discord(u, text)
	case FormatSlack:
		return slack(u, text)
	default:
		if strings.HasPrefix(u.Path, "/!") {
			return matrix(u, c.Delivery, text)
		}
		return hookshot(u, text)
	}
}

// discord asks Discord to wait until the message is kept, so that what it does not keep is an error, and pings nobody.
func discord(u *url.URL, text string) (Request, error) {
	found := discordPath.FindStringSubmatch(u.Path)
	if u.Scheme != "https" || !slices.Contains(discordHosts, u.Host) || found == nil {
		return Request{}, fmt.Errorf("%w; it begins with https://discord.com/api/webhooks/", ErrChat)
	}
	query := url.Values{"wait": {"true"}}
	if thread := u.Query().Get("thread_id"); thread != "" {
		query.Set("thread_id", thread)
	}
	text = glyph.Cut(text, MaxDiscord, func(letter string) int { return glyph.UTF16Length(escapeMarkdown(letter)) })
	// Version 10 is named because an address without a version is of an old one.
	return chatRequest(http.MethodPost, "https://discord.com/api/v10/webhooks/"+found[1]+"/"+found[2]+"?"+query.Encode(), map[string]any{
		"content": escapeMarkdown(text), "allowed_mentions": map[string]any{"parse": []string{}}, "flags": suppressEmbeds,
	})
}

// slack says that the text has no markup. What looks like <!channel> is escaped.
func slack(u *url.URL, text string) (Request, error) {
	if u.Scheme != "https" || u.Host != "hooks.slack.com" && u.Host != "hooks.slack-gov.com" || !strings.HasPrefix(u.Path, "/services/") {
		return Request{}, fmt.Errorf("%w; it begins with https://hooks.slack.com/services/, and not with /workflows/ or /triggers/", ErrChat)
	}
	text = glyph.Cut(text, MaxChat, func(letter string) int { return glyph.UTF16Length(slackSigns.Replace(letter)) })
	return chatRequest(http.MethodPost, u.String(), map[string]any{
		"text": slackSigns.Replace(text), "mrkdwn": false, "unfurl_links": false, "unfurl_media": false,
	})
}

// slackSigns are all signs that Slack wants escaped.
var slackSigns = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// hookshot sends HTML besides, because Hookshot reads text alone as Markdown.
func hookshot(u *url.URL, text string) (Request, error) {
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return Request{}, fmt.Errorf("%w; it is one of Hookshot, or https://HOMESERVER/!ROOM:SERVER?access_token=TOKEN", ErrChat)
	}
	text = glyph.Cut(text, MaxChat, glyph.UTF16Length)
	return chatRequest(http.MethodPost, u.String(), map[string]any{"text": text, "html": html.EscapeString(text)})
}

// matrix sends a notice, which other bots do not answer, and mentions nobody. The token goes into a header, and the delivery is the transaction.
func matrix(u *url.URL, delivery, text string) (Request, error) {
	room, token := strings.TrimPrefix(u.Path, "/"), u.Query().Get("access_token")
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || token == "" || len(room) < 2 || strings.Contains(room, "/") {
		return Request{}, fmt.Errorf("%w; it is https://HOMESERVER/!ROOM:SERVER?access_token=TOKEN", ErrChat)
	}
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

// Refused are the statuses by which a chat says that its address is gone for good.
func (f Format) Refused() []int {
	switch f {
	case FormatDiscord:
		return []int{http.StatusUnauthorized, http.StatusNotFound}
	case FormatSlack:
		return []int{http.StatusForbidden, http.StatusNotFound, http.StatusGone}
	default:
		return []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}
	}
}

// Pointless are the statuses by which a chat says that it will never take a message.
func (f Format) Pointless() []int {
	return []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge}
}

// Mask is an address for logs and people: without what is secret in it, which may be everything behind the host.
func Mask(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "…"
	}
	return u.Scheme + "://" + u.Host + "/…"
}
