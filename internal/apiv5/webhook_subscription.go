package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// subscription is what a webhook endpoint is told of a fact. Only its event types are known of the
// original; the fact is called as in the path.
type subscription struct {
	ID                string   `json:"id" format:"uuid"`
	WebhookEndpointID string   `json:"webhook_endpoint_id" format:"uuid"`
	EventID           string   `json:"event_id" format:"uuid" doc:"The id of the fact"`
	EventTypes        []string `json:"event_types"`
	InsertedAt        string   `json:"inserted_at" format:"date-time"`
	UpdatedAt         string   `json:"updated_at" format:"date-time"`
}

func toSubscription(s fund.WebhookSubscription) subscription {
	return subscription{
		ID: s.ID.String(), WebhookEndpointID: s.EndpointID.String(), EventID: s.FactID.String(), EventTypes: s.EventTypes,
		InsertedAt: s.CreatedAt.UTC().Format(microseconds), UpdatedAt: s.UpdatedAt.UTC().Format(microseconds),
	}
}

type subscriptionInput struct {
	EventTypes []string `json:"event_types" required:"true" doc:"public:direct:donation_updated and the like, and public:direct:poll.closed and the like for each event of docs/events.md; the private types are for applications whose owner may edit the fact"`
}

var subscriptionModel = model[fund.SubscriptionPatch]{
	invalid: func(p *fund.SubscriptionPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.SubscriptionPatch) []submit.Field {
		return []submit.Field{{Path: "event_types", Keys: []string{"event_types"}, Read: func(s *submit.Submission, at submit.Spot, value any) {
			s.List(at, value, func(s *submit.Submission, at submit.Spot, value any) {
				name, problem := submit.ReadText(value)
				if problem != "" {
					s.Refuse(at, problem)
				}
				p.EventTypes = append(p.EventTypes, name)
			})
		}}}
	},
}

func subscriptionAt(c *call) (app.SubscriptionKey, error) {
	endpoint, err := uuidAt(c, "webhook_endpoint_id")
	if err != nil {
		return app.SubscriptionKey{}, err
	}
	fact, err := uuidAt(c, "event_id")
	return app.SubscriptionKey{Endpoint: endpoint, Fact: fact}, err
}

func (v *version) listSubscriptions(ctx context.Context, c *call) (api.Reply, error) {
	of, err := uuidAt(c, "webhook_endpoint_id")
	if err != nil {
		return api.Reply{}, err
	}
	items, meta, err := paginate(ctx, v, queryOf(c), listing[fund.WebhookSubscription]{
		kind: "webhook_subscriptions", owner: of.ID, order: fund.OldestFirst,
		read: func(p fund.Page) ([]fund.WebhookSubscription, error) {
			return v.app.ListSubscriptions(ctx, c.Caller, of, p)
		},
		at: func(s fund.WebhookSubscription) fund.Cursor { return fund.Cursor{ID: s.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(items, toSubscription), Metadata: meta}}, nil
}
