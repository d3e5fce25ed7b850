package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// visitor is a user who has just signed in in a browser.
func (w *world) visitor(t *testing.T, email string) app.Actor {
	t.Helper()
	return must.Get(w.GetVisit(t.Context(), w.signIn(t, app.Credentials{Email: email})))(t).Actor()
}

// TestUsersMakeTokensForTheirPrograms makes a token, uses it, and ends it.
func TestUsersMakeTokensForTheirPrograms(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	ada := w.account(t, "ada@example.org")
	as := w.visitor(t, "ada@example.org")
	text, made, err := w.MakeOwnToken(ctx, as, app.NewOwnToken{Name: " My bot ", Scopes: []string{"public", "write"}, Days: 30})
	must.Do(t, err)
	if made.Name != "My bot" || !made.ExpiresAt.Equal(w.Clock.Now().AddDate(0, 0, 30)) || len(text) != 64 {
		t.Errorf("got %+v with the text %q, want the token", made, text)
	}
	actor := must.Get(w.Authenticate(ctx, text))(t)
	if actor.User != ada.ID || strings.Join(actor.Scopes, " ") != "public write" || actor.Operator {
		t.Errorf("got %+v, want the user with two scopes", actor)
	}
	wantLines(t, w.posted(t, box), "token_made to ada@example.org")
	w.wantActs(t, made.ID, fund.ActCreateToken)
	// Another's token, and one that an application asked for, are not the user's own.
	other := w.account(t, "bob@example.org")
	others := must.Get(w.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: other.ID, Scopes: []string{"public"}}))(t)
	foreign := must.Get(w.Authenticate(ctx, others))(t)
	if own := must.Get(w.ListOwnTokens(ctx, as))(t); len(own) != 1 || own[0].ID != made.ID || own[0].Name != "My bot" {
		t.Errorf("got %+v, want the one token", own)
	}
	wantKind(t, w.EndOwnToken(ctx, as, foreign.Token), "not_found")
	for range 2 {
		must.Do(t, w.EndOwnToken(ctx, as, made.ID))
	}
	_, err = w.Authenticate(ctx, text)
	wantKind(t, err, "unauthenticated")
	must.Get(w.Authenticate(ctx, others))(t)
	if own := must.Get(w.ListOwnTokens(ctx, as))(t); len(own) != 0 {
		t.Errorf("got %+v, want none that works", own)
	}
}

// TestTokensTakeAProof wants the password again after a while, and no token to make tokens.
func TestTokensTakeAProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ada := w.account(t, "ada@example.org")
	session := w.signIn(t, app.Credentials{Email: "ada@example.org"})
	in := app.NewOwnToken{Name: "Bot", Scopes: []string{"public"}, Days: 7}
	w.Clock.Advance(fund.ProofLife)
	_, _, err := w.MakeOwnToken(ctx, must.Get(w.GetVisit(ctx, session))(t).Actor(), in)
	_, asked := w.BeginOwnToken(ctx, must.Get(w.GetVisit(ctx, session))(t).Actor())
	if !app.NeedsProof(err) || !app.NeedsProof(asked) {
		t.Errorf("got %v and %v, want to be asked again", err, asked)
	}
	_, _, err = w.MakeOwnToken(ctx, testworld.As(ada), in)
	if !app.NeedsProof(err) {
		t.Errorf("got %v for a token, want a refusal", err)
	}
}

// TestTokensHaveLimits tries what cannot be chosen, and more tokens than there may be.
func TestTokensHaveLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.account(t, "ada@example.org")
	as := w.visitor(t, "ada@example.org")
	good := app.NewOwnToken{Name: "Bot", Scopes: []string{"public"}, Days: 365}
	for want, change := range map[string]func(*app.NewOwnToken){
		"name cannot be blank":                      func(n *app.NewOwnToken) { n.Name = " " },
		"name is too long (255 characters at most)": func(n *app.NewOwnToken) { n.Name = strings.Repeat("n", fund.MaxName+1) },
		"scope cannot be blank":                     func(n *app.NewOwnToken) { n.Scopes = nil },
		"days is not one of the allowed values":     func(n *app.NewOwnToken) { n.Days = 0 },
		"scope is not one of the allowed values":    func(n *app.NewOwnToken) { n.Scopes = []string{"everything"} },
	} {
		wrong := good
		change(&wrong)
		_, _, err := w.MakeOwnToken(ctx, as, wrong)
		wantFields(t, err, want)
	}
	for i := range fund.MaxOwnTokens {
		good.Name = fmt.Sprint("Bot ", i)
		_, _, err := w.MakeOwnToken(ctx, as, good)
		must.Do(t, err)
	}
	_, _, err := w.MakeOwnToken(ctx, as, good)
	wantKind(t, err, "conflict")
	w.Clock.Advance(365 * 24 * time.Hour)
	as = w.visitor(t, "ada@example.org")
	_, _, err = w.MakeOwnToken(ctx, as, good)
	must.Do(t, err)
}

// TestTheScopeOfASandboxIsForPlayMoney lists what a token may do.
func TestTheScopeOfASandboxIsForPlayMoney(t *testing.T) {
	t.Parallel()
	for mode, want := range map[fund.Mode]bool{fund.ModeSandbox: true, fund.ModeLive: false} {
		w := newWorldWith(t, worldOptions{mode: mode})
		w.account(t, "ada@example.org")
		scopes := must.Get(w.BeginOwnToken(t.Context(), w.visitor(t, "ada@example.org")))(t)
		if got := slices.Contains(scopes, fund.ScopeSandbox); got != want || !slices.Contains(scopes, fund.ScopeWrite) {
			t.Errorf("%s: got %t, want %t", mode, got, want)
		}
	}
}
