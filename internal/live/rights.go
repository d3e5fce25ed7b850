package live

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
)

// Receiver is who a connection is for. The zero value is everybody.
type Receiver struct {
	Actor app.Actor
	// Session is that of a signed-in browser, or the grant of one without an account; zero without both.
	Session fund.ID
	// Renew reads again who the token or the session is for, and fails once it has ended; nil without one.
	Renew func(context.Context) (app.Actor, error)
	// Role is the fact at which the receiver has a role that the connection needs: Renew fails once it has ended, too. Zero for none.
	Role fund.ID
}

// key is the same for receivers with the same rights.
func (r Receiver) key() audienceID { return audienceID{r.Actor.Token, r.Session} }

type audienceID struct{ token, session fund.ID }

// audienceKey is what connections have in common that can be sent the same bytes.
type audienceKey struct {
	format Format
	audienceID
}

// audience are the connections that are sent the same bytes.
type audience struct {
	audienceKey
	receiver atomic.Pointer[Receiver]
	conns    map[*Conn]struct{}
}

func (a *audience) actor() app.Actor { return a.receiver.Load().Actor }

// audienceOf is the audience of a connection that joins. The caller holds the lock.
func (h *Hub) audienceOf(j Joining) *audience {
	key := audienceKey{j.Format, j.Receiver.key()}
	a := h.audiences[key]
	if a == nil {
		a = &audience{audienceKey: key, conns: map[*Conn]struct{}{}}
		a.receiver.Store(&j.Receiver)
		h.audiences[key] = a
	}
	return a
}

// followRights ends rights as soon as the log says so, ahead of what waits to be passed on: while more happens than the hub passes on, or a message is
// slow to make, a connection must not be read by who has lost it. When the event's turn comes, its rights are looked at again.
func (h *Hub) followRights(ctx context.Context) {
	for events := h.feed.Subscribe(feed.Now); ctx.Err() == nil; {
		some, err := events.Next(ctx)
		for i := range some {
			if mayEndRights(some[i].Topic) {
				h.bump()
				h.recheck(ctx, &some[i])
			}
		}
		switch {
		case err == nil, ctx.Err() != nil:
		case errors.Is(err, feed.ErrSlow):
			events = h.feed.Subscribe(events.Position())
		case errors.Is(err, feed.ErrReset):
			events = h.feed.Subscribe(feed.Now)
		default:
			h.log.WarnContext(ctx, "rights of live connections", "error", err)
			pause(ctx, time.Second)
		}
	}
}

// mayEndRights reports whether an event of the topic may end the rights of a connection, or its sight of a fact.
func mayEndRights(t fund.Topic) bool {
	return t.RevokesToken() || t.ChangesUser() || t.ChangesApplication() || t.ChangesEverything() ||
		t == fund.TopicSessionEnded || t == fund.TopicTeamChanged || t == fund.TopicGrantChanged || t == fund.TopicOverlayChanged || t.Object() == fund.ObjectFact && !hidesNothing(t)
}

// recheck ends the connections whose rights an event ended, and the watching of facts that their receivers may not see any more, before
// the event is passed on.
func (h *Hub) recheck(ctx context.Context, e *fund.Event) {
	if e.Topic.RevokesToken() || e.Topic.ChangesUser() || e.Topic.ChangesApplication() {
		// An event of another node may come here before it comes to those caches.
		h.app.Invalidate([]fund.Event{*e})
	}
	for _, a := range h.renewing(e) {
		if e.Topic == fund.TopicGrantChanged {
			// What is left of the rights of a user is found when the connection comes back.
			h.endAudience(a, ReasonRights)
			continue
		}
		h.renewSurely(ctx, a)
	}
	for _, one := range h.hidden(e) {
		h.recheckSight(ctx, one)
	}
}

// renewing are the audiences whose token, session or grant an event may have ended.
func (h *Hub) renewing(e *fund.Event) []*audience {
	var some []*audience
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range h.audiences {
		r := a.receiver.Load()
		if r.Renew != nil && concerns(e, r) {
			some = append(some, a)
		}
	}
	return some
}

func concerns(e *fund.Event, r *Receiver) bool {
	if !r.Role.IsZero() && (e.Topic == fund.TopicTeamChanged || e.Topic.Object() == fund.ObjectFact && slices.Contains(e.Facts, r.Role)) {
		return true
	}
	switch {
	case e.Topic.RevokesToken():
		return r.Actor.Token == e.Subject
	case e.Topic == fund.TopicSessionEnded:
		return r.Session == e.Subject
	case e.Topic == fund.TopicOverlayChanged:
		return r.Actor.Overlay == e.Subject
	case e.Topic == fund.TopicGrantChanged:
		return r.Session == e.Subject || !r.Actor.User.IsZero() && slices.Contains(e.Facts, r.Actor.User)
	case e.Topic.ChangesUser():
		return r.Actor.User == e.Subject || r.Actor.Owner == e.Subject
	case e.Topic.ChangesApplication():
		return r.Actor.Application == e.Subject
	default:
		return e.Topic.ChangesEverything()
	}
}

