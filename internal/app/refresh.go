package app

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// retryWindow is how long a used refresh token still returns the same tokens.
const retryWindow = time.Minute

// RefreshTrade is a refresh token presented by an authenticated application.
type RefreshTrade struct {
	Application fund.Application
	Refresh     string
	// Scopes narrow those of the new access token; if empty, it has those of the grant.
	Scopes []string
}

// TradeRefresh returns the next tokens of a grant for its refresh token. Within retryWindow the same refresh
// token gets the same tokens again: the response may have been lost, and the application has proved its
// identity with the client secret. After that, reuse ends the whole grant, as for a code.
func (a *App) TradeRefresh(ctx context.Context, in RefreshTrade) (Issued, error) {
	hash := hashOf(in.Refresh)
	token, err := a.store.GetRefreshToken(ctx, hash[:])
	if ok, err := found(err); err != nil {
		return Issued{}, err
	} else if !ok {
		return Issued{}, refused(FieldGrant, "The refresh token is not known.")
	}
	next, err := a.nextTokens(ctx, in.Application, in.Refresh)
	if err != nil {
		return Issued{}, err
	}
	return a.trade(ctx, next, token.GrantID, func(ctx context.Context, tx *store.Tx, _ fund.Grant, now time.Time) (took taken, err error) {
		token, err := tx.GetRefreshToken(ctx, hash[:])
		if err != nil {
			return took, err
		}
		took = taken{access: in.Scopes, refresh: token.Scopes, retry: !token.UsedAt.IsZero()}
		if len(in.Scopes) == 0 {
			took.access = token.Scopes
		}
		switch missing := firstMissing(took.access, token.Scopes); {
		case took.retry && !now.Before(token.UsedAt.Add(retryWindow)):
			return took, errReused
		case !took.retry && expiredAt(token.ExpiresAt, now):
			return took, refused(FieldGrant, "The refresh token has expired.")
		case missing != "":
			return took, refused(FieldScope, "The scope %q was not granted.", fault.Echo(missing))
		}
		// The order in which scopes are requested means nothing (RFC 6749, 3.3), and neither do repeats.
		took.access = slices.DeleteFunc(slices.Clone(token.Scopes), func(scope string) bool { return !slices.Contains(took.access, scope) })
		if took.retry {
			return took, nil
		}
		return took, tx.UseRefreshToken(ctx, hash[:], now)
	})
}

// derivedBytes is how many bytes a pair of tokens takes: 32 for the access token, and 64-byte blocks for the refresh token, which rejects
// some bytes and nearly always needs two blocks.
const derivedBytes = 32 + 8*64

// nextTokens returns the tokens that follow a refresh token. They are derived from it by HMAC with a server
// key (HKDF-Expand, RFC 5869), so that every node gives a retry the same ones, also after a restart, while
// only hashes are stored. The refresh token alone is not enough to derive them.
func (a *App) nextTokens(ctx context.Context, application fund.Application, refresh string) (freshTokens, error) {
	f := freshTokens{application: application}
	key, err := a.Key(ctx, "refresh")
	if err != nil {
		return f, err
	}
	bits, err := hkdf.Expand(sha256.New, key, refresh, derivedBytes)
	if err != nil {
		return f, fmt.Errorf("next tokens: %w", err)
	}
	if f.id, err = a.newID(a.Now()); err != nil {
		return f, err
	}
	return f, f.read(bytes.NewReader(bits))
}

// again returns the tokens that were already issued for the same refresh token. It returns errReused if the
// access token was revoked, because then the first response did arrive.
func (f freshTokens) again(ctx context.Context, tx *store.Tx, took taken, now time.Time) (Issued, error) {
	t, err := tx.GetToken(ctx, f.accessHash[:])
	switch {
	case fault.Is(err, fault.NotFound):
		return Issued{}, errReused
	case err != nil:
		return Issued{}, err
	case !t.RevokedAt.IsZero():
		return Issued{}, errReused
	case !slices.Equal(t.Scopes, took.access):
		return Issued{}, refused(FieldScope, "This refresh token was just used with other scopes: retry with the same scopes.")
	}
	return Issued{Access: f.access, Token: t, Refresh: f.refresh, At: now}, nil
}
