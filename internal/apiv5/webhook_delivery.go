package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// delivery is one message to a webhook endpoint. The original has no log of them.
type delivery struct {
	ID                     string  `json:"id" format:"uuid" doc:"The same as meta.id in the message, in each of its attempts"`
	WebhookEndpointID      string  `json:"webhook_endpoint_id" format:"uuid"`
	EventType              string  `json:"event_type" doc:"One of the types that a subscription can name, or that of relays"`
	SubscriptionSourceID   string  `json:"subscription_source_id" format:"uuid" doc:"The fact that the endpoint is subscribed to, or the relay; all zeros for a test message"`
	SubscriptionSourceType string  `json:"subscription_source_type" doc:"The kind of that fact, webhook_relay or test"`
	FactID                 *string `json:"fact_id" format:"uuid" doc:"What the message is about, or what was donated to"`
	DonationID             *string `json:"donation_id" format:"uuid"`
	Status                 string  `json:"status" enum:"waiting,delivered,failed,stopped,withheld" doc:"stopped: the endpoint was deactivated; withheld: your application may not read it any more"`
	Problem                *string `json:"problem" doc:"Why the last attempt failed, or why there was none"`
	Attempts               int     `json:"attempts" doc:"How many were made"`
	NextAttemptAt          *string `json:"next_attempt_at" format:"date-time" doc:"null when there is none"`
	InsertedAt             string  `json:"inserted_at" format:"date-time"`
	DeliveredAt            *string `json:"delivered_at" format:"date-time" doc:"When the endpoint answered with 200 to 299"`
}

// loggedDelivery is a delivery with what was sent and what came back.
type loggedDelivery struct {
	delivery

	Body *string           `json:"body" doc:"The exact text of the last attempt, whose signature is that of its bytes; of a chat what it was told; null before the first, and for private messages about donations without the scope donations:read"`
	Log  []deliveryAttempt `json:"log" doc:"The attempts, the first one first"`
}

// deliveryAttempt is one request to an endpoint.
type deliveryAttempt struct {
	Number         int               `json:"number" doc:"1 for the first"`
	AttemptedAt    string            `json:"attempted_at" format:"date-time" doc:"The instant that is signed"`
	DurationMS     int64             `json:"duration_ms" doc:"How long the answer took"`
	Status         *int              `json:"status" doc:"The status of the answer; null without one"`
	Failure        *string           `json:"failure" doc:"Why there was no answer"`
	RequestHeaders map[string]string `json:"request_headers" doc:"Signatures are left out"`
	Answer         *string           `json:"answer" doc:"The beginning of the answer"`
}

func toDelivery(d fund.WebhookDelivery) delivery {
	return delivery{
		ID: d.ID.String(), WebhookEndpointID: d.EndpointID.String(), EventType: d.EventType, SubscriptionSourceID: d.Source().String(),
		SubscriptionSourceType: d.SourceType, FactID: idOrNull(d.FactID), DonationID: idOrNull(d.DonationID), Status: string(d.Status),
		Problem: textOrNull(d.Problem), Attempts: d.Attempts, NextAttemptAt: written(d.DueAt, microseconds), InsertedAt: micros(d.CreatedAt),
		DeliveredAt: written(d.DeliveredAt, microseconds),
	}
}

func toLoggedDelivery(d app.LoggedDelivery) (loggedDelivery, error) {
	made := loggedDelivery{delivery: toDelivery(d.WebhookDelivery), Log: []deliveryAttempt{}}
	for _, one := range d.Made {
		row := deliveryAttempt{
			Number: one.Number, AttemptedAt: micros(one.At), DurationMS: one.Duration.Milliseconds(), Failure: textOrNull(one.Failure),
			RequestHeaders: one.Headers, Answer: textOrNull(one.Answer),
		}
		if one.Status != 0 {
			row.Status = &one.Status
		}
		made.Log = append(made.Log, row)
	}
	if d.Data == "" || len(d.Made) == 0 {
		return made, nil
	}
	if line, is := d.Line(); is {
		made.Body = &line
		return made, nil
	}
	last := d.Made[len(d.Made)-1]
	text, err := Messages{}.Message(app.WebhookMessage{WebhookDelivery: d.WebhookDelivery, AttemptedAt: last.At, Key: d.Key})
	made.Body = textOrNull(string(text))
	return made, err
}