// renewSurely ends an audience whose rights have ended. One of which that cannot be found out comes back later.
func (h *Hub) renewSurely(ctx context.Context, a *audience) {
	for range renderTries {
		err := h.renew(ctx, a)
		if err == nil || ctx.Err() != nil {
			return
		}
		pause(ctx, renderAgain)
	}
	h.endAudience(a, ReasonRetry)
}

// renew reads the rights of an audience again, and ends it when there are none any more. Its error says that they could not be read.
func (h *Hub) renew(ctx context.Context, a *audience) error {
	r := *a.receiver.Load()
	if r.Renew == nil {
		return nil
	}
	actor, err := r.Renew(ctx)
	switch {
	case fault.Is(err, fault.Unauthenticated), fault.Is(err, fault.Forbidden):
		h.endAudience(a, ReasonRights)
		return nil
	case err != nil:
		return err
	}
	r.Actor = actor
	a.receiver.Store(&r)
	return nil
}

// renewAll reads the rights of everybody again from time to time: a token that expires has no event.
func (h *Hub) renewAll(ctx context.Context) {
	ticker := time.NewTicker(renewEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		h.mu.Lock()
		all := make([]*audience, 0, len(h.audiences))
		for _, a := range h.audiences {
			all = append(all, a)
		}
		h.mu.Unlock()
		for _, a := range all {
			if err := h.renew(ctx, a); err != nil && ctx.Err() == nil {
				h.log.WarnContext(ctx, "rights of a live connection cannot be read", "error", err)
			}
		}
	}
}

// sighted is a fact and an audience that watches it.
type sighted struct {
	audience *audience
	fact     fund.ID
}

// hidden are the facts that an event may have hidden from audiences that watch them.
func (h *Hub) hidden(e *fund.Event) []sighted {
	all := e.Topic.ChangesEverything()
	roles := e.Topic == fund.TopicTeamChanged || e.Topic.ChangesUser()
	h.mu.Lock()
	defer h.mu.Unlock()
	var some []sighted
	if e.Topic.Object() == fund.ObjectFact && !all {
		for a := range h.watching[e.Subject] {
			some = append(some, sighted{a, e.Subject})
		}
	}
	if !all && !roles {
		return some
	}
	for fact, of := range h.watching {
		for a := range of {
			if all || a.receiver.Load().Renew != nil {
				some = append(some, sighted{a, fact})
			}
		}
	}
	return some
}

// recheckSight ends the watching of a fact by those who may not see it any more. While that cannot be found out, they may not.
func (h *Hub) recheckSight(ctx context.Context, one sighted) {
	var sees bool
	var err error
	for range renderTries {
		if sees, err = h.Sees(ctx, one.audience.actor(), one.fact); err == nil || ctx.Err() != nil {
			break
		}
		pause(ctx, renderAgain)
	}
	if sees {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.watching[one.fact][one.audience] {
		if err != nil {
			c.end(ReasonRetry)
			continue
		}
		c.mu.Lock()
		c.unwatch([]fund.ID{one.fact})
		c.mu.Unlock()
		h.push(c, &Message{Gone: []fund.ID{one.fact}})
		c.signal()
	}
}

// sight is what is known of a fact to somebody who may see it.
type sight struct {
	seen     bool
	currency string
	// published is when the fact was first published; zero for one that never was.
	published time.Time
}

// Sees reports whether an actor may see a fact. The answer is remembered until something happens that may change it.
func (h *Hub) Sees(ctx context.Context, actor app.Actor, fact fund.ID) (bool, error) {
	at, err := h.sight(ctx, actor, fact)
	return at.seen, err
}

func (h *Hub) sight(ctx context.Context, actor app.Actor, fact fund.ID) (sight, error) {
	key := sightKey{actor.Token, actor.User, actor.Cause, actor.Grant, actor.Overlay, fact}
	era := h.era.Load()
	if at, known := h.sights.get(key, era); known {
		return at, nil
	}
	seen, err := h.app.See(ctx, actor, app.FactKey{Key: fund.Key{ID: fact}, Kinds: app.AllKinds()})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return sight{}, err
	}
	at := sight{err == nil, seen.Fact().Currency, seen.Fact().PublishedAt}
	h.sights.put(key, at, era)
	return at, nil
}

// saw reports whether an actor who sees a fact now could see it at a time. What happened at a draft stays with those who saw the draft.
func (h *Hub) saw(ctx context.Context, actor app.Actor, fact fund.ID, at sight, when time.Time) (bool, error) {
	if !when.Before(at.published) {
		return true, nil
	}
	seen, err := h.app.See(ctx, actor, app.FactKey{Key: fund.Key{ID: fact}, Kinds: app.AllKinds()})
	if err != nil {
		return false, unlessMissing(err)
	}
	return h.app.SawUnpublished(ctx, seen)
}

func (h *Hub) endAudience(a *audience, r Reason) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range a.conns {
		c.end(r)
	}
}

func (h *Hub) endAll(r Reason) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, group := range h.groups {
		for c := range group {
			c.end(r)
		}
	}
}
