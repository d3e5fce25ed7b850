package app

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ActorKind is in whose name somebody asks.
type ActorKind string

// The kinds of actors.
const (
	Anonymous        ActorKind = ""
	ActorApplication ActorKind = "application"
	ActorUser        ActorKind = "user"
	ActorCause       ActorKind = "cause"
	ActorSystem      ActorKind = "system"
)

// Actor is who asks. The zero actor is anonymous.
type Actor struct {
	Kind ActorKind
	// Token is the id of the access token, Application that of the program it was given to.
	Token, Application fund.ID
	// User is set for users, Cause for causes.
	User, Cause fund.ID
	// Owner is the user that the application belongs to, zero for none; API is its version, "" for no
	// application.
	Owner  fund.ID
	API    string
	Scopes []string
	// Terms are those of the change that is asked for.
	Terms Terms
}

// System is the actor of commands and of the demo: it may do everything.
func System() Actor { return Actor{Kind: ActorSystem} }

// RateKey is what calls of this actor are counted under: the token's id, or "" for anonymous ones.
func (a Actor) RateKey() string {
	if a.Token.IsZero() {
		return ""
	}
	return a.Token.String()
}

// HasScope reports whether the actor was given the scope; the system has all.
func (a Actor) HasScope(scope string) bool {
	return a.Kind == ActorSystem || slices.Contains(a.Scopes, scope)
}

// RequireToken lets everybody pass but anonymous actors, who are Unauthenticated.
func RequireToken(actor Actor) error {
	if actor.Kind == Anonymous {
		return fault.New(fault.Unauthenticated, "This needs an access token: send it as \"Authorization: Bearer <token>\".")
	}
	return nil
}

// RequireUser lets users pass; everybody else is Unauthenticated, for no user said who they are.
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

// requireUserOrSystem is RequireUser for what the system may do too.
func requireUserOrSystem(actor Actor) error {
	if actor.Kind == ActorSystem {
		return nil
	}
	return RequireUser(actor)
}

// requireWriter lets users pass whose token is for changes; see RequireUser.
func requireWriter(actor Actor) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	return requireScope(actor, fund.ScopeWrite)
}

// requireWriterOrSystem is requireWriter for what the system may do too.
func requireWriterOrSystem(actor Actor) error {
	if actor.Kind == ActorSystem {
		return nil
	}
	return requireWriter(actor)
}

// requireScope lets those pass who were given the scope; others are Forbidden.
func requireScope(actor Actor, scope string) error {
	if !actor.HasScope(scope) {
		return fault.MissingScope(scope)
	}
	return nil
}

// forbidden is the fault for an actor who lacks the right, whatever the token's scopes. It has no message:
// each wire has its own words.
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

// RequireCause lets the cause itself, its members and the system pass. Anonymous actors are
// Unauthenticated, others Forbidden.
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

// speaksForCause reports whether the actor acts for the cause: the cause itself, and with the scope
// for it its members and the programs of its members.
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

// mayEditFact reports whether the actor may change the fact and what hangs on it: the owner of a
// campaign, the campaign editors of the team of a team campaign, and for causes, their events and
// their own auction houses the cause.
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

// ofCause reports whether the fact belongs to its cause, and to no user or team.
func ofCause(f fund.Fact) bool {
	return f.Kind == fund.KindCause || f.Kind == fund.KindFundraisingEvent ||
		f.Kind == fund.KindAuctionHouse && f.User == nil
}

// requireWrite lets those pass whose token is for changes of such a fact: that a token is the cause's
// own does not make it one for changes.
func requireWrite(actor Actor, f fund.Fact) error {
	if ofCause(f) {
		return requireScope(actor, fund.ScopeCause)
	}
	return requireScope(actor, fund.ScopeWrite)
}

// requireEdit is mayEditFact as an error. Who may not even see the fact is told that there is none.
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

// missing is the fault for what does not exist, or not for this actor.
func missing(noun string, key fund.Key) error { return missingNamed(noun, key.String()) }

// missingNamed is missing for what was asked for by that name; "" for no name at all.
func missingNamed(noun, name string) error {
	if name == "" {
		return fault.New(fault.NotFound, "There is no such %s.", noun)
	}
	return fault.New(fault.NotFound, "There is no %s %s.", noun, name)
}

// asAsked lets the NotFound fault of a read name what was asked for, in the caller's own words:
// the id of what the caller may not see stays hidden. Other errors stay.
func asAsked(err error, noun, name string) error {
	if fault.Is(err, fault.NotFound) {
		return missingNamed(noun, name)
	}
	return err
}
