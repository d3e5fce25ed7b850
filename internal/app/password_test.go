package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

const otherPassword = "four words of my own"

// wantPassword checks whether somebody can sign in with the password.
func (w *world) wantPassword(t *testing.T, want bool, email, password string) {
	t.Helper()
	_, err := w.SignIn(t.Context(), app.Credentials{Email: email, Password: password})
	if (err == nil) != want {
		t.Errorf("%s with %q: got %v, want a sign-in: %v", email, password, err, want)
	}
}

// TestAPasswordIsChanged changes one with the present one: other browsers are signed out, links in mails end, and the user is told.
func TestAPasswordIsChanged(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	desk, phone := w.signIn(t, app.Credentials{Email: pat.Email}), w.signIn(t, app.Credentials{Email: pat.Email})
	other := w.signIn(t, app.Credentials{Email: w.account(t, "sam@example.org").Email})
	token, _, err := w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: pat.ID})
	must.Do(t, err)
	must.Do(t, w.AskEmail(ctx, self(pat), "new@example.org"))
	w.posted(t, box)
	link := box.key(t)

	in := app.PasswordChange{Present: "wrong", New: otherPassword, Session: desk}
	wantFields(t, w.ChangePassword(ctx, self(pat).From(home), in), "present is not right")
	in.Present = password
	for text, want := range map[string]string{
		"": "password cannot be blank", "short": "password is too short (8 characters at least)",
		strings.Repeat("x", fund.MaxPassword+1): "password is too long (1024 bytes at most)",
	} {
		in.New = text
		wantFields(t, w.ChangePassword(ctx, self(pat).From(home), in), want)
	}
	w.wantSignedIn(t, true, desk, phone)
	w.wantPassword(t, true, pat.Email, password)

	in.New = otherPassword
	must.Do(t, w.ChangePassword(ctx, self(pat).From(home), in))
	w.wantSignedIn(t, true, desk, other)
	w.wantSignedIn(t, false, phone)
	w.wantWorks(t, true, token)
	w.wantPassword(t, false, pat.Email, password)
	w.wantPassword(t, true, pat.Email, otherPassword)
	_, err = w.GetPendingLogin(ctx, link)
	wantKind(t, err, "not_found")
	wantLines(t, w.posted(t, box), "password_changed to pat@example.org")
	w.wantActs(t, pat.ID, fund.ActSetPassword, fund.ActCreateUser)
	wantKind(t, w.ChangePassword(ctx, app.Actor{}, in), "unauthenticated")
	wantKind(t, w.ChangePassword(ctx, w.program, in), "unauthenticated")
}

// TestGuessesAtThePresentPasswordAreSlowedDown guesses in a browser that somebody left open.
func TestGuessesAtThePresentPasswordAreSlowedDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pat := w.account(t, "pat@example.org")
	in := app.PasswordChange{Present: "guess", New: otherPassword}
	for range 5 {
		wantFields(t, w.ChangePassword(t.Context(), self(pat).From(home), in), "present is not right")
	}
	in.Present = password
	wantKind(t, w.ChangePassword(t.Context(), self(pat).From(home), in), "rate_limited")
	w.Clock.Advance(time.Minute)
	must.Do(t, w.ChangePassword(t.Context(), self(pat).From(home), in))
}

// TestAForgottenPasswordIsReplaced follows the link in a mail: all browsers are signed out, and all links end.
func TestAForgottenPasswordIsReplaced(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	desk := w.signIn(t, app.Credentials{Email: pat.Email})
	other := w.signIn(t, app.Credentials{Email: w.account(t, "sam@example.org").Email})
	must.Do(t, w.AskEmail(ctx, self(pat), "thief@example.org"))
	w.posted(t, box)
	pending := box.key(t)
	must.Do(t, w.AskPassword(ctx, app.LinkAsk{Email: " PAT@example.org", Address: home, Language: "de"}))
	wantLines(t, w.posted(t, box), "password to pat@example.org +link")
	if box.letters[0].Language != "de" {
		t.Errorf("got the language %q, want that of the page", box.letters[0].Language)
	}
	older := box.key(t)
	must.Do(t, w.AskPassword(ctx, app.LinkAsk{Email: "pat@example.org", Address: home}))
	w.posted(t, box)
	key := box.key(t)
	if user := must.Get(w.GetPasswordLink(ctx, older))(t); user.ID != pat.ID {
		t.Errorf("got %s, want that a second link leaves the first alone", user.ID)
	}
	for text, want := range map[string]string{"": "password cannot be blank", "short": "password is too short (8 characters at least)"} {
		wantFields(t, w.ResetPassword(ctx, app.PasswordReset{Key: key, New: text}), want)
	}
	w.wantSignedIn(t, true, desk)
	must.Do(t, w.ResetPassword(ctx, app.PasswordReset{Key: key, New: otherPassword, Address: home, Language: "ar"}))
	w.wantPassword(t, false, pat.Email, password)
	w.wantPassword(t, true, pat.Email, otherPassword)
	w.wantSignedIn(t, false, desk)
	w.wantSignedIn(t, true, other)
	w.wantActs(t, pat.ID, fund.ActSetPassword, fund.ActCreateUser)
	wantLines(t, w.posted(t, box), "password_changed to pat@example.org")
	if box.letters[0].Language != "ar" {
		t.Errorf("got the language %q, want that of the page", box.letters[0].Language)
	}
	for _, used := range []string{key, older} {
		_, err := w.GetPasswordLink(ctx, used)
		wantKind(t, err, "not_found")
		wantKind(t, w.ResetPassword(ctx, app.PasswordReset{Key: used, New: password}), "not_found")
	}
	_, err := w.GetPendingLogin(ctx, pending)
	wantKind(t, err, "not_found")
}

