package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	individualPlaces = 25
	teamPlaces       = 10_000
	week             = 7 * 24 * time.Hour
)

// Leaderboards are who raised most for a cause or event, the first first.
type Leaderboards struct {
	// Hidden tells that the cause shows neither users nor teams; all lists are empty then.
	Hidden bool
	// Individual and Team are of all time, Weekly is Individual of the last seven days.
	Individual, Team, Weekly []fund.LeaderboardEntry
}

// CauseLeaderboards gives the leaderboards of a cause, as far as it shows them.
func (a *App) CauseLeaderboards(ctx context.Context, actor Actor, key fund.Key) (Leaderboards, error) {
	cause, err := a.GetCause(ctx, actor, key)
	if err != nil {
		return Leaderboards{}, err
	}
	return a.leaderboards(ctx, cause.Visibility, store.LeaderboardFilter{Cause: cause.ID})
}

// EventLeaderboards gives the leaderboards of a fundraising event, as far as it shows them.
func (a *App) EventLeaderboards(ctx context.Context, actor Actor, key fund.Key) (Leaderboards, error) {
	event, err := a.GetFundraisingEvent(ctx, actor, key)
	if err != nil {
		return Leaderboards{}, err
	}
	return a.leaderboards(ctx, event.Visibility, store.LeaderboardFilter{Event: event.ID})
}

func (a *App) leaderboards(ctx context.Context, shown fund.Visibility, of store.LeaderboardFilter) (Leaderboards, error) {
	users, teams := shown.Shown("individual_leaderboard"), shown.Shown("team_leaderboard")
	boards := Leaderboards{Hidden: !users && !teams}
	if users {
		var err error
		of.Limit = individualPlaces
		if boards.Individual, err = a.store.UserLeaderboard(ctx, of); err != nil {
			return Leaderboards{}, err
		}
		weekly := of
		weekly.Since = a.Now().Add(-week)
		if boards.Weekly, err = a.store.UserLeaderboard(ctx, weekly); err != nil {
			return Leaderboards{}, err
		}
	}
	if teams {
		var err error
		of.Limit = teamPlaces
		if boards.Team, err = a.store.TeamLeaderboard(ctx, of); err != nil {
			return Leaderboards{}, err
		}
	}
	return boards, nil
}
