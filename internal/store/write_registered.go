package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// CountPendingApplications counts the applications that wait for an operator; disabled ones wait for nobody.
func (q Queries) CountPendingApplications(ctx context.Context) (n int, err error) {
	const query = "SELECT COUNT(*) FROM applications WHERE pending AND disabled_at IS NULL"
	if err := q.db.QueryRowContext(ctx, query).Scan(&n); err != nil {
		return 0, fmt.Errorf("pending applications: %w", err)
	}
	return n, nil
}

// ApproveApplication ends that an application is pending, and has it looked at an instant whether it was used.
func (t *Tx) ApproveApplication(ctx context.Context, application fund.ID, look time.Time) error {
	return t.change(ctx, thing{"application", application.String()},
		"UPDATE applications SET pending = FALSE, unused_at = $1 WHERE id = $2", micros(look), application)
}

// SetApplicationScopes replaces the most that tokens of an application may have. Tokens that exist keep theirs.
func (t *Tx) SetApplicationScopes(ctx context.Context, application fund.ID, scopes []string) error {
	return t.change(ctx, thing{"application", application.String()},
		"UPDATE applications SET scopes = $1 WHERE id = $2", joinWords(scopes), application)
}

// LookAtApplication stores when to look whether an application was used; the zero time for never.
func (t *Tx) LookAtApplication(ctx context.Context, application fund.ID, look time.Time) error {
	return t.change(ctx, thing{"application", application.String()},
		"UPDATE applications SET unused_at = $1 WHERE id = $2", nullMicros(look), application)
}

// LastUse is when an application last got a token: now while one works, the zero time for none that is still known.
func (q Queries) LastUse(ctx context.Context, application fund.ID, now time.Time) (time.Time, error) {
	var last sql.NullInt64
	err := q.db.QueryRowContext(ctx, `SELECT MAX(CASE WHEN revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) THEN CAST($1 AS BIGINT)
		ELSE created_at END) FROM tokens WHERE application_id = $2`, micros(now), application).Scan(&last)
	if err != nil {
		return time.Time{}, fmt.Errorf("last use of application %s: %w", application, err)
	}
	return fromMicros(last.Int64), nil
}

// ApplicationBare reports whether nothing hangs on an application: no token, no consent, no webhook.
func (q Queries) ApplicationBare(ctx context.Context, application fund.ID) (bare bool, err error) {
	err = q.db.QueryRowContext(ctx, `SELECT NOT (EXISTS (SELECT 1 FROM tokens WHERE application_id = $1)
		OR EXISTS (SELECT 1 FROM grants WHERE application_id = $1) OR EXISTS (SELECT 1 FROM webhook_endpoints WHERE application_id = $1)
		OR EXISTS (SELECT 1 FROM webhook_relays WHERE application_id = $1))`, application).Scan(&bare)
	if err != nil {
		return false, fmt.Errorf("what hangs on application %s: %w", application, err)
	}
	return bare, nil
}

// DeleteApplication deletes an application on which nothing hangs.
func (t *Tx) DeleteApplication(ctx context.Context, application fund.ID) error {
	return t.change(ctx, thing{"application", application.String()}, "DELETE FROM applications WHERE id = $1", application)
}
