package app_test

import (
	"context"
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// wantActs wants the last acts on a subject, newest first.
func (w *world) wantActs(t *testing.T, subject fund.ID, want ...fund.Act) {
	t.Helper()
	var got []fund.Act
	for _, act := range must.Get(w.Acts(t.Context(), app.System(), subject, fund.Page{Limit: len(want)}))(t) {
		got = append(got, act.Act)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got the acts %v, want %v", got, want)
	}
}

// TestADisabledUserIsOutAtOnce tries every way in that the user had.
func TestADisabledUserIsOutAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	session := w.signIn(t, app.Credentials{Email: "pat@example.org"})
	text, token, err := w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: pat.ID, Scopes: []string{fund.ScopeWrite}})
	must.Do(t, err)
	own, secret, program, err := w.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Overlay", RedirectURIs: []string{"https://overlay.test/back"}, Owner: pat.ID,
	})
	must.Do(t, err)
	w.wantWorks(t, true, text, program)
	w.wantSignedIn(t, true, session)

	user, err := w.DisableUser(ctx, app.System(), pat.ID)
	if err != nil || !user.DisabledAt.Equal(w.Clock.Now()) {
		t.Errorf("got %+v, %v, want the user disabled now", user, err)
	}
	w.wantWorks(t, false, text, program)
	w.wantSignedIn(t, false, session)
	_, err = w.SignIn(ctx, app.Credentials{Email: "pat@example.org", Password: password})
	wantKind(t, err, "unauthenticated")
	_, err = w.CheckApplication(ctx, own.ClientID, secret)
	wantKind(t, err, "unauthenticated")
	_, _, err = w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: pat.ID})
	wantKind(t, err, "conflict")
	_, _, err = w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenApplication, ApplicationID: own.ID})
	wantKind(t, err, "conflict")
	if _, err := w.GetUser(ctx, app.Actor{}, fund.Key{ID: pat.ID}); err != nil {
		t.Errorf("got %v, want the user's page to stay", err)
	}
	must.Get(w.DisableUser(ctx, app.System(), pat.ID))(t)
	w.wantActs(t, pat.ID, fund.ActDisableUser, fund.ActCreateUser)

	// A sign-in that was under way when the user was disabled is of no use.
	now, hash := w.Clock.Now(), sha256.Sum256([]byte("late"))
	must.Do(t, w.Store.Write(ctx, pat.ID, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertSession(ctx, fund.Session{ID: pat.ID, UserID: pat.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}, hash[:])
	}))
	w.wantSignedIn(t, false, "late")

	user, err = w.EnableUser(ctx, app.System(), pat.ID)
	if err != nil || !user.DisabledAt.IsZero() {
		t.Errorf("got %+v, %v, want the user enabled", user, err)
	}
	w.wantWorks(t, false, text)
	w.wantWorks(t, true, program)
	w.wantSignedIn(t, false, session)
	w.wantSignedIn(t, true, w.signIn(t, app.Credentials{Email: "pat@example.org"}))
	w.wantActs(t, pat.ID, fund.ActEnableUser, fund.ActDisableUser)
	w.wantActs(t, token.ID, fund.ActCreateToken)
}

// TestADisabledUserHasNoGrant refreshes what was granted before.
func TestADisabledUserHasNoGrant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot := w.application(t, fund.APIV5)
	issued := w.granted(t, bot)
	must.Get(w.DisableUser(t.Context(), app.System(), issued.Token.UserID))(t)
	w.wantWorks(t, false, issued.Access)
	_, err := w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: issued.Refresh})
	wantRefused(t, err, app.FieldGrant, "withdrawn")
}

func TestANewPasswordEndsSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	before := w.signIn(t, app.Credentials{Email: "pat@example.org"})
	wantFields(t, w.SetPassword(ctx, app.System(), pat.ID, ""), "password cannot be blank")
	must.Do(t, w.SetPassword(ctx, app.System(), pat.ID, "battery staple"))
	w.wantSignedIn(t, false, before)
	_, err := w.SignIn(ctx, app.Credentials{Email: "pat@example.org", Password: password})
	wantKind(t, err, "unauthenticated")
	after := w.signIn(t, app.Credentials{Email: "pat@example.org", Password: "battery staple"})
	w.wantSignedIn(t, true, after)
	ended, err := w.EndSessions(ctx, app.System(), pat.ID)
	if err != nil || ended != 1 {
		t.Errorf("got %d sessions ended, %v, want 1", ended, err)
	}
	w.wantSignedIn(t, false, after)
	w.wantActs(t, pat.ID, fund.ActEndSessions, fund.ActSetPassword)
}

