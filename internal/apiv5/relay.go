package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// relay sends the updates of single donations to an endpoint. The original makes relays in its
// dashboard only.
type relay struct {
	ID                string `json:"id" format:"uuid"`
	Name              string `json:"name"`
	WebhookEndpointID string `json:"webhook_endpoint_id" format:"uuid"`
	InsertedAt        string `json:"inserted_at" format:"date-time"`
	UpdatedAt         string `json:"updated_at" format:"date-time"`
}

func toRelay(r fund.WebhookRelay) relay {
	return relay{
		ID: r.ID.String(), Name: r.Name, WebhookEndpointID: r.EndpointID.String(),
		InsertedAt: r.CreatedAt.UTC().Format(microseconds), UpdatedAt: r.UpdatedAt.UTC().Format(microseconds),
	}
}

func relayPath(r fund.WebhookRelay) string { return at("webhook_relays", r.ID) }

type relayInput struct {
	Name              string `json:"name"`
	WebhookEndpointID string `json:"webhook_endpoint_id" format:"uuid" doc:"An endpoint of your application"`
}

var relayModel = model[fund.WebhookRelayPatch]{
	invalid: func(p *fund.WebhookRelayPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.WebhookRelayPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			referenceField(&p.Endpoint, "endpoint", "webhook_endpoint_id"),
		}
	},
}

func (v *version) listRelays(ctx context.Context, c *call) (api.Reply, error) {
	items, meta, err := paginate(ctx, v, queryOf(c), listing[fund.WebhookRelay]{
		kind: "webhook_relays", owner: c.Caller.Application, order: fund.OldestFirst,
		read: func(p fund.Page) ([]fund.WebhookRelay, error) { return v.app.ListRelays(ctx, c.Caller, p) },
		at:   func(r fund.WebhookRelay) fund.Cursor { return fund.Cursor{ID: r.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(items, toRelay), Metadata: meta}}, nil
}
