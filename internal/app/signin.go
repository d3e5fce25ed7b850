package app

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

const (
	// dummyHash takes as long to check as a user's hash, so that the response time does not reveal whether the user exists. No password
	// matches it.
	dummyHash = "$argon2id$v=19$m=19456,t=2,p=1$QWxtb25lcidzIG5vYm9keQ$c29tZSBieXRlcyB0aGF0IG5vIHBhc3N3b3JkIGdpdmVzIQ"
	// maxAgent is how many bytes of a browser's User-Agent are stored.
	maxAgent = 255
)

// Credentials are the input of SignIn.
type Credentials struct {
	Email, Password string
	// Agent is the browser's User-Agent, Address its network address.
	Agent   string
	Address netip.Addr
	// Language is the language tag of the page, in which the user gets mail from now on; "" for unknown.
	Language string
	// Before is the text of the browser's previous session, which ends; "" for none.
	Before string
}

// SignedIn is what a sign-in led to. Its texts are not stored, and only the browser may have them.
type SignedIn struct {
	// Session is that of a new session; "" for a user with a second factor.
	Session string
	// Pending is that of the sign-in that waits for the second factor; see CompleteSignIn. "" where nobody asks for one.
	Pending string
	// Restore is the key of a link that undoes the deletion of the account; see GetDeletion. "" where it is not deleted: else there is no session.
	Restore string
}

// SignIn signs somebody in by a password, but for a second factor. Somebody whose account is deleted can only undo that. Wrong credentials are Unauthenticated, always with the same message,
// which a disabled user gets as well.
// Guesses are slowed down by account and by network: RateLimited, with the time to wait.
func (a *App) SignIn(ctx context.Context, in Credentials) (SignedIn, error) {
	user, right, err := a.provePassword(ctx, in)
	if err != nil {
		return SignedIn{}, err
	}
	if !right {
		return SignedIn{}, fault.New(fault.Unauthenticated, "The e-mail address or the password is not right.")
	}
	return a.passFirst(ctx, user, in, fund.FactorPassword)
}

// provePassword reports whether the password is that of the user with the address, who is not disabled, but maybe deleted. It does the same work for an unknown
// address, and slows down guesses: RateLimited.
func (a *App) provePassword(ctx context.Context, in Credentials) (user fund.User, right bool, err error) {
	email := fund.LoginEmail(in.Email)
	if wait := a.guesses.Guess(email, in.Address, a.Now()); wait > 0 {
		return user, false, &fault.Error{
			Kind: fault.RateLimited, RetryAfter: wait,
			Message: "There were too many attempts to sign in. Try again in " + shield.InWords(wait) + ".",
		}
	}
	user, hash, err := a.store.GetUserByEmail(ctx, email)
	known, err := found(err)
	if err != nil {
		return user, false, err
	}
	right, err = a.checkPassword(ctx, in.Password, hash)
	if err != nil || !known || !right || !user.DisabledAt.IsZero() && user.DeletedAt.IsZero() {
		return user, false, err
	}
	a.guesses.Succeeded(email, in.Address)
	return user, true, nil
}

// checkPassword waits for a slot, as hashPassword does, and does the same work for the hash "", which no password matches.
func (a *App) checkPassword(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = dummyHash
	}
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return false, fmt.Errorf("password: %w", context.Cause(ctx))
	}
	right, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("password: %w", err)
	}
	return right && known, nil
}

// passFirst signs a user in who proved who they are by a factor, or has the sign-in wait for the second factor.
func (a *App) passFirst(ctx context.Context, user fund.User, in Credentials, by fund.Factor) (SignedIn, error) {
	if !user.DeletedAt.IsZero() {
		return a.mayRestore(ctx, user)
	}
	since, err := a.store.SecondFactorSince(ctx, user.ID)
	switch {
	case err != nil:
		return SignedIn{}, err
	case !since.IsZero():
		text, err := a.pendSignIn(ctx, user, by)
		return SignedIn{Pending: text}, err
	}
	text, err := a.startSession(ctx, user, in, by)
	return SignedIn{Session: text}, err
}

// startSession signs a user in who proved who they are by a factor.
func (a *App) startSession(ctx context.Context, user fund.User, in Credentials, by fund.Factor) (string, error) {
	fresh, err := a.newSession(ctx, user, in)
	if err != nil {
		return "", err
	}
	err = a.write(ctx, Actor{}, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return fresh.start(ctx, tx, []fund.Factor{by}, now)
	})
	if err != nil {
		return "", fmt.Errorf("session of user %s: %w", user.ID, err)
	}
	return fresh.text, nil
}

// freshSession is a session to be.
type freshSession struct {
	id     fund.ID
	text   string
	hash   tokenHash
	user   fund.User
	in     Credentials
	before fund.Session
}

func (a *App) newSession(ctx context.Context, user fund.User, in Credentials) (f freshSession, err error) {
	f.user, f.in = user, in
	if f.text, f.hash, err = a.newSecret(); err != nil {
		return f, err
	}
	if f.id, err = a.newID(a.Now()); err != nil {
		return f, err
	}
	f.before, err = a.sessionOf(ctx, in.Before)
	return f, err
}

// start begins the session in place of the browser's previous one.
func (f freshSession) start(ctx context.Context, tx *store.Tx, by []fund.Factor, now time.Time) error {
	if !f.before.ID.IsZero() {
		if err := endSession(ctx, tx, f.before.UserID, f.before.ID, now); err != nil {
			return err
		}
	}
	session := fund.Session{
		ID: f.id, UserID: f.user.ID, Agent: shortened(f.in.Agent), CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionLife),
		AuthenticatedAt: now, Factors: by,
	}
	if f.in.Address.IsValid() {
		session.Address = f.in.Address.String()
	}
	if f.in.Language != "" && f.in.Language != f.user.Language {
		if err := tx.SetLanguage(ctx, f.user.ID, f.in.Language); err != nil {
			return err
		}
	}
	return tx.InsertSession(ctx, session, f.hash[:])
}

// sessionOf is the session with the text, in any state; the zero session for none.
func (a *App) sessionOf(ctx context.Context, text string) (fund.Session, error) {
	hash := hashOf(text)
	session, err := a.store.GetSession(ctx, hash[:])
	if fault.Is(err, fault.NotFound) {
		return fund.Session{}, nil
	}
	return session, err
}

// shortened is the start of a text without unprintable characters.
func shortened(text string) string {
	text = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return -1
		}
		return r
	}, text), "")
	if len(text) > maxAgent {
		text = strings.ToValidUTF8(text[:maxAgent], "")
	}
	return text
}
