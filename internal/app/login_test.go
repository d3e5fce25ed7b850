package app_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// letterBox is a mailer that keeps what it is to send. Several mails are sent at once.
type letterBox struct {
	mu      sync.Mutex
	letters []app.Letter
}

// Send keeps a letter.
func (b *letterBox) Send(ctx context.Context, l app.Letter, hand func(context.Context) error) app.Delivery {
	if err := hand(ctx); err != nil {
		return app.Delivery{Result: app.MailHeld, Err: err}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = append(b.letters, l)
	return app.Delivery{Result: app.MailTaken}
}

// posted sends what is due, and lists what was sent as "kind to address", in order, with a link as " +link".
func (w *world) posted(t *testing.T, box *letterBox) []string {
	t.Helper()
	box.letters = nil
	w.Node(func(o *app.Options) { o.Mailer = box }).DoDue(t.Context(), fund.WorkMail)
	var sent []string
	for _, l := range box.letters {
		line := fmt.Sprintf("%s to %s", l.Kind, l.Recipient)
		if content, is := l.Content.(app.AccountMail); is && content.Link != "" {
			line += " +link"
		}
		sent = append(sent, line)
	}
	slices.Sort(sent)
	return sent
}

// key is that of the link that was sent last.
func (b *letterBox) key(t *testing.T) string {
	t.Helper()
	for _, l := range slices.Backward(b.letters) {
		if content, is := l.Content.(app.AccountMail); is && content.Link != "" {
			_, key, _ := strings.Cut(content.Link, "?key=")
			return key
		}
	}
	t.Fatal("got no link")
	return ""
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// self is what a token with all scopes may do for the user.
func self(u fund.User) app.Actor {
	return app.Actor{Kind: app.ActorUser, User: u.ID, Scopes: fund.Scopes()}
}

// wantLogin checks whether somebody can sign in with the address.
func (w *world) wantLogin(t *testing.T, want bool, email string) {
	t.Helper()
	_, err := w.SignIn(t.Context(), app.Credentials{Email: email, Password: password})
	if (err == nil) != want {
		t.Errorf("%s: got %v, want a sign-in: %v", email, err, want)
	}
}

// TestALoginChangesByLinkAndPassword asks for another address through the API: it takes the link and the password, and both addresses are told.
func TestALoginChangesByLinkAndPassword(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	phone, desk := w.signIn(t, app.Credentials{Email: pat.Email}), w.signIn(t, app.Credentials{Email: pat.Email})
	other := w.signIn(t, app.Credentials{Email: w.account(t, "sam@example.org").Email})
	token, _, err := w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: pat.ID})
	must.Do(t, err)

	got, err := w.UpdateCurrentUser(ctx, self(pat), fund.UserPatch{Username: fund.Some("Pat II"), Email: fund.Some(" New@Example.org")})
	must.Do(t, err)
	if got.Email != "pat@example.org" || got.Username != "Pat II" {
		t.Errorf("got %s, %s, want the new name and the old address", got.Username, got.Email)
	}
	wantLines(t, w.posted(t, box), "confirm_login to new@example.org +link", "login_asked to pat@example.org")
	w.wantLogin(t, false, "new@example.org")
	in := app.LoginProof{Key: box.key(t), Address: home, Session: desk}
	pending, err := w.GetPendingLogin(ctx, in.Key)
	if err != nil || pending.Email != "new@example.org" || pending.User.ID != pat.ID {
		t.Errorf("got %+v, %v, want the address that pat asked for", pending, err)
	}
	for _, wrong := range []string{"", "wrong", password + " "} {
		in.Password = wrong
		_, err = w.ConfirmEmail(ctx, in)
		wantFields(t, err, "password is not right")
	}
	w.wantSignedIn(t, true, phone, desk)
	w.wantLogin(t, true, "pat@example.org")

	in.Password = password
	got, err = w.ConfirmEmail(ctx, in)
	must.Do(t, err)
	if got.Email != "new@example.org" || !got.Confirmed {
		t.Errorf("got %+v, want the new address", got)
	}
	w.wantSignedIn(t, false, phone)
	w.wantSignedIn(t, true, desk, other)
	w.wantWorks(t, true, token)
	w.wantLogin(t, false, "pat@example.org")
	w.wantLogin(t, true, "new@example.org")
	wantLines(t, w.posted(t, box), "login_changed to new@example.org", "login_changed to pat@example.org")
	w.wantActs(t, pat.ID, fund.ActSetEmail, fund.ActCreateUser)
	_, err = w.ConfirmEmail(ctx, in)
	wantKind(t, err, "not_found")
	hash := sha256.Sum256([]byte(in.Key))
	_, err = w.Store.GetAccountLinkByHash(ctx, hash[:], fund.LinkEmail)
	wantKind(t, err, "not_found")
}

