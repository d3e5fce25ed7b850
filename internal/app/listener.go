package app

import (
	"cmp"
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// MaxListeners is how many lines a list of listeners has at most, those with the most connections.
const MaxListeners = 50

// Listener are live connections that follow a fact: those of one kind by one program, volunteer, or all of the others.
type Listener struct {
	// Kind is how they are connected: "sse", "websocket", "phoenix", "overlay" or "desk".
	Kind string
	// By is who they act for. Application is the application, else Token the access token without one, Grant the grant of somebody without an account,
	// Overlay the overlay whose key they have.
	By                                 ActorKind
	Application, Token, Grant, Overlay fund.ID
}

// ListenerOf is what connections of a kind for an actor have in common.
func ListenerOf(kind string, actor Actor) Listener {
	l := Listener{Kind: kind, By: actor.Kind, Application: actor.Application, Grant: actor.Grant, Overlay: actor.Overlay}
	if l.Application.IsZero() {
		l.Token = actor.Token
	}
	return l
}

// ListenerSort is who a listener is, as the owner of its fact sees it.
type ListenerSort string

// The sorts of listeners. Whatever has no token is open: pages, overlays of other sites, and bots.
const (
	ListenerOpen        ListenerSort = "open"
	ListenerPerson      ListenerSort = "person"
	ListenerApplication ListenerSort = "application"
	ListenerToken       ListenerSort = "token"
	ListenerVolunteer   ListenerSort = "volunteer"
	ListenerOverlay     ListenerSort = "overlay"
)

// NamedListener is a line of the list of listeners.
type NamedListener struct {
	Kind string
	Sort ListenerSort
	// Name is that of an application, of an own access token, or of a volunteer; "" where the actor may not know it, or it is gone.
	Name string
	// Count is how many connections there are.
	Count int
}

// sort is the sort of a listener.
func (l Listener) sort() ListenerSort {
	switch {
	case l.By == ActorGrant:
		return ListenerVolunteer
	case l.By == ActorOverlay:
		return ListenerOverlay
	case !l.Application.IsZero():
		return ListenerApplication
	case !l.Token.IsZero():
		return ListenerToken
	case l.By == Anonymous:
		return ListenerOpen
	}
	return ListenerPerson
}

// NameListeners says who follows a fact, by how many connections each has, the most first and at most MaxListeners lines: for those who change the fact.
// People who are signed in have no names there; access tokens have theirs for who made them, and volunteers for who gives grants.
func (a *App) NameListeners(ctx context.Context, s Seen, counts map[Listener]int) ([]NamedListener, error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, editFact, s.fact); err != nil {
		return nil, err
	}
	most := make([]Listener, 0, len(counts))
	for l := range counts {
		most = append(most, l)
	}
	slices.SortFunc(most, func(x, y Listener) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.sort(), y.sort()), slices.Compare(x.Application[:], y.Application[:]),
			slices.Compare(x.Token[:], y.Token[:]), slices.Compare(x.Grant[:], y.Grant[:]), slices.Compare(x.Overlay[:], y.Overlay[:]))
	})
	names, err := a.listenerNames(ctx, s)
	if err != nil {
		return nil, err
	}
	lines := make([]NamedListener, 0, min(len(most), MaxListeners))
	for _, l := range most[:min(len(most), MaxListeners)] {
		line := NamedListener{Kind: l.Kind, Sort: l.sort(), Count: counts[l], Name: names[cmp.Or(l.Grant, l.Token, l.Overlay)]}
		if line.Sort == ListenerApplication {
			application, err := a.store.GetApplication(ctx, l.Application)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			line.Name = application.Name
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// listenerNames are the names of the actor's own access tokens, of the overlays of a fact, and of its volunteers where the actor gives grants on it.
func (a *App) listenerNames(ctx context.Context, s Seen) (map[fund.ID]string, error) {
	names := map[fund.ID]string{}
	if s.actor.Kind == ActorUser {
		tokens, err := a.store.ListOwnTokens(ctx, s.actor.User, a.Now(), fund.MaxOwnTokens)
		if err != nil {
			return nil, err
		}
		for _, t := range tokens {
			names[t.ID] = t.Name
		}
	}
	overlays, err := a.store.ListAllOverlays(ctx, s.fact.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range overlays {
		names[o.ID] = o.Name
	}
	gives, err := may(ctx, a.store.Queries, s.actor, giveGrants, s.fact)
	if err != nil || !gives || !s.fact.Kind.HasGrants() {
		return names, err
	}
	grants, err := a.store.ListFactGrants(ctx, s.fact.ID, a.Now(), fund.MaxFactGrants)
	for _, g := range grants {
		names[g.ID] = g.Name
	}
	return names, err
}
