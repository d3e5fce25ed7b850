package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// MatchFilter narrows the list of a fact's donation matches. A zero field does not filter.
type MatchFilter struct {
	// Fact is required.
	Fact             fund.ID
	Created, Updated fund.Span
	// Status is MatchActive or MatchCompleted. Active matches are those whose window contains Now.
	Status string
	Now    time.Time
}

// The states of donation matches in a filter.
const (
	MatchActive    = "active"
	MatchCompleted = "completed"
)

const matchColumns = `m.id, m.fact_id, mf.legacy_id, m.type, m.matched_by, m.pledged, m.currency, m.started_at, m.raised,
	m.donation_id, COALESCE((SELECT md.screening FROM donations md WHERE md.id = m.donation_id), ''), m.starts_at, m.ends_at, m.completed_at, m.created_at,
	m.updated_at`

// usedUp is the condition that the donations so far reach the pledge of a match, a row of that name.
func usedUp(match string) string {
	return "(" + match + ".type = '" + string(fund.MatchAmount) + "' AND " + match + ".raised >= " + match + ".pledged)"
}

const selectMatch = "SELECT " + matchColumns + " FROM donation_matches m JOIN facts mf ON mf.id = m.fact_id"

// ListMatches lists the donation matches that pass the filter, by id.
func (q Queries) ListMatches(ctx context.Context, filter MatchFilter, page fund.Page) ([]fund.DonationMatch, error) {
	s := selecting(selectMatch).and("m.fact_id = ?", filter.Fact).
		within("m.created_at", filter.Created).within("m.updated_at", filter.Updated)
	switch filter.Status {
	case MatchActive:
		now := micros(filter.Now)
		s.and("m.completed_at IS NULL").and("m.starts_at <= ?", now).and("m.ends_at > ?", now).and("NOT " + usedUp("m"))
	case MatchCompleted:
		s.and("m.completed_at IS NOT NULL")
	}
	matches, err := keysetPage(ctx, q.db, s, byID("m.id"), page, scanMatch)
	if err != nil {
		return nil, fmt.Errorf("list donation matches of fact %s: %w", filter.Fact, err)
	}
	return matches, nil
}

// GetMatch finds one donation match.
func (q Queries) GetMatch(ctx context.Context, id fund.ID) (fund.DonationMatch, error) {
	return one(ctx, q.db, selecting(selectMatch).and("m.id = ?", id), scanMatch, thing{"donation match", id.String()})
}

// CountOpenMatches counts the few matches of a fact that have not ended.
func (q Queries) CountOpenMatches(ctx context.Context, fact fund.ID) (int, error) {
	return q.count(ctx, "SELECT COUNT(*) FROM donation_matches WHERE fact_id = $1 AND completed_at IS NULL", fact)
}

func scanMatch(r row) (fund.DonationMatch, error) { return scanMatchAnd(r) }

// scanMatchAnd scans the columns of a match followed by those of more.
func scanMatchAnd(r row, more ...any) (m fund.DonationMatch, err error) {
	err = r.Scan(append([]any{
		&m.ID, &m.FactID, &m.FactLegacyID, &m.Type, &m.MatchedBy, &m.Pledged, &m.Currency, &m.StartedAt, &m.Raised,
		&m.DonationID, &m.Screening, instant{&m.StartsAt}, instant{&m.EndsAt}, instant{&m.CompletedAt}, instant{&m.CreatedAt},
		instant{&m.UpdatedAt},
	}, more...)...)
	return m, err
}
