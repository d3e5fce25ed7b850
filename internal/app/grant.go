package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// codeLife is how long an authorization code can be exchanged, accessLife how long an access token of a V5 application is valid; those
	// of V3 applications do not expire.
	codeLife   = 10 * time.Minute
	accessLife = 2 * time.Hour
	// refreshLife is how long an unused refresh token is valid: longer than the year between two marathons.
	refreshLife = 400 * 24 * time.Hour
	// expiredRetention is how long expired rows are kept, sweptExpired how many are deleted with each new token.
	expiredRetention = 30 * 24 * time.Hour
	sweptExpired     = 20
)

// Refusals of the OAuth use cases are Invalid faults about one of these. FieldGrant stands for a code or refresh token that is unknown,
// used, expired, or issued to another application.
const (
	FieldScope    = "scope"
	FieldGrant    = "grant"
	FieldRedirect = "redirect_uri"
)

func refused(field, format string, args ...any) error {
	return &fault.Error{
		Kind: fault.Invalid, Message: fmt.Sprintf(format, args...), Fields: fault.Fields{{Path: field, Text: "is not valid"}},
	}
}

// Issued are new tokens in clear text, which are not stored.
type Issued struct {
	Access string
	// Token is the access token as stored.
	Token fund.Token
	// Refresh is "" if there is no refresh token.
	Refresh string
	// At is when the application got these tokens; for a retry that is after they were created.
	At time.Time
}

// Authorization is what a user grants an application.
type Authorization struct {
	Application fund.Application
	// RedirectURI is that of the request, "" if it had none.
	RedirectURI string
	// Scopes are the result of AllowedScopes.
	Scopes []string
	// VerifierHash is the code_challenge of PKCE with S256; "" for none.
	VerifierHash string
}

// Authorize records the user's grant to the application and returns its authorization code: 64 hexadecimal digits, valid for one exchange
// within ten minutes.
func (a *App) Authorize(ctx context.Context, actor Actor, in Authorization) (code string, err error) {
	if err := RequireUser(actor); err != nil {
		return "", err
	}
	text, hash, err := a.newSecret()
	if err != nil {
		return "", err
	}
	id, err := a.newID(a.Now())
	if err != nil {
		return "", err
	}
	err = a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := keepTerminal(ctx, tx, in.Application.ID, now); err != nil {
			return err
		}
		grant := fund.Grant{ID: id, ApplicationID: in.Application.ID, UserID: actor.User, Scopes: in.Scopes, CreatedAt: now}
		if err := tx.InsertGrant(ctx, grant); err != nil {
			return err
		}
		return tx.InsertAuthorizationCode(ctx, fund.AuthorizationCode{
			GrantID: id, RedirectURI: in.RedirectURI, VerifierHash: in.VerifierHash, CreatedAt: now, ExpiresAt: now.Add(codeLife),
		}, hash[:])
	})
	if err != nil {
		return "", fmt.Errorf("grant for application %s: %w", in.Application.ID, err)
	}
	return text, nil
}

// CodeTrade is an authorization code presented by an authenticated application.
type CodeTrade struct {
	Application fund.Application
	Code        string
	// RedirectURI is repeated from the authorization request, "" if it had none.
	RedirectURI string
	// Verifier is the code_verifier of PKCE; "" for none.
	Verifier string
}

// TradeCode exchanges a code for the first tokens of its grant. A code presented a second time ends the whole grant, because one of the two
// holders stole it.
func (a *App) TradeCode(ctx context.Context, in CodeTrade) (Issued, error) {
	hash := hashOf(in.Code)
	code, err := a.store.GetAuthorizationCode(ctx, hash[:])
	if ok, err := found(err); err != nil {
		return Issued{}, err
	} else if !ok {
		return Issued{}, refused(FieldGrant, "The authorization code is not known.")
	}
	fresh, err := a.freshTokens(in.Application)
	if err != nil {
		return Issued{}, err
	}
	return a.trade(ctx, fresh, code.GrantID, func(ctx context.Context, tx *store.Tx, g fund.Grant, now time.Time) (took taken, err error) {
		code, err := tx.GetAuthorizationCode(ctx, hash[:])
		switch {
		case err != nil:
			return took, err
		case !code.UsedAt.IsZero():
			return took, errReused
		case !now.Before(code.ExpiresAt):
			return took, refused(FieldGrant, "The authorization code has expired.")
		case !sameRedirect(in.Application, code.RedirectURI, in.RedirectURI):
			return took, refused(FieldGrant, "The redirect_uri is not the one of the authorization request.")
		}
		if err := checkVerifier(code.VerifierHash, in.Verifier); err != nil {
			return took, err
		}
		return taken{access: g.Scopes, refresh: g.Scopes}, tx.UseAuthorizationCode(ctx, hash[:], now)
	})
}

// sameRedirect compares the redirect URI of an exchange with that of its authorization request. If the request had none, the application
// has only one, which may be repeated or not.
func sameRedirect(application fund.Application, requested, repeated string) bool {
	if requested == "" && repeated != "" && len(application.RedirectURIs) == 1 {
		requested = application.RedirectURIs[0]
	}
	return requested == repeated
}