func TestTokensOfTheOperator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	bot := w.application(t, fund.APIV3)
	of := fund.Token{Kind: fund.TokenUser, UserID: pat.ID, ExpiresAt: w.Clock.Now().Add(time.Hour)}
	text, made, err := w.IssueToken(ctx, app.System(), of)
	if err != nil || !slices.Equal(made.Scopes, []string{fund.ScopePublic}) || !made.ExpiresAt.Equal(of.ExpiresAt) {
		t.Fatalf("got %+v, %v, want a token with public that ends", made, err)
	}
	forever, second, err := w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenApplication, ApplicationID: bot.ID})
	must.Do(t, err)
	w.wantWorks(t, true, text, forever)
	list := func(filter store.TokenFilter) (ids []fund.ID) {
		for _, k := range must.Get(w.ListTokens(ctx, app.System(), filter, fund.Page{Limit: 100, Order: fund.OldestFirst}))(t) {
			ids = append(ids, k.ID)
		}
		return ids
	}
	if got := list(store.TokenFilter{User: pat.ID}); !slices.Equal(got, []fund.ID{made.ID}) {
		t.Errorf("got %v, want the token of the user", got)
	}
	w.Clock.Advance(time.Hour)
	w.wantWorks(t, false, text)
	w.wantWorks(t, true, forever)
	if got := list(store.TokenFilter{User: pat.ID}); len(got) != 0 {
		t.Errorf("got %v, want none that has expired", got)
	}
	if got := list(store.TokenFilter{Application: bot.ID}); !slices.Contains(got, second.ID) {
		t.Errorf("got %v, want the token %s of the application", got, second.ID)
	}
	must.Do(t, w.EndToken(ctx, app.System(), second.ID))
	must.Do(t, w.EndToken(ctx, app.System(), second.ID))
	w.wantWorks(t, false, forever)
	w.wantActs(t, second.ID, fund.ActRevokeToken, fund.ActCreateToken)
	wantKind(t, w.EndToken(ctx, app.System(), pat.ID), "not_found")
	_, _, err = w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: pat.ID, Scopes: []string{"all"}, ExpiresAt: w.Clock.Now()})
	if !fault.Is(err, fault.Invalid) || len(fault.From(err).Fields) != 2 {
		t.Errorf("got %v, want both fields refused", err)
	}
	_, _, err = w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenApplication, ApplicationID: bot.ID, Scopes: []string{fund.ScopeSandbox}})
	wantRefused(t, err, app.FieldScope, "not given")
}

func TestRotateAndDisableAnApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	bot, old, program, err := w.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Bot", RedirectURIs: []string{"https://bot.test/back"}})
	must.Do(t, err)
	fresh, err := w.RotateSecret(ctx, app.System(), bot.ID)
	must.Do(t, err)
	_, err = w.CheckApplication(ctx, bot.ClientID, old)
	wantKind(t, err, "unauthenticated")
	must.Get(w.CheckApplication(ctx, bot.ClientID, fresh))(t)
	w.wantWorks(t, true, program)
	must.Do(t, w.DisableApplication(ctx, app.System(), bot.ID))
	w.wantWorks(t, false, program)
	_, err = w.CheckApplication(ctx, bot.ClientID, fresh)
	wantKind(t, err, "unauthenticated")
	_, err = w.FindApplication(ctx, bot.ClientID)
	wantKind(t, err, "not_found")
	w.wantActs(t, bot.ID, fund.ActDisableApplication, fund.ActRotateSecret, fund.ActCreateApplication)
}

// TestAccountsAreTheOperators lets nobody else.
func TestAccountsAreTheOperators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for name, act := range map[string]func(app.Actor) error{
		"find":     func(a app.Actor) error { _, err := w.FindUser(ctx, a, fund.Key{ID: a.User}, ""); return err },
		"password": func(a app.Actor) error { return w.SetPassword(ctx, a, a.User, password) },
		"disable":  func(a app.Actor) error { _, err := w.DisableUser(ctx, a, a.User); return err },
		"enable":   func(a app.Actor) error { _, err := w.EnableUser(ctx, a, a.User); return err },
		"sessions": func(a app.Actor) error { _, err := w.EndSessions(ctx, a, a.User); return err },
		"token": func(a app.Actor) error {
			_, _, err := w.IssueToken(ctx, a, fund.Token{Kind: fund.TokenUser, UserID: a.User})
			return err
		},
		"tokens": func(a app.Actor) error {
			_, err := w.ListTokens(ctx, a, store.TokenFilter{}, fund.Page{Limit: 1})
			return err
		},
		"end token": func(a app.Actor) error { return w.EndToken(ctx, a, w.program.Token) },
		"apps":      func(a app.Actor) error { _, err := w.ListApplications(ctx, a, fund.Page{Limit: 1}); return err },
		"app": func(a app.Actor) error {
			_, err := w.GetApplication(ctx, a, w.program.Application.String())
			return err
		},
		"rotate":      func(a app.Actor) error { _, err := w.RotateSecret(ctx, a, w.program.Application); return err },
		"disable app": func(a app.Actor) error { return w.DisableApplication(ctx, a, w.program.Application) },
		"cause":       func(a app.Actor) error { _, err := w.CreateCauseFor(ctx, a, a.User, fund.CausePatch{}); return err },
		"campaign": func(a app.Actor) error {
			_, err := w.CreateCampaignFor(ctx, a, a.User, fund.CampaignPatch{})
			return err
		},
		"dismiss": func(a app.Actor) error { return w.DismissProviderEvent(ctx, a, w.campaign.ID, "x") },
		"dismissed": func(a app.Actor) error {
			_, err := w.ListDismissedProviderEvents(ctx, a, fund.Page{Limit: 1})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantKind(t, act(app.Actor{}), "unauthenticated")
			wantKind(t, act(w.owner), "forbidden")
			wantKind(t, act(w.causer), "forbidden")
			wantKind(t, act(w.program), "forbidden")
		})
	}
}
