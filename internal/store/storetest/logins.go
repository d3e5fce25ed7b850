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

// testLoginChanges replaces, uses, ends and sweeps addresses that users asked to sign in with.
func testLoginChanges(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	at := w.at()
	change := func(u fund.User, email string) fund.LoginChange {
		return fund.LoginChange{ID: w.id(), UserID: u.ID, Email: email, AskedAt: at, ExpiresAt: at.Add(time.Hour)}
	}
	put := func(c fund.LoginChange, hash string) {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PutLoginChange(ctx, c); err != nil || hash == "" {
				return err
			}
			return tx.SetLoginHash(ctx, c.ID, []byte(hash))
		})
	}
	missing := func(hash string) {
		t.Helper()
		if _, err := w.s.GetLoginChangeByHash(ctx, []byte(hash)); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want it gone", hash, err)
		}
	}
	first, second, same1 := change(ann, bob.Email), change(ann, "new@example.org"), change(bob, "new@example.org")
	put(first, "one")
	same(t, "first", must.Get(w.s.GetLoginChangeByHash(ctx, []byte("one")))(t), first)
	put(second, "")
	missing("one")
	same(t, "second", must.Get(w.s.GetLoginChange(ctx, second.ID))(t), second)
	put(second, "two")
	put(same1, "three")
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UseLoginChange(ctx, second.ID) })
	missing("two")
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndLoginChange(ctx, bob.ID) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndLoginChange(ctx, bob.ID) })
	missing("three")
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.UseLoginChange(ctx, second.ID) })
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.SetLoginHash(ctx, second.ID, []byte("x")) })

	put(first, "one")
	later := change(bob, "later@example.org")
	later.ExpiresAt = first.ExpiresAt.Add(time.Second)
	put(later, "three")
	mails := map[string]fund.Mail{
		"sent":    {Kind: fund.MailLoginAsked, CreatedAt: at},
		"waits":   {Kind: fund.MailLoginAsked, CreatedAt: at},
		"new":     {Kind: fund.MailLoginChanged, CreatedAt: later.ExpiresAt},
		"receipt": {Kind: fund.MailReceipt, CreatedAt: at},
	}
	for name, m := range mails {
		m.ID, m.Recipient, m.About, m.DueAt = w.id(), name+"@example.org", ann.ID, at
		mails[name] = m
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertMail(ctx, m); err != nil || name == "waits" {
				return err
			}
			return tx.MoveMail(ctx, m, m.Hand(at).Confirm(at))
		})
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepLoginChanges(ctx, later.ExpiresAt, 9) })
	missing("one")
	same(t, "later", must.Get(w.s.GetLoginChangeByHash(ctx, []byte("three")))(t), later)
	for name, m := range mails {
		if _, err := w.s.GetMail(ctx, m.ID); (name == "sent") != fault.Is(err, fault.NotFound) {
			t.Errorf("mail %s: got %v, want only what was sent long ago swept", name, err)
		}
	}
}
