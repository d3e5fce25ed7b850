package apiv5

import (
	"cmp"
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
	"github.com/almoner/almoner/internal/webhook"
)

// The states of a webhook endpoint. The original names none.
const (
	hookActive   = "active"
	hookInactive = "inactive"
)

// endpoint is an address that deliveries go to. Its times have microseconds, as the real answers
// about webhooks and relay keys show.
type endpoint struct {
	ID            string  `json:"id" format:"uuid"`
	Status        string  `json:"status" enum:"active,inactive"`
	Description   string  `json:"description"`
	URL           string  `json:"url" format:"uri" doc:"That of a chat is a secret: only its host is shown"`
	InsertedAt    string  `json:"inserted_at" format:"date-time"`
	UpdatedAt     string  `json:"updated_at" format:"date-time"`
	ActivatedAt   *string `json:"activated_at" format:"date-time"`
	DeactivatedAt *string `json:"deactivated_at" format:"date-time"`
	// The original has none of the following.
	RetrySchedule    string `json:"retry_schedule" enum:"tiltify,three_days" doc:"tiltify: 12 retries in about an hour; three_days: 23 in three days"`
	Ordered          bool   `json:"ordered" doc:"Messages about a fact wait for each other"`
	StandardWebhooks bool   `json:"standard_webhooks" doc:"Requests have the headers of Standard Webhooks, too"`
	KeyOverlap       bool   `json:"key_overlap" doc:"After a rotation, webhook-signature is by the key before the present one, too, for 24 hours"`
	Format           string `json:"format" enum:"tiltify,discord,slack,matrix" doc:"tiltify: signed messages for programs; the others announce donations and other events in a chat"`
	Template         string `json:"template" doc:"What a chat is told about a donation; empty for the usual words"`
	EventTemplate    string `json:"event_template" doc:"What a chat is told about any other event; empty for the usual words"`
}

// newEndpoint is an endpoint with the key that nobody is told again.
type newEndpoint struct {
	endpoint

	SigningKey string `json:"signing_key" doc:"64 hexadecimal digits, used as text"`
}

func toEndpoint(e fund.WebhookEndpoint) endpoint {
	made := endpoint{
		ID: e.ID.String(), Status: hookInactive, Description: e.Description, URL: e.URL,
		InsertedAt: e.CreatedAt.UTC().Format(microseconds), UpdatedAt: e.UpdatedAt.UTC().Format(microseconds),
		ActivatedAt: written(e.ActivatedAt, microseconds), DeactivatedAt: written(e.DeactivatedAt, microseconds),
		RetrySchedule: cmp.Or(e.Options.Schedule, fund.ScheduleTiltify), Ordered: e.Options.Ordered, StandardWebhooks: e.Options.Standard, KeyOverlap: e.Options.Overlap,
		Format: string(cmp.Or(e.Options.Format, fund.FormatTiltify)), Template: e.Options.Template,
		EventTemplate: e.Options.EventTemplate,
	}
	if e.Options.Format.Chat() {
		made.URL = webhook.Mask(e.URL)
	}
	if e.Active() {
		made.Status = hookActive
	}
	return made
}

func toNewEndpoint(e fund.WebhookEndpoint) newEndpoint {
	return newEndpoint{endpoint: toEndpoint(e), SigningKey: e.SigningKey}
}

func endpointPath(e fund.WebhookEndpoint) string { return at("webhook_endpoints", e.ID) }

type endpointInput struct {
	URL         string  `json:"url" format:"uri" doc:"https or http, of a public host name"`
	Description *string `json:"description"`
	Status      string  `json:"status" enum:"active,inactive" doc:"A new one is active"`

	RetrySchedule    *string `json:"retry_schedule" enum:"tiltify,three_days" doc:"tiltify: 12 retries in about an hour; three_days: 23 in three days"`
	Ordered          *bool   `json:"ordered" doc:"Whether the messages about a fact wait for each other: one slow answer holds that fact"`
	StandardWebhooks *bool   `json:"standard_webhooks" doc:"Whether requests have the headers of Standard Webhooks, too, and answers of 410 and Retry-After are obeyed"`
	KeyOverlap       *bool   `json:"key_overlap" doc:"Whether the signing key before the present one stays valid for 24 hours after a rotation: webhook-signature is by both then. Without it the old key ends at once"`
	Format           *string `json:"format" enum:"tiltify,discord,slack,matrix" doc:"tiltify: signed messages for programs; the others announce donations and other events in a chat, whose address url is"`
	Template         *string `json:"template" doc:"What a chat is told about a donation, with placeholders such as {donor}, {amount}, {comment} and {total}; at most 500 characters"`
	EventTemplate    *string `json:"event_template" doc:"What a chat is told about any other event, with placeholders such as {event}, {title}, {amount} and {total}; at most 500 characters"`
}

var endpointModel = model[fund.WebhookEndpointPatch]{
	invalid: func(p *fund.WebhookEndpointPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.WebhookEndpointPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.URL, "url", "url"),
			submit.Text(&p.Description, "description", "description"),
			submit.Value(&p.Active, func(value any) (bool, string) {
				if value != hookActive && value != hookInactive {
					return false, fund.NotAllowed
				}
				return value == hookActive, ""
			}, "active", "status"),
			submit.Text(&p.Schedule, "schedule", "retry_schedule"),
			submit.Flag(&p.Ordered, "ordered", "ordered"),
			submit.Flag(&p.Standard, "standard", "standard_webhooks"),
			submit.Flag(&p.Overlap, "overlap", "key_overlap"),
			submit.Text(&p.Format, "format", "format"),
			submit.Text(&p.Template, "template", "template"),
			submit.Text(&p.EventTemplate, "event_template", "event_template"),
		}
	},
}

func (v *version) listEndpoints(ctx context.Context, c *call) (api.Reply, error) {
	items, meta, err := paginate(ctx, v, queryOf(c), listing[fund.WebhookEndpoint]{
		kind: "webhook_endpoints", owner: c.Caller.Application, order: fund.OldestFirst,
		read: func(p fund.Page) ([]fund.WebhookEndpoint, error) { return v.app.ListEndpoints(ctx, c.Caller, p) },
		at:   func(e fund.WebhookEndpoint) fund.Cursor { return fund.Cursor{ID: e.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(items, toEndpoint), Metadata: meta}}, nil
}
