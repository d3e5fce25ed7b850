package app

import (
	"context"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// FactKey identifies a fact: by id or legacy id alone, by slug under its owner.
type FactKey struct {
	fund.Key
	// Kinds are the kinds that may be found; none means campaigns and team campaigns.
	Kinds []fund.Kind
	// User, Team or Cause is the owner; nil for any.
	User, Team, Cause *fund.Key
}

// campaignKinds are the kinds that are looked up as campaigns.
func campaignKinds() []fund.Kind { return []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign} }

// Seen is a fact loaded for an actor who may see it. Only See and its siblings create one, so that its holder need neither load the fact
// again nor check whether it may be shown.
type Seen struct {
	fact  fund.Fact
	actor Actor
	// shown are the visibility options of a cause or an event, if they were read with it.
	shown *fund.Visibility
}

// Fact is the fact as it was loaded.
func (s Seen) Fact() fund.Fact { return s.fact }

// SeenCause is a Seen cause with what only causes have.
type SeenCause struct {
	Seen
	cause fund.Cause
}

// Cause is the cause as it was loaded.
func (s SeenCause) Cause() fund.Cause { return s.cause }

// SeenEvent is a Seen fundraising event with what only events have.
type SeenEvent struct {
	Seen
	event fund.FundraisingEvent
}

// Event is the event as it was loaded.
func (s SeenEvent) Event() fund.FundraisingEvent { return s.event }

// See loads one fact for an actor. One that the actor may not see, that is not of the kinds, or not of the owner, is NotFound.
func (a *App) See(ctx context.Context, actor Actor, key FactKey) (Seen, error) {
	if len(key.Kinds) == 1 && key.User == nil && key.Team == nil && key.Cause == nil {
		switch key.Kinds[0] {
		case fund.KindCause:
			seen, err := a.SeeCause(ctx, actor, key.Key)
			return seen.Seen, err
		case fund.KindFundraisingEvent:
			seen, err := a.SeeEvent(ctx, actor, key.Key)
			return seen.Seen, err
		}
	}
	f, err := getFact(ctx, a.store.Queries, actor, key)
	if err != nil {
		return Seen{}, err
	}
	return Seen{fact: f, actor: actor}, nil
}

// SeeCause loads one cause for an actor.
func (a *App) SeeCause(ctx context.Context, actor Actor, key fund.Key) (SeenCause, error) {
	cause, err := a.GetCause(ctx, actor, key)
	if err != nil {
		return SeenCause{}, err
	}
	return SeenCause{Seen: Seen{fact: cause.Fact, actor: actor, shown: &cause.Visibility}, cause: cause}, nil
}

// SeeEvent loads one fundraising event for an actor.
func (a *App) SeeEvent(ctx context.Context, actor Actor, key fund.Key) (SeenEvent, error) {
	event, err := a.GetFundraisingEvent(ctx, actor, key)
	if err != nil {
		return SeenEvent{}, err
	}
	return SeenEvent{Seen: Seen{fact: event.Fact, actor: actor, shown: &event.Visibility}, event: event}, nil
}

// SeeBySlugs loads one fact by its owner's slug and its own. The owner is "@user", "+team", or a plain slug, which may be a user's, a
// team's or a cause's: the first with such a fact wins. No kinds mean all.
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

// GetFact is See for callers that need only the fact.
func (a *App) GetFact(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	seen, err := a.See(ctx, actor, key)
	return seen.fact, err
}

func getFact(ctx context.Context, q store.Queries, actor Actor, key FactKey) (fund.Fact, error) {
	return findFact(ctx, q, actor, key, finder[fund.Fact]{get: q.GetFact, fact: func(f fund.Fact) fund.Fact { return f }})
}

// finder reads a fact, or one of a kind with additional fields.
type finder[T any] struct {
	get  func(context.Context, store.FactKey) (T, error)
	fact func(T) fund.Fact
}

