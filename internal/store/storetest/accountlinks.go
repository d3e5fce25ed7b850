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

// testAccountLinks replaces, uses, ends and sweeps links in mails about accounts.
func testAccountLinks(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	at := w.at()
	change := func(u fund.User, email string) fund.AccountLink {
		return fund.AccountLink{ID: w.id(), Kind: fund.LinkEmail, UserID: u.ID, Email: email, AskedAt: at, ExpiresAt: at.Add(time.Hour)}
	}
	put := func(c fund.AccountLink, hash string) {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PutAccountLink(ctx, c); err != nil || hash == "" {
				return err
			}
			return tx.SetAccountLink(ctx, c, []byte(hash))
		})
	}
	missing := func(hash string) {
		t.Helper()
		if _, err := w.s.GetAccountLinkByHash(ctx, []byte(hash), fund.LinkEmail); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want it gone", hash, err)
		}
	}
	first, second, same1 := change(ann, bob.Email), change(ann, "new@example.org"), change(bob, "new@example.org")
	put(first, "one")
	same(t, "first", must.Get(w.s.GetAccountLinkByHash(ctx, []byte("one"), fund.LinkEmail))(t), first)
	put(second, "")
	missing("one")
	same(t, "second", must.Get(w.s.GetAccountLink(ctx, second.ID))(t), second)
	put(second, "two")
	put(same1, "three")
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UseAccountLink(ctx, second.ID) })
	missing("two")
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndAccountLinks(ctx, bob) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndAccountLinks(ctx, bob) })
	missing("three")
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.UseAccountLink(ctx, second.ID) })
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.SetAccountLink(ctx, second, []byte("x")) })

	// Links of somebody who forgot a password do not replace each other, and end with the user's others.
	forgot := func(hash string) fund.AccountLink {
		l := fund.AccountLink{ID: w.id(), Kind: fund.LinkPassword, Email: ann.Email, AskedAt: at, ExpiresAt: at.Add(time.Hour)}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PutAccountLink(ctx, l); err != nil || hash == "" {
				return err
			}
			l.UserID = ann.ID
			return tx.SetAccountLink(ctx, l, []byte(hash))
		})
		return l
	}
	one, other, unsent := forgot("forgot one"), forgot("forgot other"), forgot("")
	other.UserID = ann.ID
	same(t, "another link", must.Get(w.s.GetAccountLinkByHash(ctx, []byte("forgot other"), fund.LinkPassword))(t), other)
	missing("forgot other") // it is of another kind
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndAccountLinks(ctx, bob) })
	must.Get(w.s.GetAccountLink(ctx, one.ID))(t)
	must.Get(w.s.GetAccountLink(ctx, unsent.ID))(t)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndAccountLinks(ctx, ann) })
	for _, l := range []fund.AccountLink{one, other, unsent} {
		if _, err := w.s.GetAccountLink(ctx, l.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want all links of ann ended", err)
		}
	}

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
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepAccountLinks(ctx, later.ExpiresAt, 9) })
	missing("one")
	same(t, "later", must.Get(w.s.GetAccountLinkByHash(ctx, []byte("three"), fund.LinkEmail))(t), later)
	for name, m := range mails {
		if _, err := w.s.GetMail(ctx, m.ID); (name == "sent") != fault.Is(err, fault.NotFound) {
			t.Errorf("mail %s: got %v, want only what was sent long ago swept", name, err)
		}
	}
}
