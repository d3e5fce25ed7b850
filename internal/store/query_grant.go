package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const grantColumns = "g.id, g.application_id, g.user_id, g.scopes, g.created_at, g.revoked_at"

// GetGrant finds a grant, even a revoked one.
func (q Queries) GetGrant(ctx context.Context, id fund.ID) (fund.Grant, error) {
	s := selecting("SELECT "+grantColumns+" FROM grants g").and("g.id = ?", id)
	return one(ctx, q.db, s, scanGrant, thing{"grant", id.String()})
}

// ListGrants lists the grants of a user that were not revoked, newest first.
func (q Queries) ListGrants(ctx context.Context, user fund.ID) ([]fund.Grant, error) {
	s := selecting("SELECT "+grantColumns+" FROM grants g").and("g.user_id = ?", user).and("g.revoked_at IS NULL").
		then("ORDER BY g.id DESC")
	grants, err := list(ctx, q.db, s, scanGrant)
	if err != nil {
		return nil, fmt.Errorf("grants of user %s: %w", user, err)
	}
	return grants, nil
}

func scanGrant(r row) (fund.Grant, error) {
	var (
		g      fund.Grant
		scopes string
	)
	err := r.Scan(&g.ID, &g.ApplicationID, &g.UserID, &scopes, instant{&g.CreatedAt}, instant{&g.RevokedAt})
	g.Scopes = splitWords(scopes)
	return g, err
}

// GetAuthorizationCode finds a code by the SHA-256 of its text, even a used or expired one.
func (q Queries) GetAuthorizationCode(ctx context.Context, hash []byte) (fund.AuthorizationCode, error) {
	s := selecting(`SELECT c.grant_id, c.redirect_uri, c.challenge, c.created_at, c.expires_at, c.used_at
		FROM authorization_codes c`).and("c.hash = ?", hash)
	return one(ctx, q.db, s, func(r row) (fund.AuthorizationCode, error) {
		var c fund.AuthorizationCode
		err := r.Scan(&c.GrantID, &c.RedirectURI, &c.VerifierHash, instant{&c.CreatedAt}, instant{&c.ExpiresAt}, instant{&c.UsedAt})
		return c, err
	}, thing{noun: "authorization code"})
}

// GetRefreshToken finds a refresh token by the SHA-256 of its text, even a used or expired one.
func (q Queries) GetRefreshToken(ctx context.Context, hash []byte) (fund.RefreshToken, error) {
	s := selecting("SELECT r.grant_id, r.scopes, r.created_at, r.expires_at, r.used_at FROM refresh_tokens r").
		and("r.hash = ?", hash)
	return one(ctx, q.db, s, func(r row) (fund.RefreshToken, error) {
		var (
			t      fund.RefreshToken
			scopes string
		)
		err := r.Scan(&t.GrantID, &scopes, instant{&t.CreatedAt}, instant{&t.ExpiresAt}, instant{&t.UsedAt})
		t.Scopes = splitWords(scopes)
		return t, err
	}, thing{noun: "refresh token"})
}