// findFact finds a fact that the actor may see. Finding one by its owner's slug takes one read; the owner is looked up only if that fails,
// to report which of the two is missing.
func findFact[T any](ctx context.Context, q store.Queries, actor Actor, key FactKey, by finder[T]) (T, error) {
	look, noun := store.FactKey{Key: key.Key, Kinds: key.Kinds}, "fact"
	if len(look.Kinds) == 0 {
		look.Kinds, noun = campaignKinds(), "campaign"
	}
	if kind, sign, slug := key.ownerSlug(); slug != "" && key.Slug != "" {
		look.Kinds = kindsUnder(key, look.Kinds)
		look.OwnerKind, look.OwnerSlug = kind, slug
		found, err := by.get(ctx, look)
		if !fault.Is(err, fault.NotFound) {
			if err == nil {
				err = asRequested(requireSight(ctx, q, actor, by.fact(found)), noun, namedBelow(sign+slug, key.Key))
			}
			return orNone(found, err)
		}
		look.OwnerKind, look.OwnerSlug = "", ""
	}
	name, err := key.under(ctx, q, &look)
	if err != nil {
		return *new(T), err
	}
	found, err := by.get(ctx, look)
	if err != nil {
		return *new(T), asRequested(err, noun, name)
	}
	if f := by.fact(found); !look.Owner.IsZero() && f.OwnerID() != look.Owner {
		return *new(T), missingNamed(noun, name)
	}
	return orNone(found, asRequested(requireSight(ctx, q, actor, by.fact(found)), noun, name))
}

func orNone[T any](found T, err error) (T, error) {
	if err != nil {
		return *new(T), err
	}
	return found, nil
}

// ownerSlug is the slug of the key's owner, with the owner's noun and sigil for messages; "" for none.
func (k FactKey) ownerSlug() (kind store.OwnerKind, sign, slug string) {
	switch {
	case k.User != nil:
		return store.OwnerUser, "@", k.User.Slug
	case k.Team != nil:
		return store.OwnerTeam, "+", k.Team.Slug
	case k.Cause != nil:
		return store.OwnerCause, "", k.Cause.Slug
	default:
		return "", "", ""
	}
}

// kindsUnder are the kinds that a key with an owner may find.
func kindsUnder(k FactKey, kinds []fund.Kind) []fund.Kind {
	switch {
	case len(k.Kinds) > 0:
		return kinds
	case k.User != nil:
		return []fund.Kind{fund.KindCampaign}
	case k.Team != nil:
		return []fund.Kind{fund.KindTeamCampaign}
	default:
		return kinds
	}
}

// under restricts the lookup to the key's owner, and returns the name for messages.
func (k FactKey) under(ctx context.Context, q store.Queries, look *store.FactKey) (string, error) {
	switch {
	case k.User != nil:
		user, err := q.GetUser(ctx, *k.User)
		look.Owner, look.Kinds = user.ID, kindsUnder(k, look.Kinds)
		return namedBelow("@"+user.Slug, k.Key), err
	case k.Team != nil:
		team, err := q.GetTeam(ctx, *k.Team)
		look.Owner, look.Kinds = team.ID, kindsUnder(k, look.Kinds)
		return namedBelow("+"+team.Slug, k.Key), err
	case k.Cause != nil:
		cause, err := q.GetCause(ctx, *k.Cause)
		look.Owner = cause.ID
		return namedBelow(cause.Slug, k.Key), err
	default:
		return k.String(), nil
	}
}

// namedBelow is a fact's name in messages: a slug is meaningful only with its owner.
func namedBelow(owner string, key fund.Key) string {
	if key.Slug == "" {
		return key.String()
	}
	return owner + "/" + key.Slug
}

// requireSight is maySee as a NotFound error.
func requireSight(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) error {
	ok, err := maySee(ctx, q, actor, f)
	if err == nil && !ok {
		return missing(f.Kind.Noun(), fund.Key{LegacyID: f.LegacyID})
	}
	return err
}

// seenFact returns the fact of a part, if the actor may see it.
func (a *App) seenFact(ctx context.Context, actor Actor, id fund.ID) (fund.Fact, error) {
	f, err := a.store.GetFact(ctx, factByID(id))
	if err != nil {
		return fund.Fact{}, err
	}
	return f, requireSight(ctx, a.store.Queries, actor, f)
}

// maySee reports whether the actor may know of the fact.
func maySee(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	if f.Public() {
		return true, nil
	}
	return may(ctx, q, actor, seeFact, f)
}