// resent says how many deliveries are sent again.
type resent struct {
	Deliveries int `json:"deliveries" doc:"How many are sent again"`
}

func (v *version) deliveryRows() []route {
	show := func(_ context.Context, _ *call, d app.LoggedDelivery) (api.Reply, error) {
		made, err := toLoggedDelivery(d)
		return api.Reply{Body: made}, err
	}
	const (
		endpoint = "/webhook_endpoints/{webhook_endpoint_id}"
		all      = endpoint + "/deliveries"
		one      = all + "/{webhook_delivery_id}"
	)
	list := asHookReader.get(all, tagWebhooks, "List what a webhook endpoint was sent in the last 30 days, the newest first", []delivery{}, v.listDeliveries)
	list.Query = paging([]string{"delivery_status"})
	again := asHook.action(endpoint+"/resend", api.Doc{Tag: tagWebhooks, Summary: "Send again what did not reach a webhook endpoint since an instant"}, nil, resent{}, v.resendDeliveries)
	again.Query = []string{"since"}
	return []route{
		list,
		asHookReader.get(one, tagWebhooks, "Get a delivery with its attempts", loggedDelivery{}, api.Gets(deliveryAt, v.app.GetDelivery, show)),
		asHook.action(one+"/resend", api.Doc{Tag: tagWebhooks, Summary: "Send a delivery again, now"}, nil, loggedDelivery{},
			api.Gets(deliveryAt, v.app.ResendDelivery, show)),
		again,
		asHook.action(endpoint+"/test", api.Doc{Tag: tagWebhooks, Summary: "Send a test message to a webhook endpoint", ID: "testWebhook"}, hookSampleInput{}, loggedDelivery{},
			api.Changes(resourceOf(hookSampleModel, nil, func(_ context.Context, _ *call, d app.LoggedDelivery) (any, error) { return toLoggedDelivery(d) }, nil),
				uuidKeyAt("webhook_endpoint_id"), nil, v.app.TestWebhook)),
	}
}

func deliveryAt(c *call) (app.DeliveryKey, error) {
	endpoint, err := uuidAt(c, "webhook_endpoint_id")
	if err != nil {
		return app.DeliveryKey{}, err
	}
	one, err := uuidAt(c, "webhook_delivery_id")
	return app.DeliveryKey{Endpoint: endpoint, Delivery: one}, err
}

func (v *version) listDeliveries(ctx context.Context, c *call) (api.Reply, error) {
	of, err := uuidAt(c, "webhook_endpoint_id")
	if err != nil {
		return api.Reply{}, err
	}
	query := queryOf(c)
	var names []string
	for _, s := range fund.WebhookStatuses() {
		names = append(names, string(s))
	}
	filter := app.DeliveryFilter{Status: fund.WebhookStatus(query.oneOf("delivery_status", names...))}
	items, meta, err := paginate(ctx, v, query, listing[fund.WebhookDelivery]{
		kind: "webhook_deliveries", owner: of.ID, order: fund.NewestFirst,
		read: func(p fund.Page) ([]fund.WebhookDelivery, error) {
			return v.app.ListDeliveries(ctx, c.Caller, of, filter, p)
		},
		at: func(d fund.WebhookDelivery) fund.Cursor { return fund.Cursor{ID: d.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(items, toDelivery), Metadata: meta}}, nil
}

func (v *version) resendDeliveries(ctx context.Context, c *call) (api.Reply, error) {
	of, err := uuidAt(c, "webhook_endpoint_id")
	if err != nil {
		return api.Reply{}, err
	}
	query := queryOf(c)
	since := query.instant("since")
	n, err := v.app.ResendDeliveries(ctx, c.Caller, of, app.ResendInput{Since: since, Invalid: query.wrong})
	return api.Reply{Body: resent{Deliveries: n}}, err
}
