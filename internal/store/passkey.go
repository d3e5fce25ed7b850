package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

//nolint:gosec // no credential
const selectPasskey = "SELECT p.id, p.user_id, p.credential, p.data, p.name, p.host, p.created_at, p.used_at FROM passkeys p"

// GetPasskey finds a passkey by the id that browsers have for it.
func (q Queries) GetPasskey(ctx context.Context, credential []byte) (fund.Passkey, error) {
	return one(ctx, q.db, selecting(selectPasskey).and("p.credential = ?", credential), scanPasskey, thing{noun: "passkey"})
}

// ListPasskeys lists the passkeys of a user, the oldest first.
func (q Queries) ListPasskeys(ctx context.Context, user fund.ID) ([]fund.Passkey, error) {
	all, err := list(ctx, q.db, selecting(selectPasskey).and("p.user_id = ?", user).then("ORDER BY p.id LIMIT ?", fund.MaxPasskeys), scanPasskey)
	if err != nil {
		return nil, fmt.Errorf("passkeys of user %s: %w", user, err)
	}
	return all, nil
}

// CountPasskeysElsewhere is how many passkeys are tied to another host.
func (q Queries) CountPasskeysElsewhere(ctx context.Context, host string) (n int, err error) {
	if err := q.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM passkeys WHERE host <> $1", host).Scan(&n); err != nil {
		return 0, fmt.Errorf("passkeys of other hosts: %w", err)
	}
	return n, nil
}

func scanPasskey(r row) (fund.Passkey, error) {
	var p fund.Passkey
	err := r.Scan(&p.ID, &p.UserID, &p.Credential, &p.Data, &p.Name, &p.Host, instant{&p.CreatedAt}, instant{&p.UsedAt})
	return p, err
}

// InsertPasskey inserts a new passkey. One with the id of another is a Conflict.
func (t *Tx) InsertPasskey(ctx context.Context, p fund.Passkey) error {
	return t.insert(ctx, thing{"passkey", p.ID.String()}, "passkeys", columns{
		{"id", p.ID}, {"user_id", p.UserID}, {"credential", p.Credential}, {"data", p.Data}, {"name", p.Name}, {"host", p.Host},
		{"created_at", micros(p.CreatedAt)}, {"used_at", nullMicros(p.UsedAt)},
	})
}

// UsePasskey records that somebody signed in with a passkey, and what its answers are checked with from now on.
func (t *Tx) UsePasskey(ctx context.Context, p fund.Passkey) error {
	return t.change(ctx, thing{"passkey", p.ID.String()}, "UPDATE passkeys SET data = $1, used_at = $2 WHERE id = $3", p.Data, micros(p.UsedAt), p.ID)
}

// DeletePasskey deletes a passkey of a user.
func (t *Tx) DeletePasskey(ctx context.Context, user, id fund.ID) error {
	return t.change(ctx, thing{"passkey", id.String()}, "DELETE FROM passkeys WHERE id = $1 AND user_id = $2", id, user)
}

// AnswerQuestion records that a question for a passkey was answered. It is a Conflict for one that was answered before.
func (t *Tx) AnswerQuestion(ctx context.Context, hash []byte, until time.Time) error {
	return t.insert(ctx, thing{noun: "question"}, "passkey_answers", columns{{"hash", hash}, {"expires_at", micros(until)}})
}
