package app

import (
	"cmp"
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
	// Stage is which stage of the fact is meant where that matters; zero for the first one.
	Stage fund.ID
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
	// stage is which stage of the fact is meant; zero for the first one.
	stage fund.ID
}

// On is the fact with another one of its stages; zero for the first one.
func (s Seen) On(stage fund.ID) Seen {
	s.stage = stage
	return s
}

// stageKey names the stage that is meant.
func (s Seen) stageKey() fund.StageKey { return fund.StageKey{Fact: s.fact.ID, ID: s.stage} }

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
// team's or a cause's: the first with such a fact wins, and a present slug before one that was changed. No kinds mean all.
func (a *App) SeeBySlugs(ctx context.Context, actor Actor, owner, slug string, kinds ...fund.Kind) (Seen, error) {
	if len(kinds) == 0 {
		kinds = AllKinds()
	}
	plain := fund.Key{Slug: strings.ToLower(strings.TrimLeft(owner, "@+"))}
	key := FactKey{Key: fund.Key{Slug: strings.ToLower(slug)}, Kinds: kinds}
	if plain.Slug == "" || key.Slug == "" {
		return Seen{}, missingNamed("fact", owner+"/"+slug)
	}
	ofUser, ofTeam, ofCause := key, key, key
	ofUser.User, ofTeam.Team, ofCause.Cause = &plain, &plain, &plain
	switch owner[0] {
	case '@':
		return a.See(ctx, actor, ofUser)
	case '+':
		return a.See(ctx, actor, ofTeam)
	}
	owners := []FactKey{ofUser, ofTeam, ofCause}
	for _, one := range owners {
		if f, final, err := findByPresentSlugs(ctx, a.store.Queries, actor, one, factFinder(a.store.Queries)); final && !fault.Is(err, fault.NotFound) {
			return Seen{fact: f, actor: actor}, err
		}
	}
	for _, one := range owners {
		f, err := a.See(ctx, actor, one)
		if ok, err := found(err); ok || err != nil {
			return f, err
		}
	}
	return Seen{}, missingNamed("fact", owner+"/"+key.Slug)
}

// GetFact is See for callers that need only the fact.
func (a *App) GetFact(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	seen, err := a.See(ctx, actor, key)
	return seen.fact, err
}

func getFact(ctx context.Context, q store.Queries, actor Actor, key FactKey) (fund.Fact, error) {
	return findFact(ctx, q, actor, key, factFinder(q))
}

// finder reads a fact, or one of a kind with additional fields.
type finder[T any] struct {
	get  func(context.Context, store.FactKey) (T, error)
	fact func(T) fund.Fact
}

func factFinder(q store.Queries) finder[fund.Fact] {
	return finder[fund.Fact]{get: q.GetFact, fact: func(f fund.Fact) fund.Fact { return f }}
}

// findFact finds a fact that the actor may see. Finding one by its owner's slug takes one read; the owner is looked up only if that fails,
// because one of the two may have had another slug, and to report which is missing.
func findFact[T any](ctx context.Context, q store.Queries, actor Actor, key FactKey, by finder[T]) (T, error) {
	if _, _, slug := key.ownerSlug(); slug != "" && key.Slug != "" {
		if found, final, err := findByPresentSlugs(ctx, q, actor, key, by); final {
			return found, err
		}
	}
	look, noun := key.look()
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

// findByPresentSlugs is findFact for a slug under the slug of an owner, as both are now. The answer is final unless no fact has them: one that
// the actor may not see does.
func findByPresentSlugs[T any](ctx context.Context, q store.Queries, actor Actor, key FactKey, by finder[T]) (found T, final bool, err error) {
	look, noun := key.look()
	kind, sign, slug := key.ownerSlug()
	look.Kinds, look.OwnerKind, look.OwnerSlug = kindsUnder(key, look.Kinds), kind, slug
	found, err = by.get(ctx, look)
	if err != nil {
		return *new(T), !fault.Is(err, fault.NotFound), err
	}
	found, err = orNone(found, asRequested(requireSight(ctx, q, actor, by.fact(found)), noun, namedBelow(sign+slug, key.Key)))
	return found, true, err
}

// look is how the store finds the fact of the key, whoever owns it, and its noun in messages.
func (k FactKey) look() (store.FactKey, string) {
	if len(k.Kinds) == 0 {
		return store.FactKey{Key: k.Key, Kinds: campaignKinds()}, "campaign"
	}
	return store.FactKey{Key: k.Key, Kinds: k.Kinds}, "fact"
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

// under restricts the lookup to the key's owner, and returns the name for messages, with slugs as they were requested: what a hidden cause is
// called now stays hidden.
func (k FactKey) under(ctx context.Context, q store.Queries, look *store.FactKey) (string, error) {
	switch {
	case k.User != nil:
		user, err := q.GetUser(ctx, *k.User)
		look.Owner, look.Kinds = user.ID, kindsUnder(k, look.Kinds)
		return namedBelow("@"+cmp.Or(k.User.Slug, user.Slug), k.Key), err
	case k.Team != nil:
		team, err := q.GetTeam(ctx, *k.Team)
		look.Owner, look.Kinds = team.ID, kindsUnder(k, look.Kinds)
		return namedBelow("+"+cmp.Or(k.Team.Slug, team.Slug), k.Key), err
	case k.Cause != nil:
		cause, err := q.GetCause(ctx, *k.Cause)
		look.Owner = cause.ID
		return namedBelow(cmp.Or(k.Cause.Slug, cause.Slug), k.Key), err
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
	if actor.Kind == ActorOverlay {
		return overlayShows(ctx, q, actor, f)
	}
	return may(ctx, q, actor, seeFact, f)
}

// SawUnpublished reports whether the actor of a fact that is seen now could also see it before it was published.
func (a *App) SawUnpublished(ctx context.Context, seen Seen) (bool, error) {
	return may(ctx, a.store.Queries, seen.actor, seeFact, seen.fact)
}
