package store

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// InsertSession puts in a new session under the SHA-256 of its text.
func (t *Tx) InsertSession(ctx context.Context, s fund.Session, hash []byte) error {
	return t.insert(ctx, thing{"session", s.ID.String()},
		"INSERT INTO sessions (hash, id, user_id, agent, address, created_at, seen_at, expires_at, ended_at)",
		hash, s.ID, s.UserID, s.Agent, s.Address, micros(s.CreatedAt), micros(s.SeenAt), micros(s.ExpiresAt),
		nullMicros(s.EndedAt))
}

// SeeSession notes that a session was used.
func (t *Tx) SeeSession(ctx context.Context, id fund.ID, at time.Time) error {
	return t.change(ctx, thing{"session", id.String()}, "UPDATE sessions SET seen_at = $1 WHERE id = $2", micros(at), id)
}

// EndSession ends a session of the user; one that has ended stays as it was.
func (t *Tx) EndSession(ctx context.Context, user, id fund.ID, at time.Time) error {
	return t.change(ctx, thing{"session", id.String()},
		"UPDATE sessions SET ended_at = COALESCE(ended_at, $1) WHERE id = $2 AND user_id = $3", micros(at), id, user)
}
