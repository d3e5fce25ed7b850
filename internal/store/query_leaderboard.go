package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// BoardFilter selects one leaderboard: a board of a fact, in the period that contains the instant At.
type BoardFilter struct {
	Fact   fund.ID
	Board  fund.Board
	Period fund.Period
	At     time.Time
	// Rows is how many entries the leaderboard has at most; 0 for no limit.
	Rows int
}

// entrants maps each board to the table with the names of its entrants.
var entrants = map[fund.Board]struct{ table, columns string }{
	fund.BoardUser: {"users", "w.id, w.legacy_id, w.slug, w.username, w.avatar"},
	fund.BoardTeam: {"teams", "w.id, w.legacy_id, w.slug, w.name, w.avatar"},
}

// oldDonors are the entrants of boards of version 1. The table is empty but in a database that comes from before migration 11 and has not been folded
// anew yet, which may happen with any later version of the program: so it stays.
var oldDonors = struct{ table, columns string }{"donors", "w.id, 0, '', w.name, ''"}

// donorName selects what a donor is called on the leaderboards of a fact: the name of the newest donation to the fact
// or to one below it whose name is shown. It is not stored, so that it follows the screening at once, and a name that
// is held here is not shown because another fact shows it.
var donorName = `COALESCE((SELECT d.name FROM donations d WHERE d.donor_id = s.entrant_id AND d.completed_at IS NOT NULL
	AND d.screening IN ('shown', 'host_only', 'comment_held') AND NOT d.anonymous AND (d.fact_id = ? OR d.cause_id = ? OR ? IN (
		WITH RECURSIVE above (id, depth) AS (SELECT f.parent_id, 1 FROM facts f WHERE f.id = d.fact_id
			UNION ALL SELECT f.parent_id, a.depth + 1 FROM above a JOIN facts f ON f.id = a.id WHERE a.depth < ` + strconv.Itoa(fund.MaxDepth) + `)
		SELECT id FROM above WHERE id IS NOT NULL))
	ORDER BY d.completed_at DESC, d.id DESC LIMIT 1), '')`

// Leaderboard lists the entrants of a leaderboard, the highest score first and the later id
// first among equals; only those with a score. A cursor is the score (Number) and id of an entry:
// Before asks for those further down, After for the nearest ones further up. Scores follow the
// event log: see Project.
func (q Queries) Leaderboard(ctx context.Context, filter BoardFilter, page fund.Page) ([]fund.LeaderboardEntry, error) {
	named, join, version := selecting(""), "", int64(boardVersion)
	if q.oldBoards.Load() {
		version = 1
	}
	ranked, known := entrants[filter.Board.Ranked()]
	switch {
	case known:
	case filter.Board != fund.BoardDonor:
		return nil, fmt.Errorf("leaderboard: there is no board %q", filter.Board)
	case version == 1:
		ranked, known = oldDonors, true
	}
	if known {
		named.then("SELECT " + ranked.columns)
		join = q.dialect.lookUp(ranked.table, "s.entrant_id")
	} else {
		named.then("SELECT s.entrant_id, 0, '', "+donorName+", ''", filter.Fact, filter.Fact, filter.Fact)
	}
	s := named.then(", s.score FROM (SELECT entrant_id, score FROM (SELECT entrant_id, score FROM scores").
		and("board_id = ?", filter.key().idOf(version))
	limit, ends, order := page.Limit, filter.Rows > 0, highestFirst
	if ends && !inside(page) {
		limit = min(limit, filter.Rows)
	}
	if ends || page.After == nil || page.After.Number <= 0 {
		s.and("score > 0") // otherwise the cursor says it, and is the better way into the index
	}
	if ends && inside(page) { // it is cut off before a cursor looks into it
		s.bounded(highestFirst, filter.Rows).where = false
	}
	if at := page.Before; at != nil {
		s.and("(score, entrant_id) < (?, ?)", at.Number, at.ID)
	}
	if at := page.After; at != nil {
		s.and("(score, entrant_id) > (?, ?)", at.Number, at.ID)
		order = "ORDER BY score, entrant_id"
	}
	if !ends || !inside(page) {
		s.bounded(order, atLeast(limit))
	}
	s.then(order+" LIMIT ?) s "+join+" ORDER BY s.score DESC, s.entrant_id DESC", limit)
	entries, err := list(ctx, q.db, s, func(r row) (e fund.LeaderboardEntry, err error) {
		err = r.Scan(&e.ID, &e.LegacyID, &e.Slug, &e.Name, &e.Avatar, &e.Raised)
		if filter.Board == fund.BoardDonor && e.Name == "" {
			e.Name = fund.Anonymous
		}
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("leaderboard of fact %s: %w", filter.Fact, err)
	}
	return entries, nil
}

func (f BoardFilter) key() boardKey {
	return boardKey{f.Fact, f.Board, f.Period, micros(f.Period.Begin(f.At))}
}

const highestFirst = "ORDER BY score DESC, entrant_id DESC"

// inside reports whether the page begins somewhere down the list.
func inside(page fund.Page) bool { return page.Before != nil || page.After != nil }

// bounded limits the innermost SELECT with a literal, which shows PostgreSQL how little any page reads, so that it
// caches the plan: it plans each read again as long as the limit at hand looks cheaper than an unknown one.
func (s *statement) bounded(order string, bound int) *statement {
	return s.then(order + " LIMIT " + strconv.Itoa(bound) + ") board")
}

// atLeast is a bound that is no less than the limit: one of few, because each makes a text of its own.
func atLeast(limit int) int {
	bound := 100
	for bound < limit {
		bound *= 10
	}
	return bound
}
