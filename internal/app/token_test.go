package app_test

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func TestLifeOfAToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	text, err := w.CreateToken(ctx, app.System(), fund.Token{
		Kind: fund.TokenUser, UserID: w.owner.User, Scopes: []string{"public", "sandbox"}, ExpiresAt: w.Clock.Now().Add(time.Hour),
	})
	must.Do(t, err)
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(text) {
		t.Errorf("got token %q, want 64 lower-case hexadecimal digits", text)
	}
	for range 2 {
		actor, err := w.Authenticate(ctx, text)
		must.Do(t, err)
		if actor.Kind != app.ActorUser || actor.User != w.owner.User || !actor.HasScope("sandbox") || actor.RateKey() == "" {
			t.Errorf("got %+v, want the owner with scope sandbox", actor)
		}
	}
	w.Clock.Advance(time.Hour - time.Second)
	_, err = w.Authenticate(ctx, text)
	wantKind(t, err, "")
	w.Clock.Advance(time.Second)
	_, err = w.Authenticate(ctx, text)
	wantKind(t, err, "unauthenticated")
	if got, want := fault.From(err).Message, "The access token has expired."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestANodeThatIsCutOffVouchesForNobody ends a token, a user and an application where a node does not hear of it.
func TestANodeThatIsCutOffVouchesForNobody(t *testing.T) {
	t.Parallel()
	for what, end := range map[string]func(context.Context, *store.Tx, app.Actor, time.Time) error{
		"token": func(ctx context.Context, tx *store.Tx, of app.Actor, now time.Time) error {
			return tx.RevokeToken(ctx, of.Token, now)
		},
		"user": func(ctx context.Context, tx *store.Tx, of app.Actor, now time.Time) error {
			return tx.SetUserDisabled(ctx, of.User, now)
		},
		"application": func(ctx context.Context, tx *store.Tx, of app.Actor, now time.Time) error {
			return tx.DisableApplication(ctx, of.Application, now)
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w, behind := newWorld(t), time.Duration(0)
			node := w.Node(func(o *app.Options) { o.Behind = func() time.Duration { return behind } })
			text, err := w.CreateToken(t.Context(), app.System(), fund.Token{
				Kind: fund.TokenUser, UserID: w.owner.User, ApplicationID: w.program.Application,
			})
			must.Do(t, err)
			actor, err := node.Authenticate(t.Context(), text)
			must.Do(t, err)
			must.Do(t, w.Store.Write(t.Context(), actor.User, func(ctx context.Context, tx *store.Tx) error {
				return end(ctx, tx, actor, w.Clock.Now())
			}))
			behind = 5*time.Second - 1
			_, err = node.Authenticate(t.Context(), text)
			wantKind(t, err, "")
			behind = 5 * time.Second
			_, err = node.Authenticate(t.Context(), text)
			wantKind(t, err, "unauthenticated")
		})
	}
}

// TestANodeThatIsCutOffNeedsTheDatabase: what a node remembers of a token is not enough.
func TestANodeThatIsCutOffNeedsTheDatabase(t *testing.T) {
	t.Parallel()
	w, behind := newWorld(t), time.Duration(0)
	node := w.Node(func(o *app.Options) { o.Behind = func() time.Duration { return behind } })
	text, err := w.CreateToken(t.Context(), app.System(), fund.Token{Kind: fund.TokenUser, UserID: w.owner.User})
	must.Do(t, err)
	_, err = node.Authenticate(t.Context(), text)
	must.Do(t, err)
	away, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	_, err = node.Authenticate(away, text)
	wantKind(t, err, "")
	behind = 5 * time.Second
	_, err = node.Authenticate(away, text)
	wantKind(t, err, "unavailable")
}

func TestARevokedTokenEndsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	text, err := w.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenCause, CauseID: w.cause.ID})
	must.Do(t, err)
	actor, err := w.Authenticate(ctx, text)
	must.Do(t, err)
	if actor.Kind != app.ActorCause || actor.Cause != w.cause.ID {
		t.Errorf("got %+v, want the cause", actor)
	}
	wantKind(t, w.RevokeToken(ctx, w.owner, text), "forbidden")
	must.Do(t, w.RevokeToken(ctx, actor, text))
	_, err = w.Authenticate(ctx, text)
	wantKind(t, err, "unauthenticated")
	wantKind(t, w.RevokeToken(ctx, app.System(), "nothing"), "not_found")
}

func TestATokenThatWasRevokedElsewhereEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	// revoked is a cached token that another node revoked without an event here.
	revoked := func() (string, app.Actor) {
		text, err := w.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: w.owner.User, Scopes: []string{fund.ScopeWrite}})
		must.Do(t, err)
		actor, err := w.Authenticate(ctx, text)
		must.Do(t, err)
		must.Do(t, w.Store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.RevokeToken(ctx, actor.Token, w.Clock.Now())
		}))
		_, err = w.Authenticate(ctx, text)
		wantKind(t, err, "")
		return text, actor
	}
	text, actor := revoked()
	w.Invalidate([]fund.Event{{Topic: fund.TopicTokenRevoked, Subject: actor.Token}})
	_, err := w.Authenticate(ctx, text)
	wantKind(t, err, "unauthenticated")
	text, _ = revoked()
	w.Clock.Advance(time.Minute)
	_, err = w.Authenticate(ctx, text)
	wantKind(t, err, "unauthenticated")

	text, actor = revoked()
	_, err = w.CreateTeam(ctx, actor, fund.TeamPatch{Name: fund.Some("Late"), Slug: fund.Some("late")})
	wantKind(t, err, "unauthenticated")
	_, err = w.Authenticate(ctx, text)
	wantKind(t, err, "unauthenticated")
}

