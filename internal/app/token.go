package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// tokenHash is what is stored of a token or client secret.
type tokenHash [sha256.Size]byte

func hashOf(secret string) tokenHash { return sha256.Sum256([]byte(secret)) }

// Authenticate returns the actor of a bearer token; "" is anonymous. Unknown, expired and revoked tokens are Unauthenticated. A valid token
// is cached until it expires or is revoked, at most for a minute. While this process is cut off from the event log, it does not know who was revoked or
// disabled, and asks the database.
func (a *App) Authenticate(ctx context.Context, bearer string) (Actor, error) {
	if bearer == "" {
		return Actor{}, nil
	}
	hash := hashOf(bearer)
	now := a.Now()
	if actor, ok := a.actors.get(hash, now); ok && a.Vouches() {
		return actor, nil
	}
	era := a.actors.era.Load()
	token, err := a.store.GetToken(ctx, hash[:])
	if ok, err := found(err); err != nil {
		return Actor{}, fmt.Errorf("access token: %w", err)
	} else if !ok {
		return Actor{}, badToken("is not known")
	}
	if err := tokenWorks(token, now); err != nil {
		return Actor{}, err
	}
	actor := actorOf(token)
	a.actors.put(hash, remembered[Actor]{value: actor, until: rememberUntil(token, now)}, era)
	return actor, nil
}

// Vouches reports whether this process has heard lately of what others ended and changed, so that what it remembers may be used.
func (a *App) Vouches() bool { return a.behind == nil || a.behind() < vouchFor }

// stillMayWrite reads the token of a write again: another node may have ended it less than a second ago, which the cache does not know yet.
func (a *App) stillMayWrite(ctx context.Context, actor Actor) error {
	if actor.Token.IsZero() {
		return nil
	}
	token, err := a.store.GetTokenByID(ctx, actor.Token)
	if ok, err := found(err); err != nil {
		return fmt.Errorf("access token: %w", err)
	} else if !ok {
		return badToken("is not known")
	}
	if err := tokenWorks(token, a.Now()); err != nil {
		a.actors.drop(func(other Actor) bool { return other.Token == actor.Token })
		return err
	}
	if actor.Operator && !token.Operator {
		return forbidden()
	}
	return nil
}

// tokenWorks is Unauthenticated for a token that was revoked, has expired, or belongs to somebody who is disabled.
func tokenWorks(t fund.Token, now time.Time) error {
	switch {
	case !t.RevokedAt.IsZero():
		return badToken("was revoked")
	case t.Disabled:
		return badToken("belongs to a disabled account or application")
	case expired(t, now):
		return badToken("has expired")
	}
	return nil
}

func badToken(what string) error {
	return fault.BadToken("The access token %s.", what)
}

func expired(t fund.Token, now time.Time) bool { return expiredAt(t.ExpiresAt, now) }

// expiredAt reports whether an expiry time has passed; the zero time never does.
func expiredAt(end, now time.Time) bool { return !end.IsZero() && !now.Before(end) }

func rememberUntil(t fund.Token, now time.Time) time.Time {
	until := now.Add(rememberFor)
	if !t.ExpiresAt.IsZero() && t.ExpiresAt.Before(until) {
		return t.ExpiresAt
	}
	return until
}

func actorOf(t fund.Token) Actor {
	return Actor{
		Kind: ActorKind(t.Kind), Token: t.ID, Application: t.ApplicationID,
		User: t.UserID, Cause: t.CauseID, Owner: t.OwnerID, API: t.API, Scopes: t.Scopes, Operator: t.Operator,
	}
}

// Invalidate drops cached values that the events changed. The store's own commits reach it directly; events of other nodes must be passed
// to it.
func (a *App) Invalidate(events []fund.Event) {
	a.wakeFor(events)
	for _, e := range events {
		if e.Topic.RevokesToken() {
			a.actors.drop(func(actor Actor) bool { return actor.Token == e.Subject })
		}
		if e.Topic.ChangesUser() {
			a.actors.drop(func(actor Actor) bool { return actor.User == e.Subject || actor.Owner == e.Subject })
		}
		if e.Topic.ChangesApplication() {
			a.actors.drop(func(actor Actor) bool { return actor.Application == e.Subject })
		}
		if e.Topic.ChangesDonateForms() {
			a.donatedTo.drop(func(fund.Fact) bool { return true })
			a.donateForms.drop(func(formSettings) bool { return true })
		}
		if e.Topic.ChangesSettings() {
			a.settings.drop(func(fund.Setting) bool { return true })
		}
	}
}

