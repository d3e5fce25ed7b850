package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	individualRows = 25
	teamRows       = 10_000
	// boardRows is the maximum length of a fact's leaderboard.
	boardRows = 1_000
)

// Leaderboards are the leaderboards of a cause or event, best first.
type Leaderboards struct {
	// Hidden reports that the cause shows neither users nor teams; all lists are empty then.
	Hidden bool
	// Individual and Team are for all time, Weekly is Individual for the current ISO week in UTC.
	Individual, Team, Weekly []fund.LeaderboardEntry
}

// CauseLeaderboards returns the leaderboards that a cause shows.
func (a *App) CauseLeaderboards(ctx context.Context, s SeenCause) (Leaderboards, error) {
	return a.leaderboards(ctx, s.cause.Visibility, s.cause.ID)
}

// EventLeaderboards returns the leaderboards that a fundraising event shows.
func (a *App) EventLeaderboards(ctx context.Context, s SeenEvent) (Leaderboards, error) {
	return a.leaderboards(ctx, s.event.Visibility, s.event.ID)
}

func (a *App) leaderboards(ctx context.Context, shown fund.Visibility, of fund.ID) (Leaderboards, error) {
	users, teams := shown.Shown(shownBoards[fund.BoardUser]), shown.Shown(shownBoards[fund.BoardTeam])
	boards := Leaderboards{Hidden: !users && !teams}
	for _, b := range []struct {
		shown  bool
		board  fund.Board
		period fund.Period
		places int
		to     *[]fund.LeaderboardEntry
	}{
		{users, fund.BoardUser, fund.PeriodAll, individualRows, &boards.Individual},
		{users, fund.BoardUser, fund.PeriodWeek, individualRows, &boards.Weekly},
		{teams, fund.BoardTeam, fund.PeriodAll, teamRows, &boards.Team},
	} {
		if !b.shown {
			continue
		}
		var err error
		filter := store.BoardFilter{Fact: of, Board: b.board, Period: b.period, At: a.Now()}
		if *b.to, err = a.store.Leaderboard(ctx, filter, fund.Page{Limit: b.places}); err != nil {
			return Leaderboards{}, err
		}
	}
	return boards, nil
}

// shownBoards are the visibility options of causes and events that hide boards.
var shownBoards = map[fund.Board]string{
	fund.BoardDonor: "donor_leaderboard",
	fund.BoardUser:  "individual_leaderboard",
	fund.BoardTeam:  "team_leaderboard",
}

// BoardQuery selects a fact's leaderboard of the current period.
type BoardQuery struct {
	Board  fund.Board
	Period fund.Period
}

// Leaderboard lists the entries of a leaderboard, highest score first, at most 1,000. A cursor is an entry's score and id. A board that the
// cause or event hides is Forbidden to all but the cause.
func (a *App) Leaderboard(ctx context.Context, s Seen, query BoardQuery, page fund.Page) ([]fund.LeaderboardEntry, error) {
	if err := a.requireBoard(ctx, s, query.Board); err != nil {
		return nil, err
	}
	return a.store.Leaderboard(ctx, store.BoardFilter{
		Fact: s.fact.ID, Board: query.Board, Period: query.Period, At: a.Now(), Rows: boardRows,
	}, page)
}

// requireBoard is Forbidden if the fact is a cause or an event that hides the board, unless the actor acts for the cause.
func (a *App) requireBoard(ctx context.Context, s Seen, board fund.Board) error {
	shown, err := a.shownBy(ctx, s)
	if err != nil || shown.Shown(shownBoards[board.Ranked()]) {
		return err
	}
	own, err := may(ctx, a.store.Queries, s.actor, watchCause, s.fact)
	if err == nil && !own {
		err = forbidden()
	}
	return err
}

// shownBy are the visibility options of a cause or an event; other facts hide nothing.
func (a *App) shownBy(ctx context.Context, s Seen) (fund.Visibility, error) {
	if s.shown != nil {
		return *s.shown, nil
	}
	switch s.fact.Kind {
	case fund.KindCause:
		cause, err := a.store.GetCause(ctx, fund.Key{ID: s.fact.ID})
		return cause.Visibility, err
	case fund.KindFundraisingEvent:
		event, err := a.store.GetFundraisingEvent(ctx, fund.Key{ID: s.fact.ID})
		return event.Visibility, err
	default:
		return nil, nil
	}
}

// CatchUp folds all events so far into the leaderboards, which a server does automatically within a second. System only.
func (a *App) CatchUp(ctx context.Context, actor Actor) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	for {
		done, err := a.store.Project(ctx)
		if err != nil {
			return fmt.Errorf("leaderboards: %w", err)
		}
		if done == 0 {
			return nil
		}
	}
}
