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

// testRegistered lets an application in that registered itself, and deletes it as soon as nothing hangs on it.
func testRegistered(t *testing.T, w *world) {
	ctx := t.Context()
	other := w.application("other")
	bot := fund.Application{
		ID: w.id(), Name: "Bot", ClientID: "bot", API: fund.APIV5, CreatedAt: w.at(), Registered: true, Pending: true, UnusedAt: start.Add(time.Hour),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertApplication(ctx, bot, []byte("x")) })
	read := func(what string) {
		t.Helper()
		same(t, what, must.Get(w.s.GetApplication(ctx, bot.ID))(t), bot)
	}
	pending := func(want int) {
		t.Helper()
		same(t, "pending", must.Get(w.s.CountPendingApplications(ctx))(t), want)
	}
	due := func(at time.Time, want ...fund.ID) {
		t.Helper()
		same(t, "due", must.Get(w.s.DueWork(ctx, fund.WorkApplication, at, 9))(t), want)
	}
	read("registered")
	pending(1)
	due(bot.UnusedAt.Add(-time.Microsecond))
	due(bot.UnusedAt, bot.ID)

	// A token of a pending application does not work, whoever made it.
	k := fund.Token{ID: w.id(), Kind: fund.TokenApplication, ApplicationID: bot.ID, API: bot.API, CreatedAt: start, ExpiresAt: start.Add(time.Hour), Disabled: true}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertToken(ctx, k, []byte{1}) })
	same(t, "token of a pending application", must.Get(w.s.GetToken(ctx, []byte{1}))(t), k)

	bot.Pending, bot.UnusedAt, bot.Scopes = false, start.Add(2*time.Hour), []string{"a", "b"}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.ApproveApplication(ctx, bot.ID, bot.UnusedAt) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetApplicationScopes(ctx, bot.ID, bot.Scopes) })
	read("approved")
	pending(0)
	k.Disabled = false
	same(t, "token of an approved application", must.Get(w.s.GetToken(ctx, []byte{1}))(t), k)

	for _, c := range []struct{ now, want time.Time }{
		{k.ExpiresAt.Add(-time.Microsecond), k.ExpiresAt.Add(-time.Microsecond)}, {k.ExpiresAt, k.CreatedAt},
	} {
		same(t, "last use", must.Get(w.s.LastUse(ctx, bot.ID, c.now))(t), c.want)
	}
	same(t, "last use of none", must.Get(w.s.LastUse(ctx, other.ID, start))(t), time.Time{})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.RevokeToken(ctx, k.ID, start.Add(time.Minute))
	})
	same(t, "last use of a revoked one", must.Get(w.s.LastUse(ctx, bot.ID, start.Add(time.Minute)))(t), k.CreatedAt)

	same(t, "bare with a token", must.Get(w.s.ApplicationBare(ctx, bot.ID))(t), false)
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteApplication(ctx, bot.ID) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.LookAtApplication(ctx, bot.ID, time.Time{}) })
	bot.UnusedAt = time.Time{}
	read("kept")
	due(start.Add(99 * time.Hour))

	// Each of these keeps an application.
	granted, hooked := w.application("granted"), w.application("hooked")
	w.grant(w.user("ann"), granted)
	w.endpoint(hooked)
	for _, one := range []fund.Application{granted, hooked} {
		same(t, one.Name, must.Get(w.s.ApplicationBare(ctx, one.ID))(t), false)
		w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteApplication(ctx, one.ID) })
	}
	same(t, "bare", must.Get(w.s.ApplicationBare(ctx, other.ID))(t), true)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteApplication(ctx, other.ID) })
	missing[fund.Application](t, "deleted")(w.s.GetApplication(ctx, other.ID))

	gone := fund.Application{ID: w.id(), Name: "Gone", ClientID: "gone", API: fund.APIV5, CreatedAt: w.at(), Registered: true, Pending: true}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertApplication(ctx, gone, []byte("y")) })
	pending(1)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DisableApplication(ctx, gone.ID, start) })
	pending(0)
}