// Forget drops everything that was read before, when the database was replaced by another one.
func (a *App) Forget() {
	a.actors.drop(func(Actor) bool { return true })
	a.donatedTo.drop(func(fund.Fact) bool { return true })
	a.donateForms.drop(func(formSettings) bool { return true })
	a.settings.drop(func(fund.Setting) bool { return true })
}

// CreateToken creates an access token and returns its text: 64 lower-case hexadecimal digits, which are not stored. A missing ID and
// CreatedAt are set. System only.
func (a *App) CreateToken(ctx context.Context, actor Actor, t fund.Token) (string, error) {
	if actor.Kind != ActorSystem {
		return "", forbidden()
	}
	text, _, err := a.createToken(ctx, actor, t)
	return text, err
}

// createToken returns the text of a new token, and the token as stored.
func (a *App) createToken(ctx context.Context, actor Actor, t fund.Token) (string, fund.Token, error) {
	if err := checkToken(t); err != nil {
		return "", t, err
	}
	text, hash, err := a.newSecret()
	if err != nil {
		return "", t, err
	}
	err = a.write(ctx, actor, t.ApplicationID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if t, err = a.stamped(t, now); err != nil {
			return err
		}
		if err := tx.InsertToken(ctx, t, hash[:]); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActCreateToken, t.ID, now))
	})
	if err != nil {
		return "", t, fmt.Errorf("token: %w", err)
	}
	return text, t, nil
}

func (a *App) stamped(t fund.Token, now time.Time) (fund.Token, error) {
	if t.CreatedAt.IsZero() {
		t.CreatedAt = now
	}
	if !t.ID.IsZero() {
		return t, nil
	}
	var err error
	t.ID, err = a.newID(now)
	return t, err
}

// checkToken requires each kind of token to name its user, cause or application.
func checkToken(t fund.Token) error {
	var wrong fault.Fields
	switch t.Kind {
	case fund.TokenApplication:
	case fund.TokenUser:
		if t.UserID.IsZero() {
			wrong.Add("user", fund.Blank)
		}
	case fund.TokenCause:
		if t.CauseID.IsZero() {
			wrong.Add("cause", fund.Blank)
		}
	default:
		wrong.Add("kind", fund.NotAllowed)
	}
	return wrong.Err()
}

// RevokeToken revokes a token, which is invalid when this returns. System, or the token's holder.
func (a *App) RevokeToken(ctx context.Context, actor Actor, bearer string) error {
	hash := hashOf(bearer)
	token, err := a.store.GetToken(ctx, hash[:])
	if err != nil {
		return fmt.Errorf("access token: %w", err)
	}
	if actor.Kind != ActorSystem && actor.Token != token.ID {
		return forbidden()
	}
	return a.endToken(ctx, actor, token)
}

// newSecret returns the text of a new token or client secret, and its hash.
func (a *App) newSecret() (string, tokenHash, error) { return secretFrom(a.random) }

// secretFrom is newSecret with the given source of random bytes.
func secretFrom(random io.Reader) (string, tokenHash, error) {
	var bits [32]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", tokenHash{}, fmt.Errorf("random bits: %w", err)
	}
	text := hex.EncodeToString(bits[:])
	return text, hashOf(text), nil
}

// refreshAlphabet are the characters of refresh tokens.
const refreshAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// refreshFrom returns the text of a new refresh token, 64 characters of refreshAlphabet, and its hash, from a source of random bytes.
func refreshFrom(random io.Reader) (string, tokenHash, error) {
	const even = 256 / len(refreshAlphabet) * len(refreshAlphabet) // bytes above it would favor some characters
	text := make([]byte, 0, 64)
	for len(text) < cap(text) {
		var bits [64]byte
		if _, err := io.ReadFull(random, bits[:]); err != nil {
			return "", tokenHash{}, fmt.Errorf("random bits: %w", err)
		}
		for _, b := range bits {
			if int(b) < even && len(text) < cap(text) {
				text = append(text, refreshAlphabet[int(b)%len(refreshAlphabet)])
			}
		}
	}
	return string(text), hashOf(string(text)), nil
}
