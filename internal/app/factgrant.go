package app

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// sweptGrants is how many grants that ended long ago are deleted when others are given.
const sweptGrants = 100

// hasGrant reports whether the actor has a right by grants on the fact.
func hasGrant(ctx context.Context, q store.Queries, actor Actor, r right, f fund.Fact) (bool, error) {
	rule := ruleOf(r)
	if len(rule.grants) == 0 {
		return false, nil
	}
	roles, err := grantRoles(ctx, q, actor, f.ID)
	if err != nil || !slices.ContainsFunc(roles, func(role fund.GrantRole) bool { return slices.Contains(rule.grants, role) }) {
		return false, err
	}
	if rule.lets != nil {
		return rule.lets(ctx, q, f)
	}
	return true, nil
}

// grantRoles are the roles that the actor has by grants on a fact.
func grantRoles(ctx context.Context, q store.Queries, actor Actor, fact fund.ID) ([]fund.GrantRole, error) {
	switch actor.Kind {
	case ActorUser:
		return q.GrantRoles(ctx, fact, store.GrantHolder{User: actor.User})
	case ActorGrant:
		return q.GrantRoles(ctx, fact, store.GrantHolder{Grant: actor.Grant})
	case ActorDesk:
		return deskRoles(ctx, q, actor.Desk, fact)
	default:
		return nil, nil
	}
}

// joined are roles as the log of acts has them.
func joined(roles []fund.GrantRole) string {
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = string(role)
	}
	return strings.Join(words, " ")
}

// FactGrantLink is a grant on a fact with the key of its link, which is not stored.
type FactGrantLink struct {
	fund.FactGrant

	Key string
}

// GiveGrants gives grants on a fact, all or none, to be accepted by their links. What is wrong with one is Invalid at "1.name", "2.roles" and so on. More
// than fund.MaxFactGrants at once are a Conflict.
func (a *App) GiveGrants(ctx context.Context, actor Actor, key FactKey, in []fund.FactGrantInput) ([]FactGrantLink, error) {
	f, err := a.grantedFact(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	given, hashes, err := a.newGrants(f, actor, in)
	if err != nil {
		return nil, err
	}
	err = a.changeGrants(ctx, actor, f, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := requireOpen(f); err != nil {
			return err
		}
		held, err := tx.ListFactGrants(ctx, f.ID, now, fund.MaxFactGrants)
		if err != nil {
			return err
		}
		if len(held)+len(given) > fund.MaxFactGrants {
			return fault.New(fault.Conflict, "A fact has at most %d grants at once: end some first.", fund.MaxFactGrants)
		}
		if err := repeatedGrants(held, given).Err(); err != nil {
			return err
		}
		for i, g := range given {
			if err := tx.InsertFactGrant(ctx, g.FactGrant, hashes[i][:]); err != nil {
				return err
			}
			if err := logAct(ctx, tx, actor, onGrant(fund.ActGiveGrant, g.FactGrant, now).with("roles", joined(g.Roles))); err != nil {
				return err
			}
		}
		return tx.SweepFactGrants(ctx, now.Add(-fund.FactGrantRetention), sweptGrants)
	})
	return orNone(given, err)
}

// repeatedGrants names the grants that somebody of the same name has already, so that what is sent twice gives nothing twice.
func repeatedGrants(held []fund.FactGrant, given []FactGrantLink) fault.Fields {
	var wrong fault.Fields
	for i, g := range given {
		if slices.ContainsFunc(held, g.Repeats) {
			wrong.Add(fmt.Sprintf("%d.name", i+1), fund.GrantRepeated)
		}
		held = append(held, g.FactGrant)
	}
	return wrong
}

// newGrants are the grants of the inputs, with the hashes of their keys.
func (a *App) newGrants(f fund.Fact, actor Actor, in []fund.FactGrantInput) ([]FactGrantLink, []tokenHash, error) {
	var all fault.Fields
	now := a.Now()
	given, hashes := make([]FactGrantLink, len(in)), make([]tokenHash, len(in))
	for i, one := range in {
		g, wrong := one.Grant(now)
		for _, w := range wrong {
			w.Path = fmt.Sprintf("%d.%s", i+1, w.Path)
			all.AddField(w)
		}
		var err error
		if g.ID, err = a.newID(now); err != nil {
			return nil, nil, err
		}
		g.FactID, g.GivenBy.ID = f.ID, actor.User
		given[i].FactGrant = g
		if given[i].Key, hashes[i], err = a.newSecret(); err != nil {
			return nil, nil, err
		}
	}
	return given, hashes, all.Err()
}

