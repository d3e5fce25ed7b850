package store

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// InsertApplication puts in a new application with the hash of its secret.
func (t *Tx) InsertApplication(ctx context.Context, a fund.Application, secretHash []byte) error {
	return t.insert(ctx, thing{"application", a.ID.String()}, `INSERT INTO applications (id, name, client_id, secret_hash,
		redirect_uri, owner_id, scopes, api, created_at)`,
		a.ID, a.Name, a.ClientID, secretHash, joinWords(a.RedirectURIs), a.OwnerID, joinWords(a.Scopes), a.API,
		micros(a.CreatedAt))
}

// InsertToken puts in a new token under the SHA-256 of its text.
func (t *Tx) InsertToken(ctx context.Context, k fund.Token, hash []byte) error {
	return t.insert(ctx, thing{"token", k.ID.String()}, `INSERT INTO tokens (hash, id, kind, application_id, user_id,
		cause_id, grant_id, scopes, created_at, expires_at, revoked_at)`,
		hash, k.ID, string(k.Kind), k.ApplicationID, k.UserID, k.CauseID, k.GrantID, joinWords(k.Scopes), micros(k.CreatedAt),
		nullMicros(k.ExpiresAt), nullMicros(k.RevokedAt))
}

// RevokeToken ends a token at an instant; one that was revoked before stays as it was.
func (t *Tx) RevokeToken(ctx context.Context, hash []byte, at time.Time) error {
	return t.change(ctx, thing{noun: "token"},
		"UPDATE tokens SET revoked_at = COALESCE(revoked_at, $1) WHERE hash = $2", micros(at), hash)
}
