package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// MilestoneQuery chooses the milestones of a list.
type MilestoneQuery struct {
	IncludeDisabled  bool
	Created, Updated fund.Span
}

// FactMilestones lists a fact's milestones by amount. A cursor is {Number: Amount, ID}.
func (a *App) FactMilestones(ctx context.Context, actor Actor, key FactKey, query MilestoneQuery, page fund.Page) ([]fund.Milestone, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListMilestonesPage(ctx, store.MilestoneFilter{
		Fact: f.ID, Created: query.Created, Updated: query.Updated, EnabledOnly: !query.IncludeDisabled,
	}, oldestFirst(page))
}

// FactSchedule lists what happens when at a fact. A cursor is {At: StartsAt, Number: LegacyID}.
func (a *App) FactSchedule(ctx context.Context, actor Actor, key FactKey, page fund.Page) ([]fund.ScheduleItem, error) {
	return factParts(ctx, a, actor, key, page, a.store.ListSchedulePage)
}

// FactPolls lists a fact's polls, oldest first. A cursor is {Number: LegacyID}.
func (a *App) FactPolls(ctx context.Context, actor Actor, key FactKey, page fund.Page) ([]fund.Poll, error) {
	return factParts(ctx, a, actor, key, page, a.store.ListPolls)
}

// FactTargets lists a fact's targets, oldest first. A cursor is {Number: LegacyID}.
func (a *App) FactTargets(ctx context.Context, actor Actor, key FactKey, page fund.Page) ([]fund.Target, error) {
	return factParts(ctx, a, actor, key, page, a.store.ListTargets)
}

// FactRewards lists a fact's rewards by amount. A cursor is {Number: Amount, ID}.
func (a *App) FactRewards(ctx context.Context, actor Actor, key FactKey, page fund.Page) ([]fund.Reward, error) {
	return factParts(ctx, a, actor, key, page, a.store.ListRewards)
}

func factParts[T any](
	ctx context.Context, a *App, actor Actor, key FactKey, page fund.Page,
	list func(context.Context, fund.ID, fund.Page) ([]T, error),
) ([]T, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return list(ctx, f.ID, oldestFirst(page))
}

// FactPoll finds one poll of that fact.
func (a *App) FactPoll(ctx context.Context, actor Actor, key FactKey, poll fund.Key) (fund.Poll, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Poll{}, err
	}
	p, err := a.store.GetPoll(ctx, poll)
	if err == nil && p.FactID != f.ID {
		err = missing("poll", poll)
	}
	return p, err
}

// IntegrationEvents lists the published campaigns of a user, and the published team campaigns that
// the user may change, oldest first. A cursor is {ID}.
func (a *App) IntegrationEvents(ctx context.Context, _ Actor, key fund.Key, page fund.Page) ([]fund.Fact, error) {
	user, err := a.store.GetUser(ctx, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListIntegrations(ctx, user.ID, editors(), oldestFirst(page))
}

// editors are the roles that may change a team's campaigns.
func editors() []fund.Role {
	var roles []fund.Role
	for _, role := range fund.Roles() {
		if role.MayEditCampaigns() {
			roles = append(roles, role)
		}
	}
	return roles
}

// CauseEvents lists the published and retired events of a cause, oldest first. A cursor is {ID}.
func (a *App) CauseEvents(ctx context.Context, actor Actor, key fund.Key, page fund.Page) ([]fund.FundraisingEvent, error) {
	cause, err := a.GetCause(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListFundraisingEvents(ctx, cause.ID, shown(), oldestFirst(page))
}

// EventRegistrations lists who registered for an event, the first first; its cause only. A cursor is {ID}.
func (a *App) EventRegistrations(ctx context.Context, actor Actor, key fund.Key, page fund.Page) ([]fund.Registration, error) {
	event, err := a.ownEvent(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListRegistrationsPage(ctx, event.ID, oldestFirst(page))
}