// grantedFact finds a fact on which the actor may give grants.
func (a *App) grantedFact(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return f, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, giveGrants, f); err != nil {
		return f, err
	}
	if !f.Kind.HasGrants() {
		return f, fault.New(fault.Conflict, "Grants are given on campaigns: the people of a cause have roles there.")
	}
	return f, nil
}

// changeGrants changes the grants on a fact in one write, in which the actor still may.
func (a *App) changeGrants(ctx context.Context, actor Actor, f fund.Fact, work change) error {
	err := a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(f.ID))
		if err != nil {
			return err
		}
		if err := requireFully(ctx, tx.Queries, actor, giveGrants, fresh); err != nil {
			return err
		}
		return work(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("grants on fact %s: %w", f.ID, err)
	}
	return nil
}

func onGrant(act fund.Act, g fund.FactGrant, at time.Time) done {
	return doneOn(act, g.ID, at).with("fact", g.FactID.String())
}

// appendGrantChanged appends that who has a grant changed.
func appendGrantChanged(tx *store.Tx, g fund.FactGrant, now time.Time) {
	e := fund.Event{Topic: fund.TopicGrantChanged, Subject: g.ID, Facts: []fund.ID{g.FactID}, At: now}
	if !g.Holder.ID.IsZero() {
		e.Facts = append(e.Facts, g.Holder.ID)
	}
	tx.Append(e)
}

// ListGrants lists the grants on a fact that hold, the oldest first, for those who may give them.
func (a *App) ListGrants(ctx context.Context, actor Actor, key FactKey) ([]fund.FactGrant, error) {
	f, err := a.grantedFact(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListFactGrants(ctx, f.ID, a.Now(), fund.MaxFactGrants)
}

// RenewGrant gives a grant on a fact another link: who accepted it before has it no more, at once on all nodes.
func (a *App) RenewGrant(ctx context.Context, actor Actor, key FactKey, id fund.ID) (FactGrantLink, error) {
	var given FactGrantLink
	f, err := a.grantedFact(ctx, actor, key)
	if err != nil {
		return given, err
	}
	text, hash, err := a.newSecret()
	if err != nil {
		return given, err
	}
	err = a.changeGrants(ctx, actor, f, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		g, err := heldGrant(ctx, tx, f, id, now)
		if err != nil {
			return err
		}
		appendGrantChanged(tx, g, now)
		g.Holder = fund.Ref{}
		g.Invite(now)
		given = FactGrantLink{g, text}
		if err := tx.RenewFactGrant(ctx, g, hash[:]); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, onGrant(fund.ActRenewGrant, g, now))
	})
	return orNone(given, err)
}

// heldGrant is a grant on the fact that holds.
func heldGrant(ctx context.Context, tx *store.Tx, f fund.Fact, id fund.ID, now time.Time) (fund.FactGrant, error) {
	g, err := tx.GetFactGrant(ctx, id)
	if err == nil && (g.FactID != f.ID || !g.Holds(now)) {
		err = missing("grant", fund.Key{ID: id})
	}
	return g, err
}

// EndGrants ends grants on a fact, at once on all nodes: those with the ids, or all of them without any. It returns how many ended. Those that have ended
// are left alone.
func (a *App) EndGrants(ctx context.Context, actor Actor, key FactKey, ids ...fund.ID) (ended int, err error) {
	f, err := a.grantedFact(ctx, actor, key)
	if err != nil {
		return 0, err
	}
	err = a.changeGrants(ctx, actor, f, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		ended = 0
		held, err := tx.ListFactGrants(ctx, f.ID, now, fund.MaxFactGrants)
		if err != nil {
			return err
		}
		for _, g := range held {
			if len(ids) > 0 && !slices.Contains(ids, g.ID) {
				continue
			}
			if err := endGrant(ctx, tx, actor, g, now); err != nil {
				return err
			}
			ended++
		}
		return nil
	})
	return orNone(ended, err)
}

func endGrant(ctx context.Context, tx *store.Tx, actor Actor, g fund.FactGrant, now time.Time) error {
	if err := tx.EndFactGrant(ctx, g.ID, now); err != nil {
		return err
	}
	// What its holder was about to screen goes to the others at once.
	for _, holder := range []fund.ID{g.ID, g.Holder.ID} {
		if err := tx.EndLeasesOf(ctx, g.FactID, holder); err != nil {
			return err
		}
	}
	appendGrantChanged(tx, g, now)
	return logAct(ctx, tx, actor, onGrant(fund.ActEndGrant, g, now))
}