// TestNobodyIsToldWhoHasAnAccount asks for an address that is free, one that somebody has, and one of a disabled user: only who reads the mails to it
// learns which it is.
func TestNobodyIsToldWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat, sam, off := w.account(t, "pat@example.org"), w.account(t, "sam@example.org"), w.account(t, "off@example.org")
	must.Get(w.DisableUser(ctx, app.System(), off.ID))(t)
	must.Get(w.UpdateCurrentUser(ctx, self(pat), fund.UserPatch{Email: fund.Some("first@example.org")}))(t) // runs what runs once
	w.posted(t, box)
	ways := map[string]func(email string) error{
		"api": func(email string) error {
			_, err := w.UpdateCurrentUser(ctx, self(pat), fund.UserPatch{Email: fund.Some(email)})
			return err
		},
		"page": func(email string) error { return w.AskEmail(ctx, self(pat), email) },
	}
	for name, ask := range ways {
		ran := map[string]string{}
		for _, email := range []string{"free@example.org", sam.Email, off.Email} {
			ran[email] = strings.Join(w.Statements(func() { must.Do(t, ask(email)) }), "\n")
			link := ""
			if email == "free@example.org" {
				link = " +link"
			}
			wantLines(t, w.posted(t, box), "confirm_login to "+email+link, "login_asked to pat@example.org")
		}
		if ran["free@example.org"] != ran[sam.Email] || ran[off.Email] != ran[sam.Email] || ran[sam.Email] == "" {
			t.Errorf("%s: got other statements for an address with an account, want the same work: %v", name, ran)
		}
	}
	if user := must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{ID: pat.ID}))(t); user.Email != "pat@example.org" {
		t.Errorf("got %s, want the old address", user.Email)
	}
}

// TestLinksEnd follows a link after what ends it.
func TestLinksEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(t *testing.T, w *world, pat fund.User)
		want string
	}{
		"nothing":             {func(*testing.T, *world, fund.User) {}, ""},
		"almost half an hour": {func(_ *testing.T, w *world, _ fund.User) { w.Clock.Advance(30*time.Minute - time.Microsecond) }, ""},
		"half an hour":        {func(_ *testing.T, w *world, _ fund.User) { w.Clock.Advance(30 * time.Minute) }, "not_found"},
		"another one": {func(t *testing.T, w *world, pat fund.User) {
			must.Do(t, w.AskEmail(t.Context(), self(pat), "newer@example.org"))
		}, "not_found"},
		"the same again": {func(t *testing.T, w *world, pat fund.User) {
			must.Do(t, w.AskEmail(t.Context(), self(pat), "new@example.org"))
		}, "not_found"},
		"an account": {func(t *testing.T, w *world, _ fund.User) { w.account(t, "new@example.org") }, "not_found"},
		"disabled": {func(t *testing.T, w *world, pat fund.User) {
			must.Get(w.DisableUser(t.Context(), app.System(), pat.ID))(t)
		}, "not_found"},
		"an operator": {func(t *testing.T, w *world, pat fund.User) {
			must.Get(w.SetEmail(t.Context(), app.System(), pat.ID, "other@example.org"))(t)
		}, "not_found"},
		"an operator who changed nothing": {func(t *testing.T, w *world, pat fund.User) {
			must.Get(w.SetEmail(t.Context(), app.System(), pat.ID, pat.Email))(t)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, box := newWorld(t), &letterBox{}
			pat := w.account(t, "pat@example.org")
			must.Do(t, w.AskEmail(t.Context(), self(pat), "new@example.org"))
			w.posted(t, box)
			key := box.key(t)
			c.end(t, w, pat)
			_, err := w.GetPendingLogin(t.Context(), key)
			wantKind(t, err, c.want)
			_, err = w.ConfirmEmail(t.Context(), app.LoginProof{Key: key, Password: password})
			wantKind(t, err, c.want)
			_, err = w.ConfirmEmail(t.Context(), app.LoginProof{Key: key, Password: "wrong"})
			wantKind(t, err, "not_found")
		})
	}
}

