package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// counter is what was raised within a time. The original has none.
type counter struct {
	ID           string  `json:"id" format:"uuid"`
	FactID       string  `json:"fact_id" format:"uuid" doc:"The fact whose donations it counts, with everything below it."`
	Name         string  `json:"name"`
	Active       bool    `json:"active" doc:"Whether it counts donations that come now."`
	AmountRaised amount  `json:"amount_raised" doc:"What is left of the donations that it counts."`
	StartsAt     string  `json:"starts_at" format:"date-time" doc:"Donations count that were completed from then on."`
	EndsAt       *string `json:"ends_at" format:"date-time" doc:"Donations count that were completed before that; null for no end."`
	PollOptionID *string `json:"poll_option_id" format:"uuid" doc:"Only donations for this option count; null for all."`
	Via          *string `json:"via" doc:"Only donations count that came by links with this name (?via=…); null for all."`
	RelayID      *string `json:"webhook_relay_id" format:"uuid" doc:"Only donations count that came by keys of this relay; null for all."`
	InsertedAt   string  `json:"inserted_at" format:"date-time"`
	UpdatedAt    string  `json:"updated_at" format:"date-time"`
}

func (v *version) toCounter(c fund.Counter) counter {
	return counter{
		ID: c.ID.String(), FactID: c.FactID.String(), Name: c.Name, Active: c.Active(v.now()), AmountRaised: fixed(c.Raised, c.Currency), StartsAt: seconds(c.StartsAt),
		EndsAt: secondsOrNull(c.EndsAt), PollOptionID: idOrNull(c.PollOption), Via: textOrNull(c.Via), RelayID: idOrNull(c.Relay),
		InsertedAt: seconds(c.CreatedAt), UpdatedAt: seconds(c.UpdatedAt),
	}
}

type counterInput struct {
	Name         string  `json:"name"`
	StartsAt     string  `json:"starts_at" format:"date-time" doc:"Now when it is not sent."`
	EndsAt       string  `json:"ends_at" format:"date-time" null:"true"`
	PollOptionID idInput `json:"poll_option_id" null:"true" doc:"An option of a poll of the fact itself."`
	Via          string  `json:"via" null:"true" doc:"The name of links (?via=…)."`
	RelayID      string  `json:"webhook_relay_id" format:"uuid" null:"true" doc:"A relay of your application."`
}

var counterModel = model[fund.CounterPatch]{
	invalid: func(p *fund.CounterPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.CounterPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
			referenceField(&p.PollOption, "poll_option", "poll_option_id"),
			submit.Text(&p.Via, "via", "via"),
			referenceField(&p.Relay, "relay", "webhook_relay_id"),
		}
	},
}

// counterRows are for those who set up the stage of a fact; reading is for all who see it.
func (v *version) counterRows() []route {
	r := resourceOf(
		counterModel, counter{},
		shown(v.toCounter),
		func(c fund.Counter) string { return at("counters", c.ID) },
	)
	in, out, key := counterInput{}, counter{}, uuidKeyAt("counter_id")
	h := factParent
	all := h.right.get(h.pattern("counters"), tagCounters, "List the counters of "+h.noun+", the oldest first", []counter{}, v.listCounters)
	all.Query = pageQuery
	return []route{
		all,
		h.right.post(h.pattern("counters"), tagCounters, "Add a counter to "+h.noun, in, out, api.Creates(r, h.key, v.app.CreateCounter)),
		asOwner.get("/counters/{counter_id}", tagCounters, "Get a counter", out, api.Gets(key, v.app.GetCounter, r.Reply)),
		asOwner.patch("/counters/{counter_id}", tagCounters, "Change a counter, which counts again", in, out, api.Changes(r, key, v.app.GetCounter, v.app.UpdateCounter)),
		asOwner.remove("/counters/{counter_id}", tagCounters, "Delete a counter", deletes(key, v.app.DeleteCounter)),
	}
}

func (v *version) listCounters(ctx context.Context, c *call) (api.Reply, error) {
	seen, err := v.seeAt(ctx, c, factParent.pathParameter)
	if err != nil {
		return api.Reply{}, err
	}
	counters, meta, err := paginate(ctx, v, queryOf(c), listing[fund.Counter]{
		kind: "counters", owner: seen.Fact().ID, order: fund.OldestFirst, at: func(one fund.Counter) fund.Cursor { return fund.Cursor{ID: one.ID} },
		read: func(page fund.Page) ([]fund.Counter, error) { return v.app.Counters(ctx, seen, page) },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(counters, v.toCounter), Metadata: meta}}, nil
}
