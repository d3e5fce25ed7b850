package fund

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// WebhookFormat is how messages to an endpoint are written. The set is closed: see WebhookFormats.
type WebhookFormat string

// The formats: that of the original, which "" is, too, and those of chats. Matrix has no webhooks of its own: its address is one of Hookshot, or a room
// at a homeserver.
const (
	FormatTiltify WebhookFormat = "tiltify"
	FormatDiscord WebhookFormat = "discord"
	FormatSlack   WebhookFormat = "slack"
	FormatMatrix  WebhookFormat = "matrix"
)

// WebhookFormats lists the formats.
func WebhookFormats() []WebhookFormat {
	return []WebhookFormat{FormatTiltify, FormatDiscord, FormatSlack, FormatMatrix}
}

// Chat reports whether people read the messages. Who has the address of a chat can write there, so it is a secret.
func (f WebhookFormat) Chat() bool { return f != "" && f != FormatTiltify }

// Refused are the statuses by which a chat says that its address is gone for good; none for the original's format.
func (f WebhookFormat) Refused() []int {
	switch f {
	case FormatDiscord:
		return []int{401, 404}
	case FormatSlack:
		return []int{403, 404, statusGone}
	case FormatMatrix:
		return []int{401, 403, 404}
	default:
		return nil
	}
}

// Pointless are the statuses by which a chat says that it will never take a message; none for the original's format.
func (f WebhookFormat) Pointless() []int {
	if f.Chat() {
		return []int{400, 413}
	}
	return nil
}

// Problem is why an address is not one of the format, "" if it is one. It never repeats the address.
func (f WebhookFormat) Problem(address *url.URL) string {
	switch f {
	case FormatDiscord:
		if _, _, is := DiscordWebhook(address); !is {
			return NotDiscord
		}
	case FormatSlack:
		if address.Scheme != "https" || !slices.Contains(slackHosts, address.Host) || !strings.HasPrefix(address.Path, "/services/") {
			return NotSlack
		}
	case FormatMatrix:
		return matrixProblem(address)
	}
	return ""
}

var (
	// discordHosts are the hosts that people copy addresses of Discord from.
	discordHosts = []string{"discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"}
	slackHosts   = []string{"hooks.slack.com", "hooks.slack-gov.com"}

	// discordPath finds the id and the token in the path of an address, with or without a version.
	discordPath = regexp.MustCompile(`^/api/(?:v\d+/)?webhooks/(\d+)/([\w-]+)/?$`)
)

// DiscordWebhook is what is in an address of Discord; false if it is none.
func DiscordWebhook(address *url.URL) (id, token string, is bool) {
	found := discordPath.FindStringSubmatch(address.Path)
	if address.Scheme != "https" || !slices.Contains(discordHosts, address.Host) || found == nil {
		return "", "", false
	}
	return found[1], found[2], true
}

// MatrixRoom is the room and the token in an address of a homeserver; false if it is none, as those of Hookshot are.
func MatrixRoom(address *url.URL) (room, token string, is bool) {
	room, token = strings.TrimPrefix(address.Path, "/"), address.Query().Get("access_token")
	return room, token, strings.HasPrefix(room, "!") && len(room) > 1 && !strings.Contains(room, "/") && token != ""
}

// matrixProblem takes any address for one of Hookshot, unless it begins like that of a room.
func matrixProblem(address *url.URL) string {
	_, _, room := MatrixRoom(address)
	if address.Scheme != "https" && address.Scheme != "http" || address.Host == "" || strings.HasPrefix(address.Path, "/!") && !room {
		return NotMatrix
	}
	return ""
}

// checkFormat changes the format of an endpoint, and checks its address against it. One that ends to be a chat takes a new address, because reads would
// show the secret otherwise.
func (p WebhookEndpointPatch) checkFormat(wrong *fault.Fields, e *WebhookEndpoint, before string) {
	if p.Format.Set {
		CheckOneOf(wrong, "format", p.Format.Value, WebhookFormats())
		if before != "" && !p.URL.Set && e.Options.Format.Chat() && !p.Format.Value.Chat() {
			wrong.Add("url", Blank)
		}
		e.Options.Format = p.Format.Value
	}
	p.Template.To(&e.Options.Template)
	p.EventTemplate.To(&e.Options.EventTemplate)
	checkText(wrong, "template", &e.Options.Template, MaxChatTemplate)
	checkText(wrong, "event_template", &e.Options.EventTemplate, MaxChatTemplate)
	if wrong.Has("url") || wrong.Has("format") {
		return
	}
	address, err := url.Parse(e.URL)
	if err != nil {
		wrong.Add("url", NotHook)
	} else if problem := e.Options.Format.Problem(address); problem != "" {
		wrong.Add("url", problem)
	}
}

// chatTopics are the topics that chats announce beside donations.
var chatTopics = []Topic{
	TopicFactPublished, TopicFactRetired, TopicFactLiveStarted, TopicFactLiveEnded, TopicFactGoalReached, TopicMilestoneReached, TopicTargetMet, TopicPollCreated, TopicPollClosed,
	TopicMatchOpened, TopicMatchCompleted, TopicRewardSoldOut, TopicRewardRestocked,
}

// ChatTypes are the event types that a subscription of a chat can name: all of them are public.
func ChatTypes() []string {
	var all []string
	for _, way := range []string{WebhookDirect, WebhookIndirect} {
		all = append(all, WebhookPublic+":"+way+":"+WebhookDonation)
		for _, topic := range chatTopics {
			all = append(all, WebhookPublic+":"+way+":"+string(topic))
		}
	}
	return all
}

// CheckChatTypes refuses the event types that a chat does not get.
func CheckChatTypes(wrong *fault.Fields, types []string) {
	all := ChatTypes()
	if slices.ContainsFunc(types, func(one string) bool { return !slices.Contains(all, one) }) {
		wrong.Add("event_types", NotForChats)
	}
}

// ToldInChats reports whether a chat is told of a change that the event means: that a donation was completed, or screened after it was announced, or one of
// the other events that chats announce. Test events are not: strangers read chats.
func (c WebhookChange) ToldInChats(e Event) bool {
	if e.Test {
		return false
	}
	if c.Noun == WebhookDonation {
		return e.Topic == TopicDonationCompleted || e.Topic == TopicDonationScreened
	}
	return c.Noun == string(e.Topic) && slices.Contains(chatTopics, e.Topic)
}
