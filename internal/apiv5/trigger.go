package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// triggered is what was made to happen.
type triggered struct {
	Event  string `json:"event" enum:"donation,refund,dispute,poll_vote,milestone,screening,match_end" doc:"What happened."`
	Test   bool   `json:"test" doc:"It is only a test event: nothing changed."`
	Object string `json:"object" enum:"donation,milestone,match" doc:"What it happened to."`
	ID     string `json:"id" format:"uuid" doc:"The id of that; what a test event is about may not be there."`
	Type   string `json:"type" doc:"The type of the event on the feed."`
}

type triggerInput struct {
	Event        string     `json:"event" required:"true" enum:"donation,refund,dispute,poll_vote,milestone,screening,match_end" doc:"What is to happen. milestone makes the donation that is missing to it."`
	Amount       moneyInput `json:"amount" doc:"Of a donation, or of a refund: 10 for a donation and all that is left for a refund when it is not sent. A test event may have any currency."`
	DonorName    string     `json:"donor_name" null:"true" doc:"Of a donation; the name of what is made up for a test event."`
	DonorComment string     `json:"donor_comment" null:"true"`
	DonationID   string     `json:"donation_id" null:"true" format:"uuid" doc:"What is refunded, disputed or screened; the newest donation that fits when it is not sent."`
	PollOptionID idInput    `json:"poll_option_id" doc:"What is voted for; the first option of an open poll when it is not sent."`
	MilestoneID  string     `json:"milestone_id" null:"true" format:"uuid" doc:"What is reached; the next milestone when it is not sent."`
	MatchID      string     `json:"match_id" null:"true" format:"uuid" doc:"What ends; the oldest open donation match when it is not sent."`
	Screening    string     `json:"screening" null:"true" enum:"shown,host_only,comment_held,held,hidden" doc:"Of a donation; the other one of shown and hidden when it is not sent."`
}

var triggerModel = model[fund.TriggerInput]{
	invalid: func(p *fund.TriggerInput) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TriggerInput) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Event, "event", "event"),
			moneyField(&p.Amount, &p.Currency, "amount", "amount"),
			submit.Text(&p.Name, "name", "donor_name"),
			submit.Text(&p.Comment, "comment", "donor_comment"),
			referenceField(&p.Donation, "donation", "donation_id"),
			referenceField(&p.PollOption, "poll_option", "poll_option_id"),
			referenceField(&p.Milestone, "milestone", "milestone_id"),
			referenceField(&p.Match, "match", "match_id"),
			submit.Text(&p.Screening, "screening", "screening"),
		}
	},
}

// asTrigger takes the scope that lets play money move, or one of those with which a fact is edited: which one it takes depends on the money.
var asTrigger = accessRule{[]string{fund.ScopeSandbox, fund.ScopeDonationsWrite, fund.ScopeWrite, fund.ScopeCause}, anybody}

func (v *version) triggerRows() []route {
	r := resourceOf(triggerModel, nil, shown(toTriggered), nil)
	return []route{asTrigger.action("/facts/{fact_id}/trigger",
		api.Doc{Tag: tagDonations, Summary: "Make something happen at a fact, for trials: play money moves, real money never", ID: "trigger"},
		triggerInput{}, triggered{}, api.Changes(r, uuidKeyAt("fact_id"), nil, v.trigger))}
}

func (v *version) trigger(ctx context.Context, actor app.Actor, key fund.Key, in fund.TriggerInput) (app.Triggered, error) {
	return v.app.Trigger(ctx, actor, app.FactKey{Key: key, Kinds: app.AllKinds()}, in, v.sample)
}

// sample is the object of a test event, as the feed shows such objects to everybody.
func (v *version) sample(ctx context.Context, r app.Rehearsal) ([]byte, error) {
	switch {
	case r.Milestone != nil:
		return api.Marshal(v.toMilestone(*r.Milestone))
	case r.Match != nil:
		return api.Marshal(v.toDonationMatch(*r.Match))
	}
	above, err := v.app.Ancestors(ctx, app.Actor{}, r.Fact.ID)
	if err != nil {
		return nil, err
	}
	self := toSimpleFact(fund.Ancestor{ID: r.Fact.ID, Name: r.Fact.Name, Kind: r.Fact.Kind})
	return api.Marshal(v.toDonation(*r.Donation, append(list(above[r.Fact.ID], toSimpleFact), self)))
}

func toTriggered(t app.Triggered) triggered {
	return triggered{
		Event: string(t.Event), Test: t.Test, Object: string(t.Topic.Object()), ID: t.Subject.String(), Type: string(t.Topic),
	}
}