// endGrantDue ends a grant whose time is over: it is worth nothing from then on, but connections that stay open learn of it by the event.
func (a *App) endGrantDue(ctx context.Context, id fund.ID) error {
	g, err := a.store.GetFactGrant(ctx, id)
	if known, err := found(err); !known {
		return err
	}
	return a.write(ctx, background(), g.FactID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		g, err := tx.GetFactGrant(ctx, id)
		if known, err := found(err); !known || !g.EndedAt.IsZero() || g.Holds(now) {
			return err
		}
		return endGrant(ctx, tx, background(), g, now)
	})
}

// OfferedGrant is a grant on a fact as who has its link sees it.
type OfferedGrant struct {
	fund.FactGrant

	Fact fund.Fact
}

// GetOfferedGrant returns the grant whose link has the key. It changes nothing: programs open links, too. A link that was accepted or replaced, or whose
// time is over, is NotFound.
func (a *App) GetOfferedGrant(ctx context.Context, key string) (OfferedGrant, error) {
	return offeredGrant(ctx, a.store.Queries, key, a.Now())
}

func offeredGrant(ctx context.Context, q store.Queries, key string, now time.Time) (o OfferedGrant, err error) {
	hash := hashOf(key)
	if o.FactGrant, err = q.GetFactGrantByLink(ctx, hash[:]); err != nil {
		return OfferedGrant{}, asRequested(err, "link", "")
	}
	if !o.Open(now) {
		return OfferedGrant{}, missingNamed("link", "")
	}
	o.Fact, err = q.GetFact(ctx, factByID(o.FactID))
	return o, err
}

// AcceptGrant gives the grant of a link to the actor's account, once; see GetOfferedGrant.
func (a *App) AcceptGrant(ctx context.Context, actor Actor, key string) (fund.FactGrant, error) {
	if err := RequireUser(actor); err != nil {
		return fund.FactGrant{}, err
	}
	return a.acceptGrant(ctx, actor, key, nil)
}

// AcceptGrantAlone gives the grant of a link to a browser without an account, once, and returns the text of its session, which ends with the grant; see
// GetOfferedGrant.
func (a *App) AcceptGrantAlone(ctx context.Context, key string, from netip.Addr) (session string, g fund.FactGrant, err error) {
	session, hash, err := a.newSecret()
	if err != nil {
		return "", g, err
	}
	g, err = a.acceptGrant(ctx, Actor{Kind: ActorGrant}.From(from), key, hash[:])
	if err != nil {
		return "", g, err
	}
	return session, g, nil
}

func (a *App) acceptGrant(ctx context.Context, actor Actor, key string, session []byte) (fund.FactGrant, error) {
	offered, err := a.GetOfferedGrant(ctx, key)
	if err != nil {
		return fund.FactGrant{}, err
	}
	var g fund.FactGrant
	err = a.write(ctx, actor, offered.Fact.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := offeredGrant(ctx, tx.Queries, key, now)
		if err != nil {
			return err
		}
		g = fresh.FactGrant
		g.Holder.ID, g.AcceptedAt, g.LinkUntil = actor.User, now, time.Time{}
		if err := tx.AcceptFactGrant(ctx, g, session); err != nil {
			return err
		}
		appendGrantChanged(tx, g, now)
		by := actor
		if by.Kind == ActorGrant {
			by.Grant = g.ID
		}
		return logAct(ctx, tx, by, onGrant(fund.ActAcceptGrant, g, now).byGrant(g.FactID))
	})
	return orNone(g, err)
}

// GrantVisit is a browser without an account that accepted a grant on a fact.
type GrantVisit struct{ Grant fund.FactGrant }

// Actor is the visitor, who may do what the grant allows.
func (v GrantVisit) Actor() Actor {
	return Actor{
		Kind: ActorGrant, Grant: v.Grant.ID,
		Scopes: []string{fund.ScopePublic, fund.ScopeWrite, fund.ScopeDonationsRead, fund.ScopeDonationsWrite},
	}
}

// GetGrantVisit returns the visit of a browser that accepted a grant. One whose grant ended, or went to somebody else, is Unauthenticated. Nothing is cached
// between calls, so that its end takes effect at once.
func (a *App) GetGrantVisit(ctx context.Context, text string) (GrantVisit, error) {
	hash := hashOf(text)
	g, err := a.store.GetFactGrantBySession(ctx, hash[:])
	if ok, err := found(err); err != nil {
		return GrantVisit{}, err
	} else if !ok || !g.Holds(a.Now()) {
		return GrantVisit{}, errSignedOut()
	}
	return GrantVisit{g}, nil
}
