package app

import (
	"context"
	"net/netip"
	"slices"

	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
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
	// ActorDonor is a donor who proved to read the mail of an address; it acts on the donations with that address alone.
	ActorDonor ActorKind = "donor"
	// ActorGrant is a browser without an account that accepted a grant on a fact; it has nothing else.
	ActorGrant ActorKind = "grant"
	// ActorOverlay has the key of an overlay: it sees what everybody may see of the fact, also before it is published, and changes nothing.
	ActorOverlay ActorKind = "overlay"
	// ActorDesk has a key of the alert desk of a fact: it runs that desk, and does nothing else.
	ActorDesk   ActorKind = "desk"
	ActorSystem ActorKind = "system"
)

// Actor is the caller of a use case. The zero actor is anonymous.
type Actor struct {
	Kind ActorKind
	// Token is the id of the access token, Application the id of the application it was issued to.
	Token, Application fund.ID
	// User is set for ActorUser, Cause for ActorCause.
	User, Cause fund.ID
	// Grant is set for ActorGrant, Overlay for ActorOverlay, Desk for ActorDesk, and Stage for the stage that it runs.
	Grant, Overlay, Desk, Stage fund.ID
	// Owner is the user who owns the application, zero for none; API is its version, "" without an application.
	Owner  fund.ID
	API    string
	Scopes []string
	// Operator reports whether the user runs the server.
	Operator bool
	// Address is where the request came from; the zero Addr for a command.
	Address netip.Addr
	// Languages are what the caller reads, as the Accept-Language header of the request has them; "" for unknown.
	Languages string
	// Session is that of a browser, with when its user proved who they are; zero for tokens and commands.
	Session fund.Session
	// Terms are the terms of the requested change.
	Terms Terms
	// unattended is set for background work of the server, which nobody asked for: it leaves nothing in the log of acts.
	unattended bool
}

// System is the actor of commands and of the demo, which may do everything.
func System() Actor { return Actor{Kind: ActorSystem} }

// background is the actor of what the server does when it is due.
func background() Actor { return Actor{Kind: ActorSystem, unattended: true} }

// From is the actor of a request from the address.
func (a Actor) From(address netip.Addr) Actor {
	a.Address = address
	return a
}

// Reading is the actor of a request with the Accept-Language header.
func (a Actor) Reading(languages string) Actor {
	a.Languages = languages
	return a
}

// mailLanguage is the language tag of the mails that the actor's acts lead to; "" for unknown.
func (a Actor) mailLanguage() string {
	if tag := a.language(); tag != language.Und {
		return tag.String()
	}
	return ""
}

// language is the one that the actor's names are taken to be in.
func (a Actor) language() language.Tag {
	tag, _ := money.FirstLanguage(a.Languages)
	return tag
}

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
