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

// testAccounts disables users and applications, which their tokens show, and ends what users are signed in with.
func testAccounts(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	bot := fund.Application{ID: w.id(), ClientID: "bot", API: fund.APIV5, OwnerID: ann.ID, CreatedAt: w.at()}
	free := fund.Application{ID: w.id(), ClientID: "free", API: fund.APIV3, CreatedAt: w.at()}
	ofAnn := fund.Token{ID: w.id(), Kind: fund.TokenUser, UserID: ann.ID, CreatedAt: w.at(), ExpiresAt: w.at()}
	ofBob := fund.Token{ID: w.id(), Kind: fund.TokenUser, ApplicationID: bot.ID, OwnerID: ann.ID, API: fund.APIV5, UserID: bob.ID, CreatedAt: w.at()}
	ofFree := fund.Token{ID: w.id(), Kind: fund.TokenApplication, ApplicationID: free.ID, API: fund.APIV3, CreatedAt: w.at()}
	session := fund.Session{ID: w.id(), UserID: ann.ID, CreatedAt: w.at(), SeenAt: w.at(), ExpiresAt: w.at().Add(time.Hour)}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, err := range []error{
			tx.InsertApplication(ctx, bot, []byte("bot")), tx.InsertApplication(ctx, free, []byte("free")),
			tx.InsertToken(ctx, ofAnn, []byte{1}), tx.InsertToken(ctx, ofBob, []byte{2}), tx.InsertToken(ctx, ofFree, []byte{3}),
			tx.InsertSession(ctx, session, []byte{4}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "applications", must.Get(w.s.ListApplications(ctx, page(9)))(t), []fund.Application{free, bot})
	tokens := func(f store.TokenFilter) []fund.Token { return must.Get(w.s.ListTokens(ctx, f, page(9)))(t) }
	early := ofAnn.ExpiresAt.Add(-time.Microsecond)
	same(t, "tokens", tokens(store.TokenFilter{Now: early}), []fund.Token{ofFree, ofBob, ofAnn})
	same(t, "tokens that have not expired", tokens(store.TokenFilter{Now: ofAnn.ExpiresAt}), []fund.Token{ofFree, ofBob})
	same(t, "tokens of a user", tokens(store.TokenFilter{Now: early, User: ann.ID}), []fund.Token{ofAnn})
	same(t, "tokens of an application", tokens(store.TokenFilter{Now: early, Application: bot.ID}), []fund.Token{ofBob})
	same(t, "token by id", must.Get(w.s.GetTokenByID(ctx, ofBob.ID))(t), ofBob)
	missing[fund.Token](t, "of an unknown id")(w.s.GetTokenByID(ctx, w.id()))

	at := w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetUserDisabled(ctx, ann.ID, at) })
	ann.DisabledAt, bot.DisabledAt, ofAnn.Disabled, ofBob.Disabled = at, at, true, true
	same(t, "disabled user", must.Get(w.s.GetUser(ctx, fund.Key{ID: ann.ID}))(t), ann)
	same(t, "application of a disabled owner", must.Get(w.s.GetApplication(ctx, bot.ID))(t), bot)
	same(t, "tokens of the disabled", tokens(store.TokenFilter{Now: early}), []fund.Token{ofFree, ofBob, ofAnn})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetUserDisabled(ctx, ann.ID, time.Time{}) })
	ann.DisabledAt, ofAnn.Disabled, ofBob.Disabled = time.Time{}, false, false
	same(t, "enabled user", must.Get(w.s.GetUser(ctx, fund.Key{ID: ann.ID}))(t), ann)
	for _, ann.PublicAt = range []time.Time{at, {}} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetUserPublic(ctx, ann.ID, ann.PublicAt) })
		same(t, "user whose pages wait", must.Get(w.s.GetUser(ctx, fund.Key{ID: ann.ID}))(t), ann)
	}

	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DisableApplication(ctx, bot.ID, at) })
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DisableApplication(ctx, bot.ID, w.at()) })
	same(t, "disabled application", must.Get(w.s.GetApplication(ctx, bot.ID))(t), bot)
	ofBob.Disabled = true
	same(t, "token of a disabled application", must.Get(w.s.GetToken(ctx, []byte{2}))(t), ofBob)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.SetApplicationSecret(ctx, free.ID, []byte("new"))
	})
	_, secret, err := w.s.GetApplicationByClientID(ctx, "free")
	must.Do(t, err)
	same(t, "new secret", string(secret), "new")
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetPassword(ctx, ann.ID, "hashed") })
	_, password, err := w.s.GetUserByEmail(ctx, ann.Email)
	must.Do(t, err)
	same(t, "new password", password, "hashed")

	keeps := func(but fund.ID) (ended int) {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			ids, err := tx.EndOtherSessionsOf(ctx, ann.ID, but, at)
			ended = len(ids)
			return err
		})
		return ended
	}
	for _, one := range must.Get(w.s.ListSessions(ctx, ann.ID, early, early))(t) {
		same(t, "sessions ended but the only one", keeps(one.ID), 0)
	}
	for _, want := range []int{1, 0} {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			revoked, err := tx.RevokeTokensOf(ctx, ann.ID, at)
			must.Do(t, err)
			ended, err := tx.EndSessionsOf(ctx, ann.ID, at)
			must.Do(t, err)
			if len(revoked) != want || len(ended) != want {
				t.Errorf("got %v and %v, want %d token and %d session ended", revoked, ended, want, want)
			}
			return nil
		})
	}
	same(t, "tokens left", tokens(store.TokenFilter{Now: early}), []fund.Token{ofFree, ofBob})
	for _, change := range []func(context.Context, *store.Tx) error{
		func(ctx context.Context, tx *store.Tx) error { return tx.SetUserDisabled(ctx, bot.ID, at) },
		func(ctx context.Context, tx *store.Tx) error { return tx.SetPassword(ctx, bot.ID, "") },
		func(ctx context.Context, tx *store.Tx) error { return tx.DisableApplication(ctx, ann.ID, at) },
		func(ctx context.Context, tx *store.Tx) error { return tx.SetApplicationSecret(ctx, ann.ID, nil) },
	} {
		w.refused(fault.NotFound, change)
	}
}

// testDismissals dismisses a provider event, which stays in the journal.
func testDismissals(t *testing.T, w *world) {
	ctx := t.Context()
	n := fund.ProviderEvent{ID: w.id(), Provider: "p", EventID: "e", Header: "{}", Body: []byte("{}"), DueAt: w.at(), ReceivedAt: w.at()}
	must.Do(t, w.s.SaveProviderEvent(ctx, n))
	dismiss := func(ctx context.Context, tx *store.Tx) error { return tx.DismissProviderEvent(ctx, n.ID, odd) }
	w.write(dismiss)
	got := must.Get(w.s.GetProviderEvent(ctx, n.ID))(t)
	n.DueAt, n.AppliedAt, n.Dismissal = time.Time{}, got.AppliedAt, odd
	same(t, "dismissed", got, n)
	if got.AppliedAt.IsZero() {
		t.Error("got an event that is still open, want it ended")
	}
	same(t, "list of dismissed", must.Get(w.s.DismissedProviderEvents(ctx, page(9)))(t), []fund.ProviderEvent{n})
	same(t, "open", len(must.Get(w.s.OpenProviderEvents(ctx, page(9)))(t)), 0)
	w.refused(fault.NotFound, dismiss)
}