// TestAWriteLooksAtItsTokenAgain covers what a node has not heard of yet.
func TestAWriteLooksAtItsTokenAgain(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		change func(ctx context.Context, w *world, tx *store.Tx) error
		want   string
	}{
		"as it was": {func(context.Context, *world, *store.Tx) error { return nil }, ""},
		"disabled": {func(ctx context.Context, w *world, tx *store.Tx) error {
			return tx.SetUserDisabled(ctx, w.owner.User, w.Clock.Now())
		}, "unauthenticated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx := t.Context()
			text, err := w.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: w.owner.User, Scopes: []string{fund.ScopeWrite}})
			must.Do(t, err)
			actor, err := w.Authenticate(ctx, text)
			must.Do(t, err)
			must.Do(t, w.Store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return one.change(ctx, w, tx) }))
			_, err = w.CreateTeam(ctx, actor, fund.TeamPatch{Name: fund.Some("Late"), Slug: fund.Some("late")})
			wantKind(t, err, one.want)
		})
	}
}

func TestBadTokensAndActors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	actor, err := w.Authenticate(ctx, "")
	must.Do(t, err)
	if actor.Kind != app.Anonymous || actor.RateKey() != "" {
		t.Errorf("got %+v, want nobody", actor)
	}
	_, err = w.Authenticate(ctx, "unknown")
	wantKind(t, err, "unauthenticated")
	_, err = w.CreateToken(ctx, w.owner, fund.Token{Kind: fund.TokenApplication})
	wantKind(t, err, "forbidden")
	for _, token := range []fund.Token{{Kind: fund.TokenUser}, {Kind: fund.TokenCause}, {Kind: "other"}} {
		_, err = w.CreateToken(ctx, app.System(), token)
		wantKind(t, err, "invalid")
	}
	for _, one := range []struct {
		actor       app.Actor
		token, user string
	}{
		{app.Actor{}, "unauthenticated", "unauthenticated"}, {w.program, "", "unauthenticated"},
		{w.causeToken, "", "unauthenticated"}, {w.owner, "", ""},
	} {
		wantKind(t, app.RequireToken(one.actor), one.token)
		wantKind(t, app.RequireUser(one.actor), one.user)
		_, err := w.CurrentUser(ctx, one.actor)
		wantKind(t, err, one.user)
	}
}

func TestApplications(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	made, secret, token, err := w.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Bot", RedirectURIs: []string{"https://bot.test/back"}, Owner: w.owner.User, Scopes: []string{"public"},
	})
	must.Do(t, err)
	actor, err := w.Authenticate(ctx, token)
	must.Do(t, err)
	if actor.Kind != app.ActorApplication || actor.Application != made.ID {
		t.Errorf("got %+v, want application %s", actor, made.ID)
	}
	w.Clock.Advance(2 * time.Hour)
	_, err = w.Authenticate(ctx, token)
	wantKind(t, err, "unauthenticated")
	got, err := w.CheckApplication(ctx, made.ClientID, secret)
	must.Do(t, err)
	if got.ID != made.ID {
		t.Errorf("got application %s, want %s", got.ID, made.ID)
	}
	for _, pair := range [][2]string{{made.ClientID, "x"}, {made.ClientID, ""}, {"x", secret}, {"", ""}} {
		_, err := w.CheckApplication(ctx, pair[0], pair[1])
		wantKind(t, err, "unauthenticated")
	}
	_, _, _, err = w.CreateApplication(ctx, app.System(), app.NewApplication{RedirectURIs: []string{"/here"}})
	wantFields(t, err, "name cannot be blank", "redirect_uri is not an address (https://…)")
	_, _, _, err = w.CreateApplication(ctx, w.owner, app.NewApplication{})
	wantKind(t, err, "forbidden")
}

func TestPasswordsAreHashed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.CreateUser(ctx, app.System(), app.NewUser{Username: "Pat", Email: "Pat@Example.org", Password: "correct horse"})
	must.Do(t, err)
	_, hash, err := w.Store.GetUserByEmail(ctx, "pat@example.org")
	must.Do(t, err)
	match, params, err := argon2id.CheckHash("correct horse", hash)
	must.Do(t, err)
	if !match || params.Memory != 19*1024 || params.Iterations != 2 {
		t.Errorf("got match %v with %+v, want Argon2id with 19 MiB and 2 rounds", match, params)
	}
	_, err = w.CreateUser(ctx, app.System(), app.NewUser{Username: "Sam", Email: "sam@example.org", Password: "short"})
	wantFields(t, err, "password is too short (8 characters at least)")
	_, err = w.CreateUser(ctx, app.System(), app.NewUser{Username: "pat", Email: "PAT@example.org"})
	wantFields(t, err, "slug is already taken", "email is already taken")
}
