package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// BoardFilter is one leaderboard: a board of a fact, in the period that the instant At is in.
type BoardFilter struct {
	Fact   fund.ID
	Board  fund.Board
	Period fund.Period
	At     time.Time
	// Places is how many entries the leaderboard has at the most; 0 for no end.
	Places int
}

// entrants are where those who are ranked have their names.
var entrants = map[fund.Board]struct{ table, columns string }{
	fund.BoardDonor: {"donors", "w.id, 0, '', w.name, ''"},
	fund.BoardUser:  {"users", "w.id, w.legacy_id, w.slug, w.username, w.avatar"},
	fund.BoardTeam:  {"teams", "w.id, w.legacy_id, w.slug, w.name, w.avatar"},
}

// Leaderboard lists the entrants of a leaderboard, the highest score first and the later id
// first among equals; only those with a score. A cursor is the score (Number) and id of an entry:
// Before asks for those further down, After for the nearest ones further up. Scores follow the
// event log: see Project.
func (q Queries) Leaderboard(ctx context.Context, filter BoardFilter, page fund.Page) ([]fund.LeaderboardEntry, error) {
	ranked, known := entrants[filter.Board.Ranked()]
	if !known {
		return nil, fmt.Errorf("leaderboard: there is no board %q", filter.Board)
	}
	s := selecting("SELECT "+ranked.columns+", s.score FROM ("+filter.innermost(page)).and("board_id = ?", filter.key().id())
	limit, ends := page.Limit, filter.Places > 0
	if ends || page.After == nil || page.After.Number <= 0 {
		s.and("score > 0") // otherwise the cursor says it, and is the better way into the index
	}
	if ends && !inside(page) {
		limit = min(limit, filter.Places)
	} else if ends {
		s.then(highestFirst+" LIMIT ?) board", filter.Places).where = false
	}
	order := highestFirst
	if at := page.Before; at != nil {
		s.and("(score, entrant_id) < (?, ?)", at.Number, at.ID)
	}
	if at := page.After; at != nil {
		s.and("(score, entrant_id) > (?, ?)", at.Number, at.ID)
		order = "ORDER BY score, entrant_id"
	}
	s.then(order+" LIMIT ?) s JOIN "+ranked.table+" w ON w.id = s.entrant_id ORDER BY s.score DESC, s.entrant_id DESC", limit)
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

// inside tells whether the page is somewhere further down.
func inside(page fund.Page) bool { return page.Before != nil || page.After != nil }

// innermost is the beginning of the SELECT of a page's scores. A leaderboard that ends is cut off
// before a cursor looks into it.
func (f BoardFilter) innermost(page fund.Page) string {
	const scores = "SELECT entrant_id, score FROM scores"
	if f.Places > 0 && inside(page) {
		return "SELECT entrant_id, score FROM (" + scores
	}
	return scores
}
