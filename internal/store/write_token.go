package store

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// InsertApplication inserts a new application with the hash of its secret.
func (t *Tx) InsertApplication(ctx context.Context, a fund.Application, secretHash []byte) error {
	return t.insert(ctx, thing{"application", a.ID.String()}, "applications", columns{
		{"id", a.ID}, {"name", a.Name}, {"client_id", a.ClientID}, {"secret_hash", secretHash},
		{"redirect_uri", joinWords(a.RedirectURIs)}, {"owner_id", a.OwnerID}, {"scopes", joinWords(a.Scopes)},
		{"api", a.API}, {"created_at", micros(a.CreatedAt)},
	})
}

// InsertToken inserts a new token under the SHA-256 of its text.
func (t *Tx) InsertToken(ctx context.Context, k fund.Token, hash []byte) error {
	return t.insert(ctx, thing{"token", k.ID.String()}, "tokens", columns{
		{"hash", hash}, {"id", k.ID}, {"kind", string(k.Kind)}, {"application_id", k.ApplicationID},
		{"user_id", k.UserID}, {"cause_id", k.CauseID}, {"grant_id", k.GrantID}, {"scopes", joinWords(k.Scopes)},
		{"created_at", micros(k.CreatedAt)}, {"expires_at", nullMicros(k.ExpiresAt)},
		{"revoked_at", nullMicros(k.RevokedAt)},
	})
}

// RevokeToken ends a token at an instant; one that was revoked before stays as it was.
func (t *Tx) RevokeToken(ctx context.Context, hash []byte, at time.Time) error {
	return t.change(ctx, thing{noun: "token"},
		"UPDATE tokens SET revoked_at = COALESCE(revoked_at, $1) WHERE hash = $2", micros(at), hash)
}
