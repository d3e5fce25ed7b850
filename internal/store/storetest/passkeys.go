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

// testPasskeys adds, uses and deletes passkeys, and answers questions once.
func testPasskeys(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	add := func(u fund.User, credential, host string) fund.Passkey {
		p := fund.Passkey{ID: w.id(), UserID: u.ID, Credential: []byte(credential), Data: "{}", Name: odd, Host: host, CreatedAt: w.at()}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertPasskey(ctx, p) })
		return p
	}
	one, two := add(ann, "one", "here.example"), add(ann, "two", "there.example")
	add(bob, "three", "here.example")
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertPasskey(ctx, fund.Passkey{ID: w.id(), UserID: bob.ID, Credential: []byte("one"), CreatedAt: start})
	})
	same(t, "passkeys of ann", must.Get(w.s.ListPasskeys(ctx, ann.ID))(t), []fund.Passkey{one, two})
	same(t, "elsewhere", must.Get(w.s.CountPasskeysElsewhere(ctx, "here.example"))(t), 1)
	one.Data, one.UsedAt = `{"a":1}`, w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UsePasskey(ctx, one) })
	same(t, "used passkey", must.Get(w.s.GetPasskey(ctx, []byte("one")))(t), one)
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.DeletePasskey(ctx, bob.ID, one.ID) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeletePasskey(ctx, ann.ID, one.ID) })
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.UsePasskey(ctx, one) })
	missing[fund.Passkey](t, "passkey")(w.s.GetPasskey(ctx, []byte("one")))

	answer := func(ctx context.Context, tx *store.Tx) error {
		return tx.AnswerQuestion(ctx, []byte("question"), start.Add(time.Hour))
	}
	w.write(answer)
	w.refused(fault.Conflict, answer)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepExpired(ctx, start.Add(time.Hour), 9) })
	w.refused(fault.Conflict, answer)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepExpired(ctx, start.Add(2*time.Hour), 9) })
	w.write(answer)
}
