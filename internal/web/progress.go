package web

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// places is how many entrants of a leaderboard a page shows.
const places = 10

// board is a leaderboard on the page of a fact.
type board struct {
	Heading  text.ID
	Entrants []ui.Entrant
}

// addChart adds the money over time.
func (s *Site) addChart(ctx context.Context, seen app.Seen, page *factPage) error {
	if page.fact.Total() == 0 {
		return nil
	}
	points, err := s.app.RaisedOverTime(ctx, seen)
	if err != nil || len(points) < 2 {
		return err
	}
	shown := make([]ui.ChartPoint, len(points))
	for i, p := range points {
		shown[i] = ui.ChartPoint{At: inZone(page.fact, p.At), Total: page.locale.Amount(p.Total, page.fact.Currency), Minor: p.Total}
	}
	page.Chart = ui.NewChart(shown)
	return nil
}

// boards are the leaderboards that pages show, with their headings.
var boards = []struct {
	of      fund.Board
	heading text.ID
}{{fund.BoardUser, "board.users"}, {fund.BoardTeam, "board.teams"}}

// addBoards adds the leaderboards of a cause or an event, as far as it shows them.
func (s *Site) addBoards(ctx context.Context, seen app.Seen, page *factPage) error {
	for _, b := range boards {
		entries, err := s.app.Leaderboard(ctx, seen, app.BoardQuery{Board: b.of, Period: fund.PeriodAll}, fund.Page{Limit: places})
		if err != nil && !fault.Is(err, fault.Forbidden) {
			return err
		}
		if len(entries) > 0 {
			page.Boards = append(page.Boards, board{b.heading, entrantsOf(page, b.of, entries)})
		}
	}
	return nil
}

func entrantsOf(page *factPage, b fund.Board, entries []fund.LeaderboardEntry) []ui.Entrant {
	shown := make([]ui.Entrant, len(entries))
	for i, e := range entries {
		at := map[fund.Board]string{fund.BoardUser: "@", fund.BoardTeam: "+"}[b] + e.Slug
		shown[i] = ui.Entrant{
			Name: e.Name, Link: "/" + at, Raised: page.locale.Amount(e.Raised, page.fact.Currency),
			Portrait: ui.NewPortrait(e.Name, at, picture(fund.PictureAt(e.Avatar, portrait))),
		}
	}
	return shown
}
