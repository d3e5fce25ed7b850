package store

import (
	"context"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// GetToken finds a token by the SHA-256 of its text, even an expired or revoked one.
func (q Queries) GetToken(ctx context.Context, hash []byte) (fund.Token, error) {
	s := selecting(`SELECT k.id, k.kind, k.application_id, a.owner_id, COALESCE(a.api, ''), k.user_id, k.cause_id, k.grant_id, k.scopes,
		k.created_at, k.expires_at, k.revoked_at, COALESCE(u.operator, FALSE) FROM tokens k
		LEFT JOIN applications a ON a.id = k.application_id LEFT JOIN users u ON u.id = k.user_id`).and("k.hash = ?", hash)
	return one(ctx, q.db, s, func(r row) (fund.Token, error) {
		var (
			k      fund.Token
			scopes string
		)
		err := r.Scan(&k.ID, &k.Kind, &k.ApplicationID, &k.OwnerID, &k.API, &k.UserID, &k.CauseID, &k.GrantID, &scopes,
			instant{&k.CreatedAt}, instant{&k.ExpiresAt}, instant{&k.RevokedAt}, &k.Operator)
		k.Scopes = splitWords(scopes)
		return k, err
	}, thing{noun: "token"})
}

const applicationColumns = "a.id, a.name, a.client_id, a.redirect_uri, a.owner_id, a.scopes, a.api, a.created_at"

// GetApplication finds an application by its id.
func (q Queries) GetApplication(ctx context.Context, id fund.ID) (fund.Application, error) {
	s := selecting("SELECT "+applicationColumns+" FROM applications a").and("a.id = ?", id)
	return one(ctx, q.db, s, func(r row) (fund.Application, error) { return scanApplication(r) },
		thing{"application", id.String()})
}

// GetApplicationByClientID finds an application by its client id, and the hash of its secret.
func (q Queries) GetApplicationByClientID(ctx context.Context, clientID string) (fund.Application, []byte, error) {
	var hash []byte
	s := selecting("SELECT "+applicationColumns+", a.secret_hash FROM applications a").and("a.client_id = ?", clientID)
	application, err := one(ctx, q.db, s,
		func(r row) (fund.Application, error) { return scanApplication(r, &hash) }, thing{"application", clientID})
	return application, hash, err
}

func scanApplication(r row, more ...any) (fund.Application, error) {
	var (
		a               fund.Application
		scopes, returns string
	)
	err := r.Scan(append([]any{
		&a.ID, &a.Name, &a.ClientID, &returns, &a.OwnerID, &scopes, &a.API, instant{&a.CreatedAt},
	}, more...)...)
	a.Scopes, a.RedirectURIs = splitWords(scopes), splitWords(returns)
	return a, err
}

// Lists of words without spaces, such as scopes, are stored with spaces between them.

func joinWords(words []string) string { return strings.Join(words, " ") }

func splitWords(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, " ")
}
