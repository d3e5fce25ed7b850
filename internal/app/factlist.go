package app

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// The lists below have pages of at most fund.MaxPage items and an order of their own: the order of the requested page is ignored. Each list
// documents its cursors.

// AllKinds are the kinds of all facts.
func AllKinds() []fund.Kind {
	return []fund.Kind{
		fund.KindCause, fund.KindFundraisingEvent, fund.KindTeamCampaign, fund.KindCampaign,
		fund.KindPersonalCampaign, fund.KindAuctionHouse,
	}
}

// oldestFirst is the page of a list in ascending order.
func oldestFirst(page fund.Page) fund.Page {
	page.Order, page.Limit = fund.OldestFirst, min(page.Limit, fund.MaxPage)
	return page
}

// ofOneFact is a page of a list of one fact's parts, which may be requested as a whole.
func ofOneFact(page fund.Page) fund.Page {
	page.Limit = min(page.Limit, fund.MaxPerFact)
	return page
}

// inOrder is ofOneFact for a list with a fixed order.
func inOrder(page fund.Page, order fund.Order) fund.Page {
	page.Order = order
	return ofOneFact(page)
}

// newestFirst is the page of a list in descending order.
func newestFirst(page fund.Page) fund.Page {
	page.Order, page.Limit = fund.NewestFirst, min(page.Limit, fund.MaxPage)
	return page
}

// shown are the states of facts in public lists.
func shown() []fund.Status { return []fund.Status{fund.Published, fund.Retired} }

// Ancestors lists the ancestors of each of the facts, its cause first, without itself and without unpublished ones.
func (a *App) Ancestors(ctx context.Context, _ Actor, ids ...fund.ID) (map[fund.ID][]fund.Ancestor, error) {
	return a.store.Ancestors(ctx, ids)
}

// FactQuery filters the facts of a list; unset fields do not filter.
type FactQuery struct {
	User, Team *fund.Key
	// Cause and Event are what the facts belong to; Parent is what they support directly.
	Cause, Event, Parent *Seen
	// Kinds are the listed kinds; the default is campaigns with a user or a team, otherwise all kinds.
	Kinds        []fund.Kind
	Statuses     []fund.Status
	Supportables []fund.Supportable
	Updated      fund.Span
	// Slug is what the facts are called, or were; "" for any.
	Slug string
}

// ListFacts lists published and retired facts, oldest first. A cursor is {ID}. A missing user or team is NotFound.
func (a *App) ListFacts(ctx context.Context, _ Actor, query FactQuery, page fund.Page) ([]fund.Fact, error) {
	look, err := a.factFilter(ctx, query)
	if err != nil || len(look.Statuses) == 0 {
		return nil, err
	}
	return a.store.ListFacts(ctx, look, oldestFirst(page))
}

// factFilter resolves the keys of a query and drops states that are not public.
func (a *App) factFilter(ctx context.Context, query FactQuery) (store.FactFilter, error) {
	look := store.FactFilter{
		Kinds: query.Kinds, Statuses: shown(), Supportables: query.Supportables, Updated: query.Updated, Slug: query.Slug,
	}
	if len(query.Statuses) > 0 {
		look.Statuses = slices.DeleteFunc(look.Statuses, func(s fund.Status) bool { return !slices.Contains(query.Statuses, s) })
	}
	if query.Team != nil {
		team, err := a.store.GetTeam(ctx, *query.Team)
		if err != nil {
			return look, err
		}
		look.Team = team.ID
		look.Kinds = kindsOr(look.Kinds, fund.KindTeamCampaign)
	}
	if query.User != nil {
		user, err := a.store.GetUser(ctx, *query.User)
		if err != nil {
			return look, err
		}
		look.User = user.ID
		look.Kinds = kindsOr(look.Kinds, fund.KindCampaign)
	}
	for of, id := range map[*Seen]*fund.ID{query.Cause: &look.Cause, query.Event: &look.Event, query.Parent: &look.Parent} {
		if of != nil {
			*id = of.fact.ID
		}
	}
	return look, nil
}

func kindsOr(kinds []fund.Kind, usual fund.Kind) []fund.Kind {
	if len(kinds) > 0 {
		return kinds
	}
	return []fund.Kind{usual}
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
