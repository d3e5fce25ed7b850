package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// InsertGrant inserts a user's grant to an application.
func (t *Tx) InsertGrant(ctx context.Context, g fund.Grant) error {
	return t.insert(ctx, thing{"grant", g.ID.String()}, "grants", columns{
		{"id", g.ID}, {"application_id", g.ApplicationID}, {"user_id", g.UserID}, {"scopes", joinWords(g.Scopes)},
		{"created_at", micros(g.CreatedAt)}, {"revoked_at", nullMicros(g.RevokedAt)},
	})
}

// RevokeGrant ends a grant and every live access token issued under it; it returns the ids of those tokens. A grant
// that was revoked before stays as it was.
func (t *Tx) RevokeGrant(ctx context.Context, id fund.ID, at time.Time) ([]fund.ID, error) {
	err := t.change(ctx, thing{"grant", id.String()},
		"UPDATE grants SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2", micros(at), id)
	if err != nil {
		return nil, err
	}
	return t.ending(ctx, "tokens of grant", "UPDATE tokens SET revoked_at = ? WHERE grant_id = ? AND revoked_at IS NULL RETURNING id", id, at)
}

// InsertAuthorizationCode inserts a new code under the SHA-256 of its text.
func (t *Tx) InsertAuthorizationCode(ctx context.Context, c fund.AuthorizationCode, hash []byte) error {
	return t.insert(ctx, thing{noun: "authorization code"}, "authorization_codes", columns{
		{"hash", hash}, {"grant_id", c.GrantID}, {"redirect_uri", c.RedirectURI}, {"challenge", c.VerifierHash},
		{"created_at", micros(c.CreatedAt)}, {"expires_at", micros(c.ExpiresAt)}, {"used_at", nullMicros(c.UsedAt)},
	})
}

// UseAuthorizationCode records that a code was exchanged.
func (t *Tx) UseAuthorizationCode(ctx context.Context, hash []byte, at time.Time) error {
	return t.change(ctx, thing{noun: "authorization code"},
		"UPDATE authorization_codes SET used_at = $1 WHERE hash = $2", micros(at), hash)
}

// InsertRefreshToken inserts a new refresh token under the SHA-256 of its text.
func (t *Tx) InsertRefreshToken(ctx context.Context, r fund.RefreshToken, hash []byte) error {
	return t.insert(ctx, thing{noun: "refresh token"}, "refresh_tokens", columns{
		{"hash", hash}, {"grant_id", r.GrantID}, {"scopes", joinWords(r.Scopes)}, {"created_at", micros(r.CreatedAt)},
		{"expires_at", nullMicros(r.ExpiresAt)}, {"used_at", nullMicros(r.UsedAt)},
	})
}

// UseRefreshToken records that a refresh token was exchanged.
func (t *Tx) UseRefreshToken(ctx context.Context, hash []byte, at time.Time) error {
	return t.change(ctx, thing{noun: "refresh token"},
		"UPDATE refresh_tokens SET used_at = $1 WHERE hash = $2", micros(at), hash)
}

// SweepExpired deletes what expired before the instant: at most limit access tokens, codes, refresh tokens,
// sessions, pending sign-ins and answers of passkeys each, the oldest first. Those that another node is sweeping are left to it.
func (t *Tx) SweepExpired(ctx context.Context, before time.Time, limit int) error {
	for _, table := range []string{"tokens", "authorization_codes", "refresh_tokens", "sessions", "pending_sign_ins", "passkey_answers"} {
		_, err := t.db.ExecContext(ctx, "DELETE FROM "+table+" WHERE hash IN (SELECT hash FROM "+table+
			" WHERE expires_at < $1 ORDER BY expires_at LIMIT $2"+t.store.dialect.lockFreeRows()+")", micros(before), limit)
		if err != nil {
			return fmt.Errorf("sweep %s: %w", table, err)
		}
	}
	return nil
}
