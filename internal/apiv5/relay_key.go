package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// relayKey follows one donation through a relay.
type relayKey struct {
	ID             string         `json:"id" doc:"The name that your application gave it, or a UUID"`
	ClientKey      string         `json:"client_key" doc:"What the donate link carries: ?relay=<client_key>"`
	Metadata       *string        `json:"metadata"`
	Donation       *relayDonation `json:"donation" doc:"null until somebody gives"`
	WebhookRelayID string         `json:"webhook_relay_id" format:"uuid"`
	InsertedAt     string         `json:"inserted_at" format:"date-time"`
	UpdatedAt      string         `json:"updated_at" format:"date-time"`
}

// relayDonation is a donation as relays tell of it: also one that was cancelled, and without the
// facts that it counts for.
type relayDonation struct {
	donationMoney

	PaymentStatus string `json:"payment_status" enum:"pending,completed,cancelled"`

	donationPlace
	donationRest
}

func (v *version) toRelayDonation(given fund.Donation) *relayDonation {
	d := v.toDonation(given, nil)
	return &relayDonation{
		donationMoney: d.donationMoney, PaymentStatus: given.State.RelayStatus(), donationPlace: d.donationPlace, donationRest: d.donationRest,
	}
}

func (v *version) toRelayKey(k fund.RelayKey) relayKey {
	made := relayKey{
		ID: k.Key, ClientKey: k.ClientKey, Metadata: k.Metadata, WebhookRelayID: k.RelayID.String(),
		InsertedAt: k.CreatedAt.UTC().Format(microseconds), UpdatedAt: k.UpdatedAt.UTC().Format(microseconds),
	}
	if k.Donation != nil {
		made.Donation = v.toRelayDonation(*k.Donation)
	}
	return made
}

type relayKeyInput struct {
	ID       *string `json:"id" doc:"At most 255 characters, unique in the relay; a UUID is made without it"`
	Metadata *string `json:"metadata" doc:"At most 4096 characters, returned as sent"`
}

var relayKeyModel = model[fund.RelayKeyInput]{
	invalid: func(p *fund.RelayKeyInput) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RelayKeyInput) []submit.Field {
		var id fund.Opt[string]
		name := submit.Text(&id, "id", "id")
		read := name.Read
		name.Read = func(s *submit.Submission, at submit.Spot, value any) {
			read(s, at, value)
			p.Key = id.Value
		}
		return []submit.Field{name, submit.Leaf(func(value any) string {
			if value == nil {
				return ""
			}
			text, problem := submit.ReadText(value)
			if problem == "" {
				p.Metadata = &text
			}
			return problem
		}, "metadata", "metadata")}
	},
}

// relayKeyAt finds a key by the name that its application gave it, whatever that looks like.
func relayKeyAt(c *call) (app.RelayKeyKey, error) {
	of, err := uuidAt(c, "webhook_relay_id")
	return app.RelayKeyKey{Relay: of, Key: c.Path("webhook_relay_key_id")}, err
}

func (v *version) listRelayKeys(ctx context.Context, c *call) (api.Reply, error) {
	of, err := uuidAt(c, "webhook_relay_id")
	if err != nil {
		return api.Reply{}, err
	}
	items, meta, err := paginate(ctx, v, queryOf(c), listing[fund.RelayKey]{
		kind: "webhook_relay_keys", owner: of.ID, order: fund.OldestFirst,
		read: func(p fund.Page) ([]fund.RelayKey, error) { return v.app.ListRelayKeys(ctx, c.Caller, of, p) },
		at:   func(k fund.RelayKey) fund.Cursor { return fund.Cursor{ID: k.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(items, v.toRelayKey), Metadata: meta}}, nil
}