// TestALinkThatEndedIsNotSent has a mail wait until its link is of no use.
func TestALinkThatEndedIsNotSent(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	pat := w.account(t, "pat@example.org")
	must.Do(t, w.AskEmail(t.Context(), self(pat), "new@example.org"))
	must.Do(t, w.AskEmail(t.Context(), self(pat), "newer@example.org"))
	wantLines(t, w.posted(t, box), "confirm_login to newer@example.org +link", "login_asked to pat@example.org", "login_asked to pat@example.org")
	must.Do(t, w.AskEmail(t.Context(), self(pat), "late@example.org"))
	w.Clock.Advance(fund.AccountAskLife)
	wantLines(t, w.posted(t, box), "login_asked to pat@example.org")
	if due := must.Get(w.Store.DueWork(t.Context(), fund.WorkMail, w.Clock.Now().Add(1000*time.Hour), 10))(t); len(due) != 0 {
		t.Errorf("got %d mails that are still to be sent, want none", len(due))
	}
}

// TestPasswordsOfLinksAreSlowedDown guesses with the link in hand, as somebody does who has the new address and a stolen token.
func TestPasswordsOfLinksAreSlowedDown(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	pat := w.account(t, "pat@example.org")
	must.Do(t, w.AskEmail(t.Context(), self(pat), "new@example.org"))
	w.posted(t, box)
	in := app.LoginProof{Key: box.key(t), Password: "guess", Address: home}
	for range 5 {
		_, err := w.ConfirmEmail(t.Context(), in)
		wantFields(t, err, "password is not right")
	}
	in.Password = password
	_, err := w.ConfirmEmail(t.Context(), in)
	wantKind(t, err, "rate_limited")
	if wait := w.guess(t, pat.Email, home); wait == 0 {
		t.Error("got no wait at the sign-in, want the guesses to count there, too")
	}
	w.Clock.Advance(time.Minute)
	must.Get(w.ConfirmEmail(t.Context(), in))(t)
}

// TestRequestsForALoginHaveALimit asks from one account, and for one address from many.
func TestRequestsForALoginHaveALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat, sam := w.account(t, "pat@example.org"), w.account(t, "sam@example.org")
	for i := range shield.MailsAnHour {
		wantFields(t, w.AskEmail(ctx, self(pat), "x"), "email is not an e-mail address")
		_, err := w.UpdateCurrentUser(ctx, self(pat), fund.UserPatch{Email: fund.Some("new@example.org"), Slug: fund.Some("stranger")})
		wantFields(t, err, "slug is already taken") // and is not counted
		must.Do(t, w.AskEmail(ctx, self(pat), fmt.Sprintf("new%d@example.org", i/2)))
	}
	wantFields(t, w.AskEmail(ctx, self(pat), "other@example.org"), "email "+fund.ManyChanges)
	_, err := w.UpdateCurrentUser(ctx, self(pat), fund.UserPatch{Email: fund.Some("other@example.org")})
	wantFields(t, err, "email "+fund.ManyChanges)
	must.Get(w.UpdateCurrentUser(ctx, self(pat), fund.UserPatch{Email: fund.Some("PAT@example.org")}))(t)
	must.Do(t, w.AskEmail(ctx, self(sam), "other@example.org"))
	w.Clock.Advance(time.Hour)
	must.Do(t, w.AskEmail(ctx, self(pat), "other@example.org"))
}

