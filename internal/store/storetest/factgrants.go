package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testFactGrants gives, accepts, renews, ends and sweeps grants on facts. They hold by the clock of the store, which is that of the machine here.
func testFactGrants(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, bob := w.cause("water"), w.user("ann"), w.user("bob")
	run, other := w.campaign(cause, ann, "run"), w.campaign(cause, ann, "other")
	now := time.Now().UTC().Truncate(time.Second)
	give := func(fact fund.ID, link string, ends time.Time, roles ...fund.GrantRole) fund.FactGrant {
		t.Helper()
		g := fund.FactGrant{
			ID: w.id(), FactID: fact, Name: odd, Roles: roles, GivenBy: fund.Ref{ID: ann.ID, Slug: ann.Slug, Name: ann.Username},
			CreatedAt: now, EndsAt: ends, LinkUntil: ends,
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertFactGrant(ctx, g, []byte(link)) })
		return g
	}
	roles := func(fact fund.ID, of store.GrantHolder, want ...fund.GrantRole) {
		t.Helper()
		got := must.Get(w.s.GrantRoles(ctx, fact, of))(t)
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("got the roles %v, want %v", got, want)
		}
	}
	end := now.Add(time.Hour)
	first := give(run.ID, "one", end, fund.GrantScreener, fund.GrantSchedule)
	alone := give(run.ID, "two", end, fund.GrantDesk)
	past := give(run.ID, "three", now.Add(-time.Second), fund.GrantReader)
	elsewhere := give(other.ID, "four", end, fund.GrantFulfill)
	same(t, "by its link", must.Get(w.s.GetFactGrantByLink(ctx, []byte("one")))(t), first)
	same(t, "those that hold", must.Get(w.s.ListFactGrants(ctx, run.ID, now, 9))(t), []fund.FactGrant{first, alone})
	same(t, "the first", must.Get(w.s.ListFactGrants(ctx, run.ID, now, 1))(t), []fund.FactGrant{first})
	roles(run.ID, store.GrantHolder{User: bob.ID})

	accept := func(g fund.FactGrant, holder fund.User, session []byte) fund.FactGrant {
		t.Helper()
		g.Holder = fund.Ref{ID: holder.ID, Slug: holder.Slug, Name: holder.Username}
		g.AcceptedAt, g.LinkUntil = now, time.Time{}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.AcceptFactGrant(ctx, g, session) })
		w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.AcceptFactGrant(ctx, g, session) })
		same(t, "accepted", must.Get(w.s.GetFactGrant(ctx, g.ID))(t), g)
		return g
	}
	first, alone = accept(first, bob, nil), accept(alone, fund.User{}, []byte("session"))
	accept(past, bob, nil)
	accept(elsewhere, bob, nil)
	if _, err := w.s.GetFactGrantByLink(ctx, []byte("one")); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want the link gone", err)
	}
	same(t, "by its session", must.Get(w.s.GetFactGrantBySession(ctx, []byte("session")))(t), alone)
	roles(run.ID, store.GrantHolder{User: bob.ID}, fund.GrantSchedule, fund.GrantScreener)
	roles(run.ID, store.GrantHolder{Grant: alone.ID}, fund.GrantDesk)
	roles(other.ID, store.GrantHolder{User: bob.ID}, fund.GrantFulfill)
	roles(other.ID, store.GrantHolder{Grant: alone.ID})
	roles(run.ID, store.GrantHolder{User: ann.ID})
	var granted []string
	for _, f := range must.Get(w.s.ListGrantedFacts(ctx, bob.ID, now, 9))(t) {
		granted = append(granted, f.Slug)
	}
	same(t, "facts with grants", granted, []string{"run", "other"})

	alone.Holder, alone.AcceptedAt, alone.LinkUntil = fund.Ref{}, time.Time{}, end
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.RenewFactGrant(ctx, alone, []byte("two again"))
	})
	if _, err := w.s.GetFactGrantBySession(ctx, []byte("session")); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want the session gone", err)
	}
	same(t, "renewed", must.Get(w.s.GetFactGrantByLink(ctx, []byte("two again")))(t), alone)
	due := must.Get(w.s.DueWork(ctx, fund.WorkGrant, now, 9))(t)
	same(t, "those whose time is over", due, []fund.ID{past.ID})
	for i, g := range []fund.FactGrant{first, alone, past} {
		at := now.Add(time.Duration(i) * time.Second)
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndFactGrant(ctx, g.ID, at) })
		w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.EndFactGrant(ctx, g.ID, at) })
		w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.RenewFactGrant(ctx, g, []byte("x")) })
	}
	roles(run.ID, store.GrantHolder{User: bob.ID})
	same(t, "no work is left", len(must.Get(w.s.DueWork(ctx, fund.WorkGrant, now, 9))(t)), 0)
	same(t, "none holds", len(must.Get(w.s.ListFactGrants(ctx, run.ID, now, 9))(t)), 0)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepFactGrants(ctx, now.Add(time.Hour), 1) })
	if _, err := w.s.GetFactGrant(ctx, first.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want the oldest swept", err)
	}
	must.Get(w.s.GetFactGrant(ctx, alone.ID))(t)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepFactGrants(ctx, now.Add(time.Second), 9) })
	must.Get(w.s.GetFactGrant(ctx, alone.ID))(t) // it ended just then
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, other.ID) })
	if _, err := w.s.GetFactGrant(ctx, elsewhere.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want the grant of a deleted fact gone", err)
	}
}
