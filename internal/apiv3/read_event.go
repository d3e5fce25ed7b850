package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

func (v *version) getEvent(ctx context.Context, c *call) (api.Reply, error) {
	return v.ofEvent(ctx, c, func(e fund.FundraisingEvent) any { return v.toFundraisingEvent(e) })
}

func (v *version) getRegistrationFields(ctx context.Context, c *call) (api.Reply, error) {
	return v.ofEvent(ctx, c, func(e fund.FundraisingEvent) any { return toRegistrationFields(e.RegistrationFields) })
}

func (v *version) getEventVisibility(ctx context.Context, c *call) (api.Reply, error) {
	return v.ofEvent(ctx, c, func(e fund.FundraisingEvent) any { return toEventVisibility(e.Visibility) })
}

// ofEvent answers with a view of the event at {id}.
func (v *version) ofEvent(ctx context.Context, c *call, view func(fund.FundraisingEvent) any) (api.Reply, error) {
	e, err := v.eventAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: view(e.Event()), Fresh: showsFact(e.Fact())}, nil
}

func (v *version) eventAt(ctx context.Context, c *call) (app.SeenEvent, error) {
	key, err := idAt(c)
	if err != nil {
		return app.SeenEvent{}, err
	}
	return v.app.SeeEvent(ctx, c.Caller, key)
}

func (v *version) listEvents(ctx context.Context, c *call) (api.Reply, error) {
	return v.eventPage(ctx, c, app.EventQuery{})
}

func (v *version) listCauseEvents(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idOrSlugAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	of, err := v.app.SeeCause(ctx, c.Caller, key)
	if err != nil {
		return api.Reply{}, err
	}
	return v.eventPage(ctx, c, app.EventQuery{Cause: &of.Seen})
}

// eventPage lists the events of a cause, or of all causes.
func (v *version) eventPage(ctx context.Context, c *call, query app.EventQuery) (api.Reply, error) {
	p, err := parsePaging(c, indexCount)
	if err != nil {
		return api.Reply{}, err
	}
	events, err := v.app.ListFundraisingEvents(ctx, c.Caller, query, p.index())
	if err != nil {
		return api.Reply{}, err
	}
	return paged(p, events, v.toFundraisingEvent, func(e fund.FundraisingEvent) int64 { return e.LegacyID }), nil
}

func (v *version) listIncentives(ctx context.Context, c *call) (api.Reply, error) {
	return eventParts(ctx, v, c, eventPart[fund.Incentive, incentive]{list: v.allIncentives, to: v.toIncentive})
}

func (v *version) listEventSchedule(ctx context.Context, c *call) (api.Reply, error) {
	return eventParts(ctx, v, c, eventPart[fund.ScheduleItem, scheduleItem]{list: v.app.Schedule, to: v.toEventScheduleItem})
}

func (v *version) allIncentives(ctx context.Context, seen app.Seen, _ fund.Page) ([]fund.Incentive, error) {
	return v.app.Incentives(ctx, seen)
}

// eventPart is how one kind of thing that hangs on events is read.
type eventPart[From, To any] struct {
	list func(context.Context, app.Seen, fund.Page) ([]From, error)
	to   func(From) To
}

// eventParts is the list of the parts of the event at {id}.
func eventParts[From, To any](ctx context.Context, v *version, c *call, p eventPart[From, To]) (api.Reply, error) {
	e, err := v.eventAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	items, err := p.list(ctx, e.Seen, fund.Page{Limit: everything})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: list(items, p.to), Fresh: api.Shows(e.Fact().ID)}, nil
}

// listRegistrations holds addresses of people: it is for the cause only and never kept.
func (v *version) listRegistrations(ctx context.Context, c *call) (api.Reply, error) {
	reply, err := eventParts(ctx, v, c, eventPart[fund.Registration, registration]{list: v.app.Registrations, to: v.toRegistration})
	reply.Fresh = nil
	return reply, err
}

// getEventLeaderboards has empty lists where the cause shows none: of events, real answers
// have all three keys always.
func (v *version) getEventLeaderboards(ctx context.Context, c *call) (api.Reply, error) {
	e, err := v.eventAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	found, err := v.app.EventLeaderboards(ctx, e)
	if err != nil {
		return api.Reply{}, err
	}
	fresh, currency := api.Shows(e.Fact().ID), e.Fact().Currency
	fresh.Until = v.now().Add(moment) // a week goes by
	b := boards{v: v, currency: currency}
	body := eventLeaderboards{leaderboards: v.toLeaderboards(found, currency), Weekly: b.users(found.Weekly)}
	return api.Reply{Body: body, Fresh: fresh}, nil
}
