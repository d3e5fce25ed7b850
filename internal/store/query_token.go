package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// GetToken finds a token by the SHA-256 of its text, even an expired or revoked one.
func (q Queries) GetToken(ctx context.Context, hash []byte) (fund.Token, error) {
	return one(ctx, q.db, selecting(selectToken).and("k.hash = ?", hash), scanToken, thing{noun: "token"})
}

// GetTokenByID finds a token, even an expired or revoked one.
func (q Queries) GetTokenByID(ctx context.Context, id fund.ID) (fund.Token, error) {
	return one(ctx, q.db, selecting(selectToken).and("k.id = ?", id), scanToken, thing{"token", id.String()})
}

// ListOwnTokens lists the access tokens of a user that work at an instant and that no application asked for, the newest first, at most limit.
func (q Queries) ListOwnTokens(ctx context.Context, user fund.ID, now time.Time, limit int) ([]fund.Token, error) {
	s := selecting(selectToken).and("k.user_id = ?", user).and("k.application_id IS NULL").and("k.revoked_at IS NULL").
		and("(k.expires_at IS NULL OR k.expires_at > ?)", micros(now)).then("ORDER BY k.id DESC LIMIT ?", limit)
	tokens, err := list(ctx, q.db, s, scanToken)
	if err != nil {
		return nil, fmt.Errorf("tokens of user %s: %w", user, err)
	}
	return tokens, nil
}

// TokenFilter filters access tokens; zero ids do not filter.
type TokenFilter struct {
	User, Application fund.ID
	// Now is the instant at which the listed tokens neither are revoked nor have expired.
	Now time.Time
}

// ListTokens lists access tokens that work. A cursor is {ID}.
func (q Queries) ListTokens(ctx context.Context, filter TokenFilter, page fund.Page) ([]fund.Token, error) {
	s := selecting(selectToken).and("k.revoked_at IS NULL").and("(k.expires_at IS NULL OR k.expires_at > ?)", micros(filter.Now)).
		andID("k.user_id = ?", filter.User).andID("k.application_id = ?", filter.Application)
	tokens, err := keysetPage(ctx, q.db, s, byID("k.id"), page, scanToken)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return tokens, nil
}

//nolint:gosec // no credential
const selectToken = `SELECT k.id, k.kind, k.application_id, a.owner_id, COALESCE(a.api, ''), k.user_id, k.cause_id, k.grant_id, k.scopes, k.name,
	k.created_at, k.expires_at, k.revoked_at, COALESCE(u.operator, FALSE),
	u.disabled_at IS NOT NULL OR a.disabled_at IS NOT NULL OR o.disabled_at IS NOT NULL OR COALESCE(a.pending, FALSE) FROM tokens k
	LEFT JOIN applications a ON a.id = k.application_id LEFT JOIN users o ON o.id = a.owner_id LEFT JOIN users u ON u.id = k.user_id`

func scanToken(r row) (fund.Token, error) {
	var (
		k      fund.Token
		scopes string
	)
	err := r.Scan(&k.ID, &k.Kind, &k.ApplicationID, &k.OwnerID, &k.API, &k.UserID, &k.CauseID, &k.GrantID, &scopes, &k.Name,
		instant{&k.CreatedAt}, instant{&k.ExpiresAt}, instant{&k.RevokedAt}, &k.Operator, &k.Disabled)
	k.Scopes = splitWords(scopes)
	return k, err
}

const applicationColumns = `a.id, a.name, a.client_id, a.redirect_uri, a.owner_id, a.scopes, a.api, a.created_at,
	COALESCE(a.disabled_at, o.disabled_at), a.registered, a.pending, a.unused_at`

const applicationTables = " FROM applications a LEFT JOIN users o ON o.id = a.owner_id"

// GetApplication finds an application by its id.
func (q Queries) GetApplication(ctx context.Context, id fund.ID) (fund.Application, error) {
	s := selecting("SELECT "+applicationColumns+applicationTables).and("a.id = ?", id)
	return one(ctx, q.db, s, func(r row) (fund.Application, error) { return scanApplication(r) },
		thing{"application", id.String()})
}

// GetApplicationByClientID finds an application by its client id, and the hash of its secret.
func (q Queries) GetApplicationByClientID(ctx context.Context, clientID string) (fund.Application, []byte, error) {
	var hash []byte
	s := selecting("SELECT "+applicationColumns+", a.secret_hash"+applicationTables).and("a.client_id = ?", clientID)
	application, err := one(ctx, q.db, s,
		func(r row) (fund.Application, error) { return scanApplication(r, &hash) }, thing{"application", clientID})
	return application, hash, err
}

// ListApplications lists all applications. A cursor is {ID}.
func (q Queries) ListApplications(ctx context.Context, page fund.Page) ([]fund.Application, error) {
	s := selecting("SELECT " + applicationColumns + applicationTables)
	applications, err := keysetPage(ctx, q.db, s, byID("a.id"), page, func(r row) (fund.Application, error) { return scanApplication(r) })
	if err != nil {
		return nil, fmt.Errorf("applications: %w", err)
	}
	return applications, nil
}

// ListOwnApplications lists the applications of an owner that are not disabled, the newest first, at most limit.
func (q Queries) ListOwnApplications(ctx context.Context, owner fund.ID, limit int) ([]fund.Application, error) {
	s := selecting("SELECT "+applicationColumns+applicationTables).and("a.owner_id = ?", owner).and("a.disabled_at IS NULL").then("ORDER BY a.id DESC LIMIT ?", limit)
	applications, err := list(ctx, q.db, s, func(r row) (fund.Application, error) { return scanApplication(r) })
	if err != nil {
		return nil, fmt.Errorf("applications of user %s: %w", owner, err)
	}
	return applications, nil
}

func scanApplication(r row, more ...any) (fund.Application, error) {
	var (
		a               fund.Application
		scopes, returns string
	)
	err := r.Scan(append([]any{
		&a.ID, &a.Name, &a.ClientID, &returns, &a.OwnerID, &scopes, &a.API, instant{&a.CreatedAt}, instant{&a.DisabledAt},
		&a.Registered, &a.Pending, instant{&a.UnusedAt},
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
