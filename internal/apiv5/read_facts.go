package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// The lists of facts. All of them show published and retired facts only, oldest first, so that they
// are the same for everybody.

// statusQuery and supportingQuery choose facts by their state and by who may support them.
var (
	statusQuery     = []string{"status"}
	supportingQuery = []string{"supporting_type"}
)

// factQuery reads the filters that lists of facts have.
func factQuery(p *params) app.FactQuery {
	query := app.FactQuery{Updated: p.span("updated")}
	if status := p.oneOf("status", string(fund.Published), string(fund.Retired)); status != "" {
		query.Statuses = []fund.Status{fund.Status(status)}
	}
	return query
}

// supported adds the filter that only the campaigns of users and teams have.
func supported(p *params, query app.FactQuery) app.FactQuery {
	who := p.oneOf("supporting_type", string(fund.SupportNone), string(fund.SupportPublic),
		string(fund.SupportPrivate), string(fund.SupportInviteOnly))
	if who != "" {
		query.Supportables = []fund.Supportable{fund.Supportable(who)}
	}
	return query
}

// factList is one list of facts.
type factList struct {
	kind  string
	owner fund.ID
	// tags are what the list shows besides its facts.
	tags []fund.ID
	read func(fund.Page) ([]fund.Fact, error)
	to   func(fund.Fact, related) any
}

// factPage answers with a page of facts.
func (v *version) factPage(ctx context.Context, c *call, p *params, l factList) (api.Reply, error) {
	facts, meta, err := paginate(ctx, v, p, listing[fund.Fact]{
		kind: l.kind, owner: l.owner, order: fund.OldestFirst, read: l.read,
		at: func(f fund.Fact) fund.Cursor { return fund.Cursor{ID: f.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	w, err := v.around(ctx, c, facts...)
	if err != nil {
		return api.Reply{}, err
	}
	written := list(facts, func(f fund.Fact) any { return l.to(f, w) })
	return api.Reply{Body: page{Data: written, Metadata: meta}, Fresh: api.Shows(append(w.tags(facts...), l.tags...)...)}, nil
}

// facts reads a page of what the query chooses.
func (v *version) facts(ctx context.Context, c *call, query app.FactQuery) func(fund.Page) ([]fund.Fact, error) {
	return func(p fund.Page) ([]fund.Fact, error) { return v.app.ListFacts(ctx, c.Caller, query, p) }
}

func (v *version) listUserCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	u, err := v.userAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	p := queryOf(c)
	query := supported(p, factQuery(p))
	query.User, query.Kinds = &fund.Key{ID: u.ID}, atCampaign.kinds
	return v.factPage(ctx, c, p, factList{
		kind: "campaigns", owner: u.ID, tags: []fund.ID{u.ID}, read: v.facts(ctx, c, query), to: v.toEvent,
	})
}

func (v *version) listIntegrationEvents(ctx context.Context, c *call) (api.Reply, error) {
	u, err := v.userAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	return v.factPage(ctx, c, queryOf(c), factList{
		kind: "integration_events", owner: u.ID, to: v.toEvent,
		read: func(p fund.Page) ([]fund.Fact, error) {
			return v.app.IntegrationEvents(ctx, c.Caller, fund.Key{ID: u.ID}, p)
		},
	})
}

func (v *version) listTeamCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	t, err := v.teamAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	p := queryOf(c)
	query := supported(p, factQuery(p))
	query.Team, query.Kinds = &fund.Key{ID: t.ID}, atTeamCampaign.kinds
	return v.factPage(ctx, c, p, factList{
		kind: "team_campaigns", owner: t.ID, tags: []fund.ID{t.ID}, read: v.facts(ctx, c, query), to: v.toEvent,
	})
}

// listCauseCampaigns serves what the documents had until 2023.
func (v *version) listCauseCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	seen, err := v.seeAt(ctx, c, atCause)
	if err != nil {
		return api.Reply{}, err
	}
	f, p := seen.Fact(), queryOf(c)
	query := supported(p, factQuery(p))
	query.Cause, query.Kinds = &seen, atCampaign.kinds
	return v.factPage(ctx, c, p, factList{
		kind: "campaigns", owner: f.ID, tags: []fund.ID{f.ID}, read: v.facts(ctx, c, query), to: v.toEvent,
	})
}

// listSupporting lists the facts of some kinds that directly support the fact at a place.
func (v *version) listSupporting(at pathParameter, kinds []fund.Kind, to func(fund.Fact, related) any) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		f := seen.Fact()
		p := queryOf(c)
		query := factQuery(p)
		query.Parent, query.Kinds = &seen, kinds
		return v.factPage(ctx, c, p, factList{
			kind: "supporting", owner: f.ID, tags: []fund.ID{f.ID}, read: v.facts(ctx, c, query), to: to,
		})
	}
}

func (v *version) toAnyFact(f fund.Fact, w related) any { return v.toFact(f, w) }

// listSupportingEvents lists everything that takes part in an event.
func (v *version) listSupportingEvents(ctx context.Context, c *call) (api.Reply, error) {
	seen, err := v.seeAt(ctx, c, atEvent)
	if err != nil {
		return api.Reply{}, err
	}
	f := seen.Fact()
	query := app.FactQuery{Event: &seen, Kinds: []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign}}
	return v.factPage(ctx, c, queryOf(c), factList{
		kind: "supporting_events", owner: f.ID, tags: []fund.ID{f.ID}, read: v.facts(ctx, c, query), to: v.toEvent,
	})
}

func (v *version) toAnyPersonal(f fund.Fact, w related) any {
	return v.toPersonalCampaign(w.Personal[f.ID], w)
}

func (v *version) listCauseEvents(ctx context.Context, c *call) (api.Reply, error) {
	seen, err := v.seeAt(ctx, c, atCause)
	if err != nil {
		return api.Reply{}, err
	}
	f := seen.Fact()
	events, meta, err := paginate(ctx, v, queryOf(c), listing[fund.FundraisingEvent]{
		kind: "fundraising_events", owner: f.ID, order: fund.OldestFirst,
		read: func(p fund.Page) ([]fund.FundraisingEvent, error) {
			return v.app.ListFundraisingEvents(ctx, c.Caller, app.EventQuery{Cause: &seen, Retired: true}, p)
		},
		at: func(e fund.FundraisingEvent) fund.Cursor { return fund.Cursor{ID: e.ID} },
	})
	if err != nil {
		return api.Reply{}, err
	}
	tags := []fund.ID{f.ID}
	for _, e := range events {
		tags = append(tags, e.ID)
	}
	return api.Reply{Body: page{Data: list(events, v.toFundraisingEvent), Metadata: meta}, Fresh: api.Shows(tags...)}, nil
}
