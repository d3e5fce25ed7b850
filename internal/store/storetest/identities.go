package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testIdentities adds, finds, removes and sweeps accounts at OpenID providers.
func testIdentities(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	add := func(u fund.User, issuer, subject string) fund.Identity {
		i := fund.Identity{ID: w.id(), UserID: u.ID, Issuer: issuer, Subject: subject, Label: odd, AddedAt: w.at()}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertIdentity(ctx, i) })
		return i
	}
	first, other := add(ann, "https://one.example", "1"), add(ann, "https://two.example", "1")
	bobs := add(bob, "https://one.example", "2")
	same(t, "by name", must.Get(w.s.GetIdentity(ctx, "https://one.example", "1"))(t), first)
	same(t, "same name elsewhere", must.Get(w.s.GetIdentity(ctx, "https://two.example", "1"))(t), other)
	same(t, "by id", must.Get(w.s.GetIdentityByID(ctx, bobs.ID))(t), bobs)
	same(t, "of a user", must.Get(w.s.ListIdentities(ctx, ann.ID))(t), []fund.Identity{first, other})
	missing[fund.Identity](t, "of another name")(w.s.GetIdentity(ctx, "https://one.example", "3"))
	missing[fund.Identity](t, "of another case")(w.s.GetIdentity(ctx, "https://ONE.example", "1"))
	missing[fund.Identity](t, "with a zero byte")(w.s.GetIdentity(ctx, "https://one.example", "1\x00"))
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertIdentity(ctx, fund.Identity{ID: w.id(), UserID: bob.ID, Issuer: first.Issuer, Subject: first.Subject, AddedAt: w.at()})
	})

	at := w.at()
	remove := func(u fund.User, i fund.Identity) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error { return tx.RemoveIdentity(ctx, u.ID, i.ID, at) }
	}
	w.refused(fault.NotFound, remove(bob, first))
	w.write(remove(ann, first))
	w.refused(fault.NotFound, remove(ann, first))
	first.RemovedAt = at
	missing[fund.Identity](t, "that was removed")(w.s.GetIdentity(ctx, first.Issuer, first.Subject))
	same(t, "removed, by id", must.Get(w.s.GetIdentityByID(ctx, first.ID))(t), first)
	same(t, "left", must.Get(w.s.ListIdentities(ctx, ann.ID))(t), []fund.Identity{other})
	again := add(bob, first.Issuer, first.Subject)
	same(t, "of somebody else by now", must.Get(w.s.GetIdentity(ctx, first.Issuer, first.Subject))(t), again)

	sweep := func(removed time.Time) {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepOpenIDRequests(ctx, at, removed, 9) })
	}
	sweep(at)
	must.Get(w.s.GetIdentityByID(ctx, first.ID))(t)
	sweep(at.Add(time.Microsecond))
	missing[fund.Identity](t, "that was removed long ago")(w.s.GetIdentityByID(ctx, first.ID))
	must.Get(w.s.GetIdentityByID(ctx, again.ID))(t)

	same(t, "a password", must.Get(w.s.HasPassword(ctx, ann.ID))(t), true)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetPassword(ctx, ann.ID, "") })
	same(t, "no password", must.Get(w.s.HasPassword(ctx, ann.ID))(t), false)
	missing[bool](t, "of nobody")(w.s.HasPassword(ctx, w.id()))
}

// testOpenIDRequests uses and sweeps sign-ins that began.
func testOpenIDRequests(t *testing.T, w *world) {
	ctx := t.Context()
	ann, at := w.user("ann"), w.at()
	whole := fund.OpenIDRequest{
		Provider: "club", Purpose: fund.OpenIDJoin, Browser: []byte{7}, UserID: ann.ID, LinkID: w.id(), Username: odd, Slug: "ann2", Next: "/account/sessions",
		ExpiresAt: at.Add(time.Microsecond),
	}
	bare := fund.OpenIDRequest{Provider: "club", Purpose: fund.OpenIDSignIn, Browser: []byte{8}, ExpiresAt: at}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertOpenIDRequest(ctx, whole, []byte("whole"))
	})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertOpenIDRequest(ctx, bare, []byte("bare"))
	})
	same(t, "whole", must.Get(w.s.GetOpenIDRequest(ctx, []byte("whole")))(t), whole)
	same(t, "bare", must.Get(w.s.GetOpenIDRequest(ctx, []byte("bare")))(t), bare)
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertOpenIDRequest(ctx, bare, []byte("bare"))
	})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepOpenIDRequests(ctx, at, at, 9) })
	missing[fund.OpenIDRequest](t, "that expired")(w.s.GetOpenIDRequest(ctx, []byte("bare")))
	use := func(ctx context.Context, tx *store.Tx) error { return tx.UseOpenIDRequest(ctx, []byte("whole")) }
	w.write(use)
	w.refused(fault.NotFound, use)
}
