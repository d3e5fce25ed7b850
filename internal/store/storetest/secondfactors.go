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

// testSecondFactors sets authenticator apps up, uses their steps and recovery codes, and takes them off.
func testSecondFactors(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	app := fund.AuthenticatorApp{UserID: ann.ID, Key: "GEZDGNBVGY3TQOJQ", CreatedAt: w.at()}
	missing[fund.AuthenticatorApp](t, "no app")(w.s.GetAuthenticatorApp(ctx, ann.ID))
	put := func(a fund.AuthenticatorApp) {
		t.Helper()
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PutAuthenticatorApp(ctx, a) })
		same(t, "app", must.Get(w.s.GetAuthenticatorApp(ctx, a.UserID))(t), a)
	}
	since := func(u fund.User, want time.Time) {
		t.Helper()
		same(t, "second factor", must.Get(w.s.SecondFactorSince(ctx, u.ID))(t), want)
	}
	put(fund.AuthenticatorApp{UserID: ann.ID, Key: "FIRST", CreatedAt: start, Step: 9})
	put(app)
	since(ann, time.Time{})
	remove := func(u fund.User) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAuthenticatorApp(ctx, u.ID) }
	}
	w.refused(fault.NotFound, remove(ann))
	confirm := func(u fund.User, at time.Time) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error { return tx.ConfirmAuthenticatorApp(ctx, u.ID, at) }
	}
	use := func(u fund.User, step int64) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error { return tx.UseStep(ctx, u.ID, step) }
	}
	w.write(use(ann, 5))
	w.refused(fault.NotFound, use(ann, 5))
	w.refused(fault.NotFound, use(ann, 4))
	w.refused(fault.NotFound, use(bob, 6))
	w.write(use(ann, 6))
	app.Step, app.ConfirmedAt = 6, w.at()
	w.write(confirm(ann, app.ConfirmedAt))
	w.refused(fault.NotFound, confirm(ann, start))
	w.refused(fault.NotFound, confirm(bob, start))
	same(t, "confirmed app", must.Get(w.s.GetAuthenticatorApp(ctx, ann.ID))(t), app)
	since(ann, app.ConfirmedAt)
	since(bob, time.Time{})
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutAuthenticatorApp(ctx, fund.AuthenticatorApp{UserID: ann.ID, Key: "OTHER", CreatedAt: start})
	})

	codes := func(u fund.User, all ...string) func(context.Context, *store.Tx) error {
		var hashes [][]byte
		for _, one := range all {
			hashes = append(hashes, []byte(one))
		}
		return func(ctx context.Context, tx *store.Tx) error { return tx.SetRecoveryCodes(ctx, u.ID, hashes) }
	}
	spend := func(u fund.User, code string) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error { return tx.UseRecoveryCode(ctx, u.ID, []byte(code)) }
	}
	left := func(u fund.User, want int) {
		t.Helper()
		same(t, "codes left", must.Get(w.s.CountRecoveryCodes(ctx, u.ID))(t), want)
	}
	w.write(codes(ann, "one", "two"))
	w.write(codes(bob, "one"))
	w.write(codes(ann, "one", "three", "four"))
	left(ann, 3)
	w.refused(fault.NotFound, spend(ann, "two"))
	w.write(spend(ann, "one"))
	w.refused(fault.NotFound, spend(ann, "one"))
	left(ann, 2)
	left(bob, 1)
	w.write(remove(ann))
	w.write(codes(ann))
	left(ann, 0)
	w.refused(fault.NotFound, remove(ann))
	missing[fund.AuthenticatorApp](t, "removed app")(w.s.GetAuthenticatorApp(ctx, ann.ID))
}

// testPendingSignIns tries, ends and sweeps sign-ins that wait for the second factor.
func testPendingSignIns(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	put := func(hash byte, u fund.User, until time.Time) fund.PendingSignIn {
		p := fund.PendingSignIn{UserID: u.ID, Factors: []fund.Factor{fund.FactorPassword, fund.FactorTOTP}, ExpiresAt: until}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertPendingSignIn(ctx, p, []byte{hash}) })
		return p
	}
	one := put(1, ann, start.Add(time.Hour))
	put(2, ann, start.Add(time.Hour))
	put(3, bob, start.Add(2*time.Hour))
	try := func(ctx context.Context, tx *store.Tx) error { return tx.TryPendingSignIn(ctx, []byte{1}) }
	for range fund.PendingSignInTries {
		w.write(try)
	}
	w.refused(fault.NotFound, try)
	one.Tries = fund.PendingSignInTries
	same(t, "sign-in", must.Get(w.s.GetPendingSignIn(ctx, []byte{1}))(t), one)
	end := func(ctx context.Context, tx *store.Tx) error { return tx.EndPendingSignIn(ctx, []byte{1}) }
	w.write(end)
	w.refused(fault.NotFound, end)
	gone := func(hash byte) {
		t.Helper()
		missing[fund.PendingSignIn](t, "sign-in")(w.s.GetPendingSignIn(ctx, []byte{hash}))
	}
	gone(1)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndPendingSignInsOf(ctx, ann.ID) })
	gone(2)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepExpired(ctx, start.Add(2*time.Hour), 9) })
	must.Get(w.s.GetPendingSignIn(ctx, []byte{3}))(t)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepExpired(ctx, start.Add(3*time.Hour), 9) })
	gone(3)
}
