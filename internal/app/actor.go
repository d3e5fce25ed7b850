package app

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ActorKind is the kind of an actor.
type ActorKind string

// The kinds of actors.
const (
	Anonymous        ActorKind = ""
	ActorApplication ActorKind = "application"
	ActorUser        ActorKind = "user"
	ActorCause       ActorKind = "cause"
	ActorSystem      ActorKind = "system"
)

// Actor is the caller of a use case. The zero actor is anonymous.
type Actor struct {
	Kind ActorKind
	// Token is the id of the access token, Application the id of the application it was issued to.
	Token, Application fund.ID
	// User is set for ActorUser, Cause for ActorCause.
	User, Cause fund.ID
	// Owner is the user who owns the application, zero for none; API is its version, "" without an application.
	Owner  fund.ID
	API    string
	Scopes []string
	// Terms are the terms of the requested change.
	Terms Terms
}

// System is the actor of commands and of the demo, which may do everything.
func System() Actor { return Actor{Kind: ActorSystem} }

// RateKey is the key under which the actor's calls are rate limited: the token's id, or "" for anonymous ones.
func (a Actor) RateKey() string {
	if a.Token.IsZero() {
		return ""
	}
	return a.Token.String()
}

// HasScope reports whether the actor was granted the scope; the system has all.
func (a Actor) HasScope(scope string) bool {
	return a.Kind == ActorSystem || slices.Contains(a.Scopes, scope)
}

// RequireToken is Unauthenticated for anonymous actors.
func RequireToken(actor Actor) error {
	if actor.Kind == Anonymous {
		return fault.New(fault.Unauthenticated, "This needs an access token: send it as \"Authorization: Bearer <token>\".")
	}
	return nil
}

// RequireUser requires a user; all other actors are Unauthenticated.
func RequireUser(actor Actor) error {
	if err := RequireToken(actor); err != nil {
		return err
	}
	if actor.Kind != ActorUser || actor.User.IsZero() {
		return fault.WrongToken(fault.Unauthenticated, needsUser)
	}
	return nil
}

// needsUser is the message for a token without a user.
const needsUser = "This needs a token of a user: an application's or a cause's own token has no user."

// requireUserOrSystem is RequireUser, but accepts the system.
func requireUserOrSystem(actor Actor) error {
	if actor.Kind == ActorSystem {
		return nil
	}
	return RequireUser(actor)
}

// requireWriter requires a user whose token may write; see RequireUser.
func requireWriter(actor Actor) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	return requireScope(actor, fund.ScopeWrite)
}

// requireWriterOrSystem is requireWriter, but accepts the system.
func requireWriterOrSystem(actor Actor) error {
	if actor.Kind == ActorSystem {
		return nil
	}
	return requireWriter(actor)
}

// requireScope is Forbidden for actors without the scope.
func requireScope(actor Actor, scope string) error {
	if !actor.HasScope(scope) {
		return fault.MissingScope(scope)
	}
	return nil
}

// forbidden is the fault for an actor who lacks the permission, regardless of scopes. It has no message: each wire has its own.
func forbidden() error { return &fault.Error{Kind: fault.Forbidden} }

// forbiddenToCause is the fault for an actor who does not act for a cause. It names the scope if the actor
// lacks that first.
func forbiddenToCause(actor Actor) error {
	if actor.Kind == ActorCause {
		return forbidden()
	}
	if err := requireScope(actor, fund.ScopeCause); err != nil {
		return err
	}
	return forbidden()
}

// forbiddenToEdit is the fault for an actor who may not change a fact.
func forbiddenToEdit(actor Actor, f fund.Fact) error {
	switch {
	case ofCause(f):
		return forbiddenToCause(actor)
	case actor.Kind != ActorUser:
		return fault.WrongToken(fault.Forbidden, needsUser)
	default:
		return forbidden()
	}
}

// RequireCause requires the cause itself, one of its members or the system. Anonymous actors are Unauthenticated, others Forbidden.
func (a *App) RequireCause(ctx context.Context, actor Actor, cause fund.ID) error {
	return requireCause(ctx, a.store.Queries, actor, cause)
}

