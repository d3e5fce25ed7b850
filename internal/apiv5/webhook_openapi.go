package apiv5

import (
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/webhook"
)

// webhookDocs says what webhook endpoints are sent: a request for each event type of subscriptions, and that of relays.
func webhookDocs() api.Webhooks {
	all := api.Webhooks{
		Text: "The keys of the body are in alphabetical order, and instants are in microseconds. A message may come twice, and messages may come out of " +
			"order: the last one about an object holds.",
		Headers: webhookHeaders(),
		Answers: map[string]string{
			"2XX":     "The message was delivered.",
			"410":     "With `standard_webhooks` the endpoint is deactivated at once; without, the attempt failed.",
			"429":     "With `standard_webhooks` and `Retry-After` the message is repeated then, and this counts as no failure; without, the attempt failed.",
			"default": "The attempt failed, as it does without an answer within 10 seconds. It is repeated, and when the last one fails the endpoint is deactivated.",
		},
	}
	for _, name := range fund.WebhookEventTypes() {
		all.All = append(all.All, webhookDoc(name))
	}
	all.All = append(all.All, api.Webhook{
		Name: fund.WebhookRelayType, Tag: tagRelays, Summary: "The donation of a relay key was completed, or its money went back or did not come",
		Data: []any{relayDonation{}}, Meta: relayMeta{},
	})
	all.All = append(all.All, topicDocs()...)
	return all
}

// topicDocs say what is sent about events, one for each kind of object.
func topicDocs() []api.Webhook {
	var kinds []fund.Object
	types := map[fund.Object][]string{}
	for _, name := range fund.WebhookTopicTypes() {
		kind := fund.WebhookTopic(name).Object()
		if types[kind] == nil {
			kinds = append(kinds, kind)
		}
		types[kind] = append(types[kind], name)
	}
	slices.Sort(kinds)
	all := make([]api.Webhook, len(kinds))
	for i, kind := range kinds {
		words := strings.ReplaceAll(string(kind), "_", " ")
		all[i] = api.Webhook{
			Name: "event:" + string(kind), Types: types[kind], Tag: tagWebhooks, Data: append(objectShapes(kind), nil), Meta: topicMeta{},
			Summary: "Something happened to a " + words + ", for subscriptions that name the event; data is the object as a read shows it, null when it is gone",
		}
	}
	return all
}

// webhookDoc says what is sent for an event type of subscriptions, such as public:direct:fact_updated.
func webhookDoc(name string) api.Webhook {
	made := api.Webhook{Name: name, Tag: tagWebhooks, Data: []any{donation{}}, Meta: messageMeta{}}
	of := "the fact that is subscribed to"
	if strings.Contains(name, ":indirect:") {
		of = "a fact below the one that is subscribed to"
	}
	private := fund.PrivateWebhookType(name)
	if strings.HasSuffix(name, ":"+fund.WebhookFact) {
		made.Summary = "Something about " + of + " changed, or what it raised"
		made.Data = []any{campaign{}, teamCampaign{}, personalCampaign{}, fundraisingEvent{}, cause{}, auctionHouse{}}
	} else {
		made.Summary = "A donation to " + of + " was completed, refunded, disputed, restored or screened"
		if private {
			made.Data = []any{privateDonation{}}
		}
	}
	if private {
		made.Summary += ", for those who may edit that fact"
	}
	return made
}

// webhookHeaders are those of every request; endpoints with standard_webhooks get the last three.
func webhookHeaders() []api.Param {
	return []api.Param{
		{Name: "User-Agent", Always: true, Enum: []string{webhook.UserAgent}, Description: "What receivers look for, also here."},
		{Name: webhook.HeaderTimestamp, Always: true, Format: "date-time", Description: "When this attempt was signed, meta.attempted_at; refuse what is far off."},
		{
			Name: webhook.HeaderSignature, Always: true,
			Description: "The HMAC-SHA256, in base64, of the timestamp, a dot and the body under the signing key as a text.",
		},
		{Name: webhook.HeaderVersion, Always: true, Enum: []string{webhook.Version}, Description: "The version of the message, with the spelling of the original."},
		{Name: webhook.HeaderEndpoint, Always: true, Format: "uuid", Description: "The id of the endpoint."},
		{Name: webhook.HeaderStandardID, Format: "uuid", Description: "With standard_webhooks: meta.id."},
		{Name: webhook.HeaderStandardTimestamp, Type: "integer", Description: "With standard_webhooks: the second of the attempt since 1970."},
		{Name: webhook.HeaderStandardSignature, Description: "With standard_webhooks: `v1,` and a signature in base64 for each valid key, with spaces between them."},
	}
}