// TestNobodyIsToldWhoHasAPassword asks for links for an address that has an account, one that has none, and one of a disabled user: the same work is
// done, and only the first gets a mail.
func TestNobodyIsToldWhoHasAPassword(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat, off := w.account(t, "pat@example.org"), w.account(t, "off@example.org")
	must.Get(w.DisableUser(ctx, app.System(), off.ID))(t)
	must.Do(t, w.AskPassword(ctx, app.LinkAsk{Email: "first@example.org"})) // runs what runs once
	wantLines(t, w.posted(t, box))
	ran := map[string]string{}
	for email, want := range map[string][]string{pat.Email: {"password to pat@example.org +link"}, "free@example.org": nil, off.Email: nil} {
		ran[email] = strings.Join(w.Statements(func() { must.Do(t, w.AskPassword(ctx, app.LinkAsk{Email: email})) }), "\n")
		wantLines(t, w.posted(t, box), want...)
	}
	if ran[pat.Email] == "" || ran[pat.Email] != ran["free@example.org"] || ran[pat.Email] != ran[off.Email] {
		t.Errorf("got other statements for an address with an account, want the same work: %v", ran)
	}
	wantFields(t, w.AskPassword(ctx, app.LinkAsk{Email: "x"}), "email is not an e-mail address")
	wantFields(t, w.AskPassword(ctx, app.LinkAsk{}), "email cannot be blank")
}

// TestLinksForPasswordsHaveALimit asks for one address from everywhere.
func TestLinksForPasswordsHaveALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range shield.LinksAnHour {
		must.Do(t, w.AskPassword(t.Context(), app.LinkAsk{Email: "pat@example.org", Address: home}))
	}
	wantKind(t, w.AskPassword(t.Context(), app.LinkAsk{Email: "Pat@example.org", Address: home}), "rate_limited")
	must.Do(t, w.AskPassword(t.Context(), app.LinkAsk{Email: "sam@example.org", Address: home}))
	must.Do(t, w.AskDonations(t.Context(), app.LinkAsk{Email: "pat@example.org", Address: home})) // counted apart
}

// TestLinksForPasswordsEnd follows a link after what ends it.
func TestLinksForPasswordsEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(t *testing.T, w *world, pat fund.User)
		want string
	}{
		"nothing":             {func(*testing.T, *world, fund.User) {}, ""},
		"almost half an hour": {func(_ *testing.T, w *world, _ fund.User) { w.Clock.Advance(30*time.Minute - time.Microsecond) }, ""},
		"half an hour":        {func(_ *testing.T, w *world, _ fund.User) { w.Clock.Advance(30 * time.Minute) }, "not_found"},
		"another address":     {func(t *testing.T, w *world, pat fund.User) { w.newLogin(t, pat, "other@example.org") }, "not_found"},
		"a password, meanwhile": {func(t *testing.T, w *world, pat fund.User) {
			must.Do(t, w.SetPassword(t.Context(), app.System(), pat.ID, otherPassword))
		}, "not_found"},
		"disabled": {func(t *testing.T, w *world, pat fund.User) {
			must.Get(w.DisableUser(t.Context(), app.System(), pat.ID))(t)
		}, "not_found"},
		"the address is another user's": {func(t *testing.T, w *world, pat fund.User) {
			w.newLogin(t, pat, "other@example.org")
			must.Get(w.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Other", Email: "pat@example.org", Password: password}))(t)
		}, "not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, box := newWorld(t), &letterBox{}
			pat := w.account(t, "pat@example.org")
			must.Do(t, w.AskPassword(t.Context(), app.LinkAsk{Email: pat.Email}))
			w.Clock.Advance(fund.AccountAskLife - time.Microsecond) // a mail may be late
			w.posted(t, box)
			key := box.key(t)
			c.end(t, w, pat)
			_, err := w.GetPasswordLink(t.Context(), key)
			wantKind(t, err, c.want)
			_, err = w.GetPendingLogin(t.Context(), key) // it is of another kind
			wantKind(t, err, "not_found")
			wantKind(t, w.ResetPassword(t.Context(), app.PasswordReset{Key: key, New: "four other words"}), c.want)
		})
	}
	w := newWorld(t)
	for _, key := range []string{"", "x", strings.Repeat("0", 64)} {
		wantKind(t, w.ResetPassword(t.Context(), app.PasswordReset{Key: key, New: otherPassword}), "not_found")
	}
}

// newLogin has an operator change the address of a user.
func (w *world) newLogin(t *testing.T, u fund.User, email string) {
	t.Helper()
	must.Get(w.SetEmail(t.Context(), app.System(), u.ID, email))(t)
}
