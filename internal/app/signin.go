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

// SignIn returns the text of a new session, which is not stored. Wrong credentials are Unauthenticated, always with the same message,
// which a disabled user gets as well.
// Guesses are slowed down by account and by network: RateLimited, with the time to wait.
func (a *App) SignIn(ctx context.Context, in Credentials) (string, error) {
	user, right, err := a.provePassword(ctx, in)
	if err != nil {
		return "", err
	}
	if !right {
		return "", fault.New(fault.Unauthenticated, "The e-mail address or the password is not right.")
	}
	return a.startSession(ctx, user, in)
}

// provePassword reports whether the password is that of the user with the address, who is not disabled. It does the same work for an unknown
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
	if err != nil || !known || !right || !user.DisabledAt.IsZero() {
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

func (a *App) startSession(ctx context.Context, user fund.User, in Credentials) (string, error) {
	text, hash, err := a.newSecret()
	if err != nil {
		return "", err
	}
	id, err := a.newID(a.Now())
	if err != nil {
		return "", err
	}
	before, err := a.sessionOf(ctx, in.Before)
	if err != nil {
		return "", err
	}
	err = a.write(ctx, Actor{}, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if !before.ID.IsZero() {
			if err := endSession(ctx, tx, before.UserID, before.ID, now); err != nil {
				return err
			}
		}
		session := fund.Session{
			ID: id, UserID: user.ID, Agent: shortened(in.Agent), CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionLife),
		}
		if in.Address.IsValid() {
			session.Address = in.Address.String()
		}
		if in.Language != "" && in.Language != user.Language {
			if err := tx.SetLanguage(ctx, user.ID, in.Language); err != nil {
				return err
			}
		}
		return tx.InsertSession(ctx, session, hash[:])
	})
	if err != nil {
		return "", fmt.Errorf("session of user %s: %w", user.ID, err)
	}
	return text, nil
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
