package app

import (
	"context"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// The lists below come in pages of at most fund.MaxPage items, and sort themselves: the order of a
// page that is asked for does not count. See each list for what its cursors are made of.

// AllKinds are the kinds of all facts.
func AllKinds() []fund.Kind {
	return []fund.Kind{
		fund.KindCause, fund.KindFundraisingEvent, fund.KindTeamCampaign, fund.KindCampaign,
		fund.KindPersonalCampaign, fund.KindAuctionHouse,
	}
}

// oldestFirst is the page of a list that begins with what is oldest, or least.
func oldestFirst(page fund.Page) fund.Page {
	page.Order, page.Limit = fund.OldestFirst, min(page.Limit, fund.MaxPage)
	return page
}

// newestFirst is the page of a list that begins with what is newest.
func newestFirst(page fund.Page) fund.Page {
	page.Order, page.Limit = fund.NewestFirst, min(page.Limit, fund.MaxPage)
	return page
}

// shown are the states of facts in public lists.
func shown() []fund.Status { return []fund.Status{fund.Published, fund.Retired} }

// FactBySlugs finds one fact by the slugs of its owner and its own: "@user", "+team", or a plain slug,
// which is the first that has such a fact of a user, a team and a cause. No kinds mean all.
func (a *App) FactBySlugs(ctx context.Context, actor Actor, owner, slug string, kinds ...fund.Kind) (fund.Fact, error) {
	if len(kinds) == 0 {
		kinds = AllKinds()
	}
	look := func(user, team, cause *fund.Key) (fund.Fact, error) {
		return a.GetFact(ctx, actor, FactKey{Key: fund.Key{Slug: slug}, Kinds: kinds, User: user, Team: team, Cause: cause})
	}
	plain := fund.Key{Slug: strings.ToLower(strings.TrimLeft(owner, "@+"))}
	slug = strings.ToLower(slug)
	if plain.Slug == "" || slug == "" {
		return fund.Fact{}, missingNamed("fact", owner+"/"+slug)
	}
	switch owner[0] {
	case '@':
		return look(&plain, nil, nil)
	case '+':
		return look(nil, &plain, nil)
	}
	for _, owners := range [][3]*fund.Key{{&plain}, {1: &plain}, {2: &plain}} {
		f, err := look(owners[0], owners[1], owners[2])
		if ok, err := found(err); ok || err != nil {
			return f, err
		}
	}
	return fund.Fact{}, missingNamed("fact", owner+"/"+slug)
}

// Ancestors lists, for each of the facts, what it supports: its cause first, without itself, and
// without what is not published.
func (a *App) Ancestors(ctx context.Context, _ Actor, ids ...fund.ID) (map[fund.ID][]fund.Ancestor, error) {
	return a.store.Ancestors(ctx, ids)
}

// FactQuery chooses the facts of a list; what is not set does not choose.
type FactQuery struct {
	User, Team, Cause, Event *fund.Key
	// Parent is what the facts support directly.
	Parent *FactKey
	// Kinds are those that are listed: with a user or a team, by default their campaigns, and all
	// kinds otherwise.
	Kinds        []fund.Kind
	Statuses     []fund.Status
	Supportables []fund.Supportable
	Updated      fund.Span
}

// ListFacts lists published and retired facts, oldest first. A cursor is {ID}. What the query names
// must be there for the actor.
func (a *App) ListFacts(ctx context.Context, actor Actor, query FactQuery, page fund.Page) ([]fund.Fact, error) {
	look, err := a.factFilter(ctx, actor, query)
	if err != nil || len(look.Statuses) == 0 {
		return nil, err
	}
	return a.store.ListFacts(ctx, look, oldestFirst(page))
}

// factFilter resolves the keys of a query. Of the states that it asks for only the public ones stay.
func (a *App) factFilter(ctx context.Context, actor Actor, query FactQuery) (store.FactFilter, error) {
	look := store.FactFilter{
		Kinds: query.Kinds, Statuses: shown(), Supportables: query.Supportables, Updated: query.Updated,
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
	for _, under := range []struct {
		key *FactKey
		id  *fund.ID
	}{
		{asFact(query.Cause, fund.KindCause), &look.Cause}, {asFact(query.Event, fund.KindFundraisingEvent), &look.Event},
		{query.Parent, &look.Parent},
	} {
		if under.key == nil {
			continue
		}
		f, err := a.GetFact(ctx, actor, *under.key)
		if err != nil {
			return look, err
		}
		*under.id = f.ID
	}
	return look, nil
}

func kindsOr(kinds []fund.Kind, usual fund.Kind) []fund.Kind {
	if len(kinds) > 0 {
		return kinds
	}
	return []fund.Kind{usual}
}

// asFact is the key of a fact of that kind; nil for nil.
func asFact(key *fund.Key, kind fund.Kind) *FactKey {
	if key == nil {
		return nil
	}
	return &FactKey{Key: *key, Kinds: []fund.Kind{kind}}
}
