package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// InsertSession inserts a new session under the SHA-256 of its text.
func (t *Tx) InsertSession(ctx context.Context, s fund.Session, hash []byte) error {
	return t.insert(ctx, thing{"session", s.ID.String()}, "sessions", columns{
		{"hash", hash}, {"id", s.ID}, {"user_id", s.UserID}, {"agent", s.Agent}, {"address", s.Address},
		{"created_at", micros(s.CreatedAt)}, {"seen_at", micros(s.SeenAt)}, {"expires_at", micros(s.ExpiresAt)},
		{"ended_at", nullMicros(s.EndedAt)}, {"authenticated_at", micros(s.AuthenticatedAt)}, {"factors", joinFactors(s.Factors)},
	})
}

// ProveSession records when and by what the person at a browser proved who they are.
func (t *Tx) ProveSession(ctx context.Context, s fund.Session) error {
	return t.change(ctx, thing{"session", s.ID.String()}, "UPDATE sessions SET authenticated_at = $1, factors = $2 WHERE id = $3 AND ended_at IS NULL",
		micros(s.AuthenticatedAt), joinFactors(s.Factors), s.ID)
}

// SeeSession records that a session was used.
func (t *Tx) SeeSession(ctx context.Context, id fund.ID, at time.Time) error {
	return t.change(ctx, thing{"session", id.String()}, "UPDATE sessions SET seen_at = $1 WHERE id = $2", micros(at), id)
}

// EndSession ends a session of the user; one that has ended stays as it was.
func (t *Tx) EndSession(ctx context.Context, user, id fund.ID, at time.Time) error {
	return t.change(ctx, thing{"session", id.String()},
		"UPDATE sessions SET ended_at = COALESCE(ended_at, $1) WHERE id = $2 AND user_id = $3", micros(at), id, user)
}

// EndSessionsOf ends every session of a user at an instant, and returns the ids of those that had not ended.
func (t *Tx) EndSessionsOf(ctx context.Context, user fund.ID, at time.Time) ([]fund.ID, error) {
	return t.ending(ctx, "sessions of user", "UPDATE sessions SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL RETURNING id", user, at)
}

// EndOtherSessionsOf is EndSessionsOf for all sessions but one.
func (t *Tx) EndOtherSessionsOf(ctx context.Context, user, but fund.ID, at time.Time) ([]fund.ID, error) {
	s := selecting("").then("UPDATE sessions SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL AND id <> ? RETURNING id", micros(at), user, but)
	ended, err := list(ctx, t.db, s, scanID)
	if err != nil {
		return nil, fmt.Errorf("sessions of user %s: %w", user, err)
	}
	return ended, nil
}
