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
	// nobodysHash costs as much to check as a user's, so that the time of a refusal does not tell
	// whether there is such a user. No password is known for it.
	nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$QWxtb25lcidzIG5vYm9keQ$c29tZSBieXRlcyB0aGF0IG5vIHBhc3N3b3JkIGdpdmVzIQ"
	// maxAgent is how many bytes are kept of what a browser calls itself.
	maxAgent = 255
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Email, Password string
	// Agent is what the browser calls itself, Address where it is.
	Agent   string
	Address netip.Addr
	// Before is the text of the session that the browser had; "" for none. It ends.
	Before string
}

// SignIn gives the text of a new session, which is stored nowhere. Wrong credentials are
// Unauthenticated, and one message for all of them. Guesses are slowed down, those for one
// account and those from one network: RateLimited, with the time to wait.
func (a *App) SignIn(ctx context.Context, in Credentials) (string, error) {
	email := strings.ToLower(strings.TrimSpace(in.Email))
	if wait := a.guesses.Guess(email, in.Address, a.Now()); wait > 0 {
		return "", &fault.Error{
			Kind: fault.RateLimited, RetryAfter: wait,
			Message: "There were too many attempts to sign in. Try again in " + shield.InWords(wait) + ".",
		}
	}
	user, hash, err := a.store.GetUserByEmail(ctx, email)
	known, err := found(err)
	if err != nil {
		return "", err
	}
	right, err := a.checkPassword(ctx, in.Password, hash)
	if err != nil {
		return "", err
	}
	if !known || !right {
		return "", fault.New(fault.Unauthenticated, "The e-mail address or the password is not right.")
	}
	a.guesses.Right(email, in.Address)
	return a.startSession(ctx, user, in)
}

// checkPassword waits for its turn, as hashPassword does, and does the same work for a hash that
// is "", which no password matches.
func (a *App) checkPassword(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = nobodysHash
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
		return tx.InsertSession(ctx, session, hash[:])
	})
	if err != nil {
		return "", fmt.Errorf("session of user %s: %w", user.ID, err)
	}
	return text, nil
}

// sessionOf is the session with that text, whatever its state; the zero one for none.
func (a *App) sessionOf(ctx context.Context, text string) (fund.Session, error) {
	hash := hashOf(text)
	session, err := a.store.GetSession(ctx, hash[:])
	if fault.Is(err, fault.NotFound) {
		return fund.Session{}, nil
	}
	return session, err
}

// shortened keeps the beginning of a text, and of that what can be shown.
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
