package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectSession = `SELECT s.id, s.user_id, s.agent, s.address, s.created_at, s.seen_at, s.expires_at, s.ended_at, s.authenticated_at, s.factors
	FROM sessions s`

// GetSession finds a session by the SHA-256 of its text, even an expired or ended one.
func (q Queries) GetSession(ctx context.Context, hash []byte) (fund.Session, error) {
	return one(ctx, q.db, selecting(selectSession).and("s.hash = ?", hash), scanSession, thing{noun: "session"})
}

// listedSessions bounds a list of sessions; older ones expire eventually.
const listedSessions = 100

// ListSessions lists the newest sessions of a user that have not ended at now and were seen after the other instant,
// newest first.
func (q Queries) ListSessions(ctx context.Context, user fund.ID, now, seenSince time.Time) ([]fund.Session, error) {
	s := selecting(selectSession).and("s.user_id = ?", user).and("s.ended_at IS NULL").
		and("s.expires_at > ?", micros(now)).and("s.seen_at > ?", micros(seenSince)).then("ORDER BY s.id DESC LIMIT ?", listedSessions)
	sessions, err := list(ctx, q.db, s, scanSession)
	if err != nil {
		return nil, fmt.Errorf("sessions of user %s: %w", user, err)
	}
	return sessions, nil
}

func scanSession(r row) (fund.Session, error) {
	var (
		s       fund.Session
		factors string
	)
	err := r.Scan(&s.ID, &s.UserID, &s.Agent, &s.Address, instant{&s.CreatedAt}, instant{&s.SeenAt},
		instant{&s.ExpiresAt}, instant{&s.EndedAt}, instant{&s.AuthenticatedAt}, &factors)
	s.Factors = splitFactors(factors)
	return s, err
}

func joinFactors(all []fund.Factor) string {
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = string(one)
	}
	return joinWords(words)
}

func splitFactors(text string) []fund.Factor {
	var all []fund.Factor
	for _, word := range splitWords(text) {
		all = append(all, fund.Factor(word))
	}
	return all
}