func requireCause(ctx context.Context, q store.Queries, actor Actor, cause fund.ID) error {
	if err := RequireToken(actor); err != nil {
		return err
	}
	ok, err := speaksForCause(ctx, q, actor, cause)
	if err != nil {
		return err
	}
	if !ok {
		return forbiddenToCause(actor)
	}
	return nil
}

// speaksForCause reports whether the actor acts for the cause: the cause itself, or with the scope "cause" its members and their
// applications.
func speaksForCause(ctx context.Context, q store.Queries, actor Actor, cause fund.ID) (bool, error) {
	switch actor.Kind {
	case ActorSystem:
		return true, nil
	case ActorCause:
		return actor.Cause == cause, nil
	}
	member := actor.User
	if actor.Kind == ActorApplication {
		member = actor.Owner
	}
	if member.IsZero() || !actor.HasScope(fund.ScopeCause) {
		return false, nil
	}
	return q.IsCauseMember(ctx, cause, member)
}

// roleIn is the actor's role in the team; "" for none.
func roleIn(ctx context.Context, q store.Queries, actor Actor, team fund.ID) (fund.Role, error) {
	if actor.Kind == ActorSystem {
		return fund.RoleSuperAdmin, nil
	}
	if actor.Kind != ActorUser {
		return "", nil
	}
	role, err := q.GetRole(ctx, team, actor.User)
	if ok, err := found(err); !ok {
		return "", err
	}
	return role, nil
}

// mayEditFact reports whether the actor may change the fact and its parts: the owner of a campaign, the campaign editors of a team
// campaign's team, and the cause for itself, its events and its own auction houses.
func mayEditFact(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	switch {
	case actor.Kind == ActorSystem:
		return true, nil
	case ofCause(f):
		return speaksForCause(ctx, q, actor, f.Cause.ID)
	case f.Kind == fund.KindTeamCampaign && f.Team != nil:
		role, err := roleIn(ctx, q, actor, f.Team.ID)
		return role.MayEditCampaigns(), err
	default:
		return actor.Kind == ActorUser && f.User != nil && f.User.ID == actor.User, nil
	}
}

// ofCause reports whether the fact belongs to its cause rather than to a user or team.
func ofCause(f fund.Fact) bool {
	return f.Kind == fund.KindCause || f.Kind == fund.KindFundraisingEvent ||
		f.Kind == fund.KindAuctionHouse && f.User == nil
}

// requireWrite requires a token that may change such a fact. Being the cause's own token is not enough.
func requireWrite(actor Actor, f fund.Fact) error {
	if ofCause(f) {
		return requireScope(actor, fund.ScopeCause)
	}
	return requireScope(actor, fund.ScopeWrite)
}

// requireEdit is mayEditFact as an error: NotFound for an actor who may not see the fact.
func requireEdit(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) error {
	seen, err := maySee(ctx, q, actor, f)
	if err != nil {
		return err
	}
	if !seen {
		return missing(f.Kind.Noun(), fund.Key{LegacyID: f.LegacyID})
	}
	if err := RequireToken(actor); err != nil {
		return err
	}
	ok, err := mayEditFact(ctx, q, actor, f)
	if err != nil {
		return err
	}
	if !ok {
		return forbiddenToEdit(actor, f)
	}
	return nil
}

// missing is the fault for an object that does not exist, or that the actor may not see.
func missing(noun string, key fund.Key) error { return missingNamed(noun, key.String()) }

// missingNamed is missing with the requested name; "" for none.
func missingNamed(noun, name string) error {
	if name == "" {
		return fault.New(fault.NotFound, "There is no such %s.", noun)
	}
	return fault.New(fault.NotFound, "There is no %s %s.", noun, name)
}

// asRequested makes the NotFound fault of a read repeat the key that the caller sent, so that the id of an invisible object stays hidden.
// Other errors stay.
func asRequested(err error, noun, name string) error {
	if fault.Is(err, fault.NotFound) {
		return missingNamed(noun, name)
	}
	return err
}
