package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// LeaderboardFilter says what a leaderboard counts. Exactly one of Cause and Event is set.
type LeaderboardFilter struct {
	Cause, Event fund.ID
	// Since leaves out the money that moved earlier; the zero time counts everything.
	Since time.Time
	// Limit is how many entries at the most; at least 1.
	Limit int
}

// UserLeaderboard lists who raised most with campaigns of their own, then by legacy id. Who
// raised nothing is not listed.
func (q Queries) UserLeaderboard(ctx context.Context, filter LeaderboardFilter) ([]fund.LeaderboardEntry, error) {
	return q.leaderboard(ctx, filter, board{
		owner: "f.user_id", kinds: []fund.Kind{fund.KindCampaign, fund.KindPersonalCampaign},
		from: "users w", name: "w.username",
	})
}

// TeamLeaderboard lists the teams that raised most, with team campaigns and with campaigns
// that members run for the team, then by legacy id.
func (q Queries) TeamLeaderboard(ctx context.Context, filter LeaderboardFilter) ([]fund.LeaderboardEntry, error) {
	return q.leaderboard(ctx, filter, board{
		owner: "f.team_id", kinds: []fund.Kind{fund.KindTeamCampaign, fund.KindCampaign},
		from: "teams w", name: "w.name",
	})
}

// board is what differs between the leaderboards.
type board struct {
	owner      string
	kinds      []fund.Kind
	from, name string
}

func (q Queries) leaderboard(ctx context.Context, filter LeaderboardFilter, b board) ([]fund.LeaderboardEntry, error) {
	amount, moves := "f.raised", ""
	if !filter.Since.IsZero() {
		amount, moves = "l.amount", " JOIN ledger l ON l.fact_id = f.id"
	}
	s := selecting("SELECT w.id, w.legacy_id, w.slug, " + b.name + ", w.avatar, s.total FROM (SELECT " + b.owner +
		" AS owner, CAST(SUM(" + amount + ") AS BIGINT) AS total FROM facts f" + moves)
	s.andID("f.cause_id = ?", filter.Cause).andID("f.event_id = ?", filter.Event).and(b.owner + " IS NOT NULL")
	s.ofKinds(b.kinds)
	if !filter.Since.IsZero() {
		s.and("l.at >= ?", micros(filter.Since))
	}
	s.then("GROUP BY "+b.owner+" HAVING SUM("+amount+") > 0) s JOIN "+b.from+
		" ON w.id = s.owner ORDER BY s.total DESC, w.legacy_id LIMIT ?", filter.Limit)
	entries, err := list(ctx, q.db, s, func(r row) (e fund.LeaderboardEntry, err error) {
		err = r.Scan(&e.ID, &e.LegacyID, &e.Slug, &e.Name, &e.Avatar, &e.Raised)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("leaderboard: %w", err)
	}
	return entries, nil
}