// TestWhoMayAskForALogin tries callers and addresses.
func TestWhoMayAskForALogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	wantKind(t, w.AskEmail(ctx, app.Actor{}, "new@example.org"), "unauthenticated")
	wantKind(t, w.AskEmail(ctx, w.program, "new@example.org"), "unauthenticated")
	_, err := w.UpdateCurrentUser(ctx, app.Actor{Kind: app.ActorUser, User: pat.ID, Scopes: []string{fund.ScopePublic}}, fund.UserPatch{Email: fund.Some("new@example.org")})
	wantKind(t, err, "forbidden")
	wantFields(t, w.AskEmail(ctx, self(pat), ""), "email cannot be blank")
	wantFields(t, w.AskEmail(ctx, self(pat), " PAT@Example.org"), "email "+fund.OwnEmail)
	for _, key := range []string{"", "x", strings.Repeat("0", 64)} {
		_, err := w.GetPendingLogin(ctx, key)
		wantKind(t, err, "not_found")
	}
}

// TestAnOperatorSetsALogin changes an address at once: both are told, and so is the operator when it is taken.
func TestAnOperatorSetsALogin(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat, sam := w.account(t, "pat@example.org"), w.account(t, "sam@example.org")
	session := w.signIn(t, app.Credentials{Email: pat.Email})
	_, err := w.SetEmail(ctx, app.System(), pat.ID, sam.Email)
	wantFields(t, err, "email is already taken")
	_, err = w.SetEmail(ctx, app.System(), pat.ID, "x")
	wantFields(t, err, "email is not an e-mail address")
	_, err = w.SetEmail(ctx, self(pat), pat.ID, "new@example.org")
	wantKind(t, err, "forbidden")
	_, err = w.SetEmail(ctx, app.System(), fund.ID{1}, "new@example.org")
	wantKind(t, err, "not_found")
	must.Get(w.SetEmail(ctx, app.System(), pat.ID, pat.Email))(t)
	wantLines(t, w.posted(t, box))
	w.wantSignedIn(t, true, session)
	user, err := w.SetEmail(ctx, app.System(), pat.ID, " New@Example.org")
	must.Do(t, err)
	if user.Email != "new@example.org" {
		t.Errorf("got %s, want the new address", user.Email)
	}
	w.wantSignedIn(t, false, session)
	w.wantLogin(t, true, "new@example.org")
	wantLines(t, w.posted(t, box), "login_changed to new@example.org", "login_changed to pat@example.org")
	w.wantActs(t, pat.ID, fund.ActSetEmail, fund.ActCreateUser)
}

// TestMailsAboutAccountsAreInTheLanguageOfThePage wants each mail to be written in the language of the page that led to it; the API says which by the
// header of its caller.
func TestMailsAboutAccountsAreInTheLanguageOfThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box, pat := &letterBox{}, w.account(t, "pat@example.org")
	languages := func() (all []string) {
		w.posted(t, box)
		for _, l := range box.letters {
			all = append(all, string(l.Kind)+" in "+l.Language)
		}
		slices.Sort(all)
		return all
	}
	must.Do(t, w.AskEmail(t.Context(), self(pat).Reading("de"), "new@example.org"))
	wantLines(t, languages(), "confirm_login in de", "login_asked in de")
	must.Get(w.ConfirmEmail(t.Context(), app.LoginProof{Key: box.key(t), Password: password, Language: "ar"}))(t)
	wantLines(t, languages(), "login_changed in ar", "login_changed in ar")
	must.Get(w.UpdateCurrentUser(t.Context(), self(pat).Reading("de-CH,en;q=0.5"), fund.UserPatch{Email: fund.Some("newer@example.org")}))(t)
	wantLines(t, languages(), "confirm_login in de-CH", "login_asked in de-CH")
	must.Get(w.UpdateCurrentUser(t.Context(), self(pat), fund.UserPatch{Email: fund.Some("newest@example.org")}))(t)
	wantLines(t, languages(), "confirm_login in en", "login_asked in en") // that of the site
}