// checkVerifier is the check of RFC 7636. A verifier without a challenge is refused too, so that nobody can strip the challenge from a
// request unnoticed (RFC 9700, section 2.1.1).
func checkVerifier(hash, verifier string) error {
	switch {
	case hash == "" && verifier == "":
		return nil
	case hash == "":
		return refused(FieldGrant, "The authorization request had no code_challenge for this code_verifier.")
	case verifier == "":
		return refused(FieldGrant, "The code_verifier for the code_challenge of the authorization request is missing.")
	}
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	if subtle.ConstantTimeCompare([]byte(made), []byte(hash)) != 1 {
		return refused(FieldGrant, "The code_verifier does not belong to the code_challenge of the authorization request.")
	}
	return nil
}

// taken are the scopes of the tokens that a code or refresh token was exchanged for.
type taken struct {
	access, refresh []string
	// retry reports whether to return the tokens that were already issued.
	retry bool
}

// errReused means that a code or refresh token was presented a second time.
var errReused = errors.New("traded before")

// taking uses up a code or refresh token. It is errReused if it was already used.
type taking func(context.Context, *store.Tx, fund.Grant, time.Time) (taken, error)

// trade issues the new tokens of a grant for what take uses up. Exchanges of one grant are serialized across all nodes.
func (a *App) trade(ctx context.Context, fresh freshTokens, id fund.ID, take taking) (Issued, error) {
	var (
		issued      Issued
		reused      bool
		application = fresh.application
	)
	err := a.write(ctx, Actor{}, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		issued, reused = Issued{}, false
		grant, err := tx.GetGrant(ctx, id)
		switch {
		case err != nil:
			return err
		case grant.ApplicationID != application.ID:
			return refused(FieldGrant, "This was issued to another application.")
		case !grant.RevokedAt.IsZero():
			return refused(FieldGrant, "The authorization was withdrawn.")
		}
		took, err := take(ctx, tx, grant, now)
		switch {
		case err != nil:
		case took.retry:
			issued, err = fresh.again(ctx, tx, took, now)
		default:
			issued, err = fresh.issue(ctx, tx, grant, took, now)
		}
		if errors.Is(err, errReused) {
			reused = true
			return revokeGrant(ctx, tx, id, now)
		}
		return err
	})
	if err != nil {
		return Issued{}, fmt.Errorf("grant %s: %w", id, err)
	}
	if reused {
		a.log.WarnContext(ctx, "a code or refresh token was reused; its grant was revoked", "grant", id.String(), "application", application.ID.String())
		return Issued{}, refused(FieldGrant, "This was used before. Everything issued under its grant has been revoked.")
	}
	return issued, nil
}

// revokeGrant ends everything issued under a grant. The events make all nodes forget the tokens.
func revokeGrant(ctx context.Context, tx *store.Tx, id fund.ID, now time.Time) error {
	tokens, err := tx.RevokeGrant(ctx, id, now)
	if err != nil {
		return err
	}
	for _, token := range tokens {
		tx.Append(fund.Event{Topic: fund.TopicTokenRevoked, Subject: token, At: now})
	}
	return nil
}

// freshTokens are new texts for an application's tokens, created before the write that needs them.
type freshTokens struct {
	application             fund.Application
	id                      fund.ID
	access, refresh         string
	accessHash, refreshHash tokenHash
}

func (a *App) freshTokens(application fund.Application) (freshTokens, error) {
	f := freshTokens{application: application}
	var err error
	if f.id, err = a.newID(a.Now()); err != nil {
		return f, err
	}
	return f, f.read(a.random)
}

// read creates the texts from a source of random bytes.
func (f *freshTokens) read(bits io.Reader) (err error) {
	if f.access, f.accessHash, err = secretFrom(bits); err != nil {
		return err
	}
	f.refresh, f.refreshHash, err = refreshFrom(bits)
	return err
}

// token is the application's new access token.
func (f freshTokens) token(kind fund.TokenKind, scopes []string, now time.Time) fund.Token {
	return fund.Token{
		ID: f.id, Kind: kind, ApplicationID: f.application.ID, OwnerID: f.application.OwnerID, API: f.application.API, Scopes: scopes,
		CreatedAt: now, ExpiresAt: accessEnd(f.application.API, now),
	}
}

// accessEnd is when an access token created now expires; the zero time for V3, whose tokens do not.
func accessEnd(api string, now time.Time) time.Time {
	if api == fund.APIV3 {
		return time.Time{}
	}
	return now.Add(accessLife)
}

// put inserts the access token and deletes some that expired long ago.
func (f freshTokens) put(ctx context.Context, tx *store.Tx, t fund.Token, now time.Time) error {
	if err := tx.InsertToken(ctx, t, f.accessHash[:]); err != nil {
		return err
	}
	return tx.SweepExpired(ctx, now.Add(-expiredRetention), sweptExpired)
}

// issue inserts the tokens. V3 tokens never expire, so V3 has no refresh tokens.
func (f freshTokens) issue(ctx context.Context, tx *store.Tx, g fund.Grant, took taken, now time.Time) (Issued, error) {
	t := f.token(fund.TokenUser, took.access, now)
	t.UserID, t.GrantID = g.UserID, g.ID
	issued := Issued{Access: f.access, Token: t, At: now}
	if err := f.put(ctx, tx, t, now); err != nil {
		return Issued{}, err
	}
	if f.application.API == fund.APIV3 {
		return issued, nil
	}
	issued.Refresh = f.refresh
	return issued, tx.InsertRefreshToken(ctx, fund.RefreshToken{
		GrantID: g.ID, Scopes: took.refresh, CreatedAt: now, ExpiresAt: now.Add(refreshLife),
	}, f.refreshHash[:])
}
