package app

import (
	"context"
	"strings"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// FactKey finds a fact: by id or legacy id alone, by slug under its owner.
type FactKey struct {
	fund.Key
	// Kinds are the kinds that may be found; none means campaigns and team campaigns.
	Kinds []fund.Kind
	// User, Team or Cause is the owner; nil for any.
	User, Team, Cause *fund.Key
}

// campaignKinds are the kinds that are looked up as campaigns.
func campaignKinds() []fund.Kind { return []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign} }

// Seen is a fact that was found for an actor who may see it. Only See and its siblings make one, so that
// whoever holds one need neither find the fact again nor ask whether it may be shown.
type Seen struct {
	fact  fund.Fact
	actor Actor
}

// Fact is what was found, as it was then.
func (s Seen) Fact() fund.Fact { return s.fact }

// SeenCause is a Seen cause with what only causes have.
type SeenCause struct {
	Seen
	cause fund.Cause
}

// Cause is what was found, as it was then.
func (s SeenCause) Cause() fund.Cause { return s.cause }

// SeenEvent is a Seen fundraising event with what only events have.
type SeenEvent struct {
	Seen
	event fund.FundraisingEvent
}

// Event is what was found, as it was then.
func (s SeenEvent) Event() fund.FundraisingEvent { return s.event }

// See finds one fact for an actor. One that the actor may not see, that is not of the kinds, or not of the
// owner, is NotFound.
func (a *App) See(ctx context.Context, actor Actor, key FactKey) (Seen, error) {
	f, err := getFact(ctx, a.store.Queries, actor, key)
	if err != nil {
		return Seen{}, err
	}
	return Seen{fact: f, actor: actor}, nil
}

// SeeCause finds one cause for an actor.
func (a *App) SeeCause(ctx context.Context, actor Actor, key fund.Key) (SeenCause, error) {
	cause, err := a.GetCause(ctx, actor, key)
	if err != nil {
		return SeenCause{}, err
	}
	return SeenCause{Seen: Seen{fact: cause.Fact, actor: actor}, cause: cause}, nil
}

// SeeEvent finds one fundraising event for an actor.
func (a *App) SeeEvent(ctx context.Context, actor Actor, key fund.Key) (SeenEvent, error) {
	event, err := a.GetFundraisingEvent(ctx, actor, key)
	if err != nil {
		return SeenEvent{}, err
	}
	return SeenEvent{Seen: Seen{fact: event.Fact, actor: actor}, event: event}, nil
}

// SeeBySlugs finds one fact by the slugs of its owner and its own: "@user", "+team", or a plain slug,
// which is the first that has such a fact of a user, a team and a cause. No kinds mean all.
func (a *App) SeeBySlugs(ctx context.Context, actor Actor, owner, slug string, kinds ...fund.Kind) (Seen, error) {
	if len(kinds) == 0 {
		kinds = AllKinds()
	}
	look := func(user, team, cause *fund.Key) (Seen, error) {
		return a.See(ctx, actor, FactKey{Key: fund.Key{Slug: slug}, Kinds: kinds, User: user, Team: team, Cause: cause})
	}
	plain := fund.Key{Slug: strings.ToLower(strings.TrimLeft(owner, "@+"))}
	slug = strings.ToLower(slug)
	if plain.Slug == "" || slug == "" {
		return Seen{}, missingNamed("fact", owner+"/"+slug)
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
	return Seen{}, missingNamed("fact", owner+"/"+slug)
}

// GetFact is See for callers that show the fact and nothing of it besides.
func (a *App) GetFact(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	seen, err := a.See(ctx, actor, key)
	return seen.fact, err
}

func getFact(ctx context.Context, q store.Queries, actor Actor, key FactKey) (fund.Fact, error) {
	look, noun := store.FactKey{Key: key.Key, Kinds: key.Kinds}, "fact"
	if len(look.Kinds) == 0 {
		look.Kinds, noun = campaignKinds(), "campaign"
	}
	name, err := key.under(ctx, q, &look)
	if err != nil {
		return fund.Fact{}, err
	}
	f, err := q.GetFact(ctx, look)
	if err != nil {
		return fund.Fact{}, asAsked(err, noun, name)
	}
	if !look.Owner.IsZero() && f.OwnerID() != look.Owner {
		return fund.Fact{}, missingNamed(noun, name)
	}
	return f, asAsked(requireSight(ctx, q, actor, f), noun, name)
}

// under narrows the look to what the key's owner has, and gives the name for messages.
func (k FactKey) under(ctx context.Context, q store.Queries, look *store.FactKey) (string, error) {
	switch {
	case k.User != nil:
		user, err := q.GetUser(ctx, *k.User)
		look.Owner = user.ID
		if len(k.Kinds) == 0 {
			look.Kinds = []fund.Kind{fund.KindCampaign}
		}
		return namedBelow("@"+user.Slug, k.Key), err
	case k.Team != nil:
		team, err := q.GetTeam(ctx, *k.Team)
		look.Owner = team.ID
		if len(k.Kinds) == 0 {
			look.Kinds = []fund.Kind{fund.KindTeamCampaign}
		}
		return namedBelow("+"+team.Slug, k.Key), err
	case k.Cause != nil:
		cause, err := q.GetCause(ctx, *k.Cause)
		look.Owner = cause.ID
		return namedBelow(cause.Slug, k.Key), err
	default:
		return k.String(), nil
	}
}

// namedBelow is how messages name a fact: its slug means something under its owner only.
func namedBelow(owner string, key fund.Key) string {
	if key.Slug == "" {
		return key.String()
	}
	return owner + "/" + key.Slug
}

// requireSight is maySee as an error: there is no such thing.
func requireSight(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) error {
	ok, err := maySee(ctx, q, actor, f)
	if err == nil && !ok {
		return missing(f.Kind.Noun(), fund.Key{LegacyID: f.LegacyID})
	}
	return err
}

// seenFact gives the fact that a part hangs on, when the actor may see it.
func (a *App) seenFact(ctx context.Context, actor Actor, id fund.ID) (fund.Fact, error) {
	f, err := a.store.GetFact(ctx, factByID(id))
	if err != nil {
		return fund.Fact{}, err
	}
	return f, requireSight(ctx, a.store.Queries, actor, f)
}

// maySee reports whether the actor may know of the fact.
func maySee(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	if f.Status != fund.Unpublished {
		return true, nil
	}
	if ok, err := mayEditFact(ctx, q, actor, f); ok || err != nil {
		return ok, err
	}
	return speaksForCause(ctx, q, actor, f.Cause.ID)
}
