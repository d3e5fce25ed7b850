package apiv5

import (
	"context"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
	"github.com/almoner/almoner/internal/webhook"
)

// hookSample is a request to a webhook endpoint as it would be made, for who tries a receiver out
// that has no public address.
type hookSample struct {
	URL     string      `json:"url" format:"uri" doc:"Where it would be sent"`
	Headers hookHeaders `json:"headers"`
	Body    string      `json:"body" doc:"The exact text that is signed"`
}

// hookHeaders are all headers that say something. The original misspells one of them.
type hookHeaders struct {
	ContentType string `json:"Content-Type"`
	UserAgent   string `json:"User-Agent" doc:"What receivers look for, also here"`
	Timestamp   string `json:"X-Tiltify-Timestamp" format:"date-time" doc:"When it was signed; receivers want it within a minute"`
	Signature   string `json:"X-Tiltify-Signature" doc:"The HMAC-SHA256, in base64, of the timestamp, a dot and the body under the signing key as a text"`
	Version     string `json:"X-Tiltify-Verision"`
	Endpoint    string `json:"X-Tiltify-Endpoint" format:"uuid"`

	StandardID        string `json:"webhook-id,omitempty" format:"uuid" doc:"Where the endpoint has standard_webhooks"`
	StandardTimestamp string `json:"webhook-timestamp,omitempty" doc:"Where the endpoint has standard_webhooks"`
	StandardSignature string `json:"webhook-signature,omitempty" doc:"Where the endpoint has standard_webhooks"`
}

// toHookHeaders signs the text of a message, whose attempted_at is the instant of the signature.
func toHookHeaders(s app.WebhookSample, text []byte) hookHeaders {
	h := webhook.Signing{
		Endpoint: s.Endpoint.ID, Message: s.ID.String(), At: s.At, Keys: s.Endpoint.SigningKeys(s.At), Standard: s.Endpoint.Options.Standard,
	}.Header(text)
	// The map is read directly: Get would spell the names anew.
	only := func(name string) string { return strings.Join(h[name], "") }
	return hookHeaders{
		StandardID: only(webhook.HeaderStandardID), StandardTimestamp: only(webhook.HeaderStandardTimestamp), StandardSignature: only(webhook.HeaderStandardSignature),
		ContentType: h.Get("Content-Type"), UserAgent: h.Get("User-Agent"), Timestamp: h.Get(webhook.HeaderTimestamp),
		Signature: h.Get(webhook.HeaderSignature), Version: h.Get(webhook.HeaderVersion), Endpoint: h.Get(webhook.HeaderEndpoint),
	}
}

type hookSampleInput struct {
	EventType string  `json:"event_type" required:"true" enum:"private:direct:donation_updated,private:direct:fact_updated,private:indirect:donation_updated,private:indirect:fact_updated,public:direct:donation_updated,public:direct:fact_updated,public:indirect:donation_updated,public:indirect:fact_updated,private:relay:donation_updated" doc:"A type of subscriptions, or that of relays"`
	FactID    *string `json:"fact_id" format:"uuid" doc:"What the sample is about, as it is now, or the last donation to it; without it all is made up"`
}

var hookSampleModel = model[fund.WebhookSampleInput]{
	invalid: func(p *fund.WebhookSampleInput) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.WebhookSampleInput) []submit.Field {
		return []submit.Field{
			submit.Text(&p.EventType, "event_type", "event_type"),
			submit.Leaf(func(value any) string {
				text, isText := value.(string)
				id, err := fund.ParseID(text)
				switch {
				case value == nil:
					return ""
				case !isText || err != nil || id.IsZero():
					return notAnID
				}
				p.Fact = fund.Some(fund.Key{ID: id})
				return ""
			}, "fact", "fact_id"),
		}
	},
}

// sampleRoute is a POST, because it takes a body and its answers must not be kept by anybody, but it
// writes nothing: it knows neither Idempotency-Key nor If-Match.
func (v *version) sampleRoute() route {
	r := resourceOf(hookSampleModel, nil, v.showSample, nil)
	row := asHook.action("/webhook_endpoints/{webhook_endpoint_id}/samples",
		api.Doc{Tag: tagWebhooks, Summary: "Get a signed sample of what a webhook endpoint is sent; nothing is sent", ID: "sampleWebhook", Safe: true},
		hookSampleInput{}, hookSample{}, api.Changes(r, uuidKeyAt("webhook_endpoint_id"), nil, v.app.SampleWebhook))
	row.Pattern = privatePrefix + row.Pattern
	return row
}

func (v *version) showSample(ctx context.Context, c *call, s app.WebhookSample) (any, error) {
	if s.Endpoint.Options.Format.Chat() {
		return nil, fault.New(fault.Conflict, "This webhook endpoint is a chat, to which nothing signed is sent; send a test message instead.")
	}
	data, err := v.messageData(ctx, app.WebhookContent{EventType: s.EventType, Receiver: c.Caller, Fact: s.Fact, Donation: s.Donation})
	if err != nil {
		return nil, err
	}
	at := micros(s.At)
	meta := messageMeta{
		ID: s.ID.String(), EventType: s.EventType, GeneratedAt: at, AttemptedAt: at,
		SubscriptionSourceID: fund.ID{}.String(), SubscriptionSourceType: fund.WebhookSourceTest,
	}
	m := message{Data: data, Meta: meta}
	if s.EventType == fund.WebhookRelayType {
		m.Meta = relayMeta{meta, madeUpRelay()}
	}
	text, err := m.text()
	if err != nil {
		return nil, err
	}
	return hookSample{URL: s.Endpoint.URL, Headers: toHookHeaders(s, text), Body: string(text)}, nil
}
