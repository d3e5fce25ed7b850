package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// InsertApplication inserts a new application with the hash of its secret.
func (t *Tx) InsertApplication(ctx context.Context, a fund.Application, secretHash []byte) error {
	return t.insert(ctx, thing{"application", a.ID.String()}, "applications", applicationRow(a, secretHash))
}

// EnsureApplication is InsertApplication for one that may be there already, and then stays as it is.
func (t *Tx) EnsureApplication(ctx context.Context, a fund.Application, secretHash []byte) error {
	s := inserting("applications", applicationRow(a, secretHash)).then("ON CONFLICT (id) DO NOTHING")
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return thing{"application", a.ID.String()}.refused(err)
	}
	return nil
}

func applicationRow(a fund.Application, secretHash []byte) columns {
	return columns{
		{"id", a.ID}, {"name", a.Name}, {"client_id", a.ClientID}, {"secret_hash", secretHash},
		{"redirect_uri", joinWords(a.RedirectURIs)}, {"owner_id", a.OwnerID}, {"scopes", joinWords(a.Scopes)},
		{"api", a.API}, {"created_at", micros(a.CreatedAt)}, {"registered", a.Registered}, {"pending", a.Pending},
		{"unused_at", nullMicros(a.UnusedAt)},
	}
}

// InsertToken inserts a new token under the SHA-256 of its text.
func (t *Tx) InsertToken(ctx context.Context, k fund.Token, hash []byte) error {
	return t.insert(ctx, thing{"token", k.ID.String()}, "tokens", columns{
		{"hash", hash}, {"id", k.ID}, {"kind", string(k.Kind)}, {"application_id", k.ApplicationID},
		{"user_id", k.UserID}, {"cause_id", k.CauseID}, {"grant_id", k.GrantID}, {"name", k.Name}, {"scopes", joinWords(k.Scopes)},
		{"created_at", micros(k.CreatedAt)}, {"expires_at", nullMicros(k.ExpiresAt)},
		{"revoked_at", nullMicros(k.RevokedAt)},
	})
}

// RevokeToken ends a token at an instant; one that was revoked before stays as it was.
func (t *Tx) RevokeToken(ctx context.Context, token fund.ID, at time.Time) error {
	return t.change(ctx, thing{"token", token.String()},
		"UPDATE tokens SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2", micros(at), token)
}

// RevokeTokensOf ends every access token of a user at an instant, and returns the ids of those that had not ended.
func (t *Tx) RevokeTokensOf(ctx context.Context, user fund.ID, at time.Time) ([]fund.ID, error) {
	return t.ending(ctx, "tokens of user", "UPDATE tokens SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL RETURNING id", user, at)
}

// ending runs an UPDATE of an instant and an id that returns ids.
func (t *Tx) ending(ctx context.Context, noun, query string, id fund.ID, at time.Time) ([]fund.ID, error) {
	ids, err := list(ctx, t.db, selecting("").then(query, micros(at), id), func(r row) (one fund.ID, err error) {
		err = r.Scan(&one)
		return one, err
	})
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", noun, id, err)
	}
	return ids, nil
}

// SetApplicationSecret replaces the hash of an application's secret.
func (t *Tx) SetApplicationSecret(ctx context.Context, application fund.ID, hash []byte) error {
	return t.change(ctx, thing{"application", application.String()}, "UPDATE applications SET secret_hash = $1 WHERE id = $2", hash, application)
}

// EnableApplication takes back that an application was disabled, and ends every consent to it and every access token of it at an instant. It returns
// the ids of the tokens that had not ended.
func (t *Tx) EnableApplication(ctx context.Context, application fund.ID, at time.Time) ([]fund.ID, error) {
	err := t.change(ctx, thing{"application", application.String()}, "UPDATE applications SET disabled_at = NULL WHERE id = $1", application)
	if err != nil {
		return nil, err
	}
	const ofApplication = " SET revoked_at = ? WHERE application_id = ? AND revoked_at IS NULL RETURNING id"
	if _, err := t.ending(ctx, "consents to application", "UPDATE grants"+ofApplication, application, at); err != nil {
		return nil, err
	}
	return t.ending(ctx, "tokens of application", "UPDATE tokens"+ofApplication, application, at)
}

// DisableApplication disables an application at an instant; one that was disabled before stays as it was.
func (t *Tx) DisableApplication(ctx context.Context, application fund.ID, at time.Time) error {
	return t.change(ctx, thing{"application", application.String()},
		"UPDATE applications SET disabled_at = COALESCE(disabled_at, $1) WHERE id = $2", micros(at), application)
}
