package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// periods are the words of this wire for the time that a board covers. The year to date is the year
// that is now; of custom, no parameters that would say which are known, so that it is all time.
var periods = map[string]fund.Period{
	"daily": fund.PeriodDay, "weekly": fund.PeriodWeek, "monthly": fund.PeriodMonth, "yearly": fund.PeriodYear,
	"ytd": fund.PeriodYear, "all": fund.PeriodAll, "custom": fund.PeriodAll, "": fund.PeriodAll,
}

var (
	// timeTypes are taken everywhere, customTypes where an event's boards are.
	timeTypes   = []string{"daily", "weekly", "monthly", "yearly", "ytd", "all"}
	customTypes = append(timeTypes[:len(timeTypes):len(timeTypes)], "custom")
)

// leaderboard lists the entries of a board of the fact at a place.
func (v *version) leaderboard(at pathParameter, board fund.Board) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		f := seen.Fact()
		types := timeTypes
		if at.name == atEvent.name {
			types = customTypes
		}
		p := queryOf(c)
		query := app.BoardQuery{Board: board, Period: periods[p.oneOf("time_type", types...)]}
		entries, meta, err := paginate(ctx, v, p, listing[fund.LeaderboardEntry]{
			kind: "leaderboard " + string(board), owner: f.ID, order: fund.NewestFirst,
			at: func(e fund.LeaderboardEntry) fund.Cursor { return fund.Cursor{Number: e.Raised, ID: e.ID} },
			read: func(page fund.Page) ([]fund.LeaderboardEntry, error) {
				return v.app.Leaderboard(ctx, seen, query, page)
			},
		})
		if err != nil {
			return api.Reply{}, err
		}
		body := page{Data: list(entries, v.toEntry(board, f.Currency)), Metadata: meta}
		return api.Reply{Body: body, Fresh: v.soon(f)}, nil
	}
}

// soon is the freshness of boards: they follow what was given within a moment.
func (v *version) soon(f fund.Fact) *api.Freshness {
	fresh := api.Shows(f.ID)
	fresh.Until = v.now().Add(moment)
	return fresh
}

// configured are the boards that the page of the fact at a place shows. One that is hidden is empty;
// where all are, there is nothing that may be seen.
func (v *version) configured(at pathParameter) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		f := seen.Fact()
		cursors, err := v.cursors(ctx, "configured leaderboard", f.ID)
		if err != nil {
			return api.Reply{}, err
		}
		p := queryOf(c)
		period, limit := periods[p.oneOf("time_type", timeTypes...)], p.limit()
		p.cursor("after", cursors) // there are no pages, and so no cursor that could be meant
		p.cursor("before", cursors)
		if err := p.err(); err != nil {
			return api.Reply{}, err
		}
		hidden := 0
		top := func(query app.BoardQuery) []leaderboardEntry {
			if err != nil {
				return nil
			}
			var entries []fund.LeaderboardEntry
			entries, err = v.app.Leaderboard(ctx, seen, query, fund.Page{Limit: limit})
			if fault.Is(err, fault.Forbidden) {
				hidden, entries, err = hidden+1, nil, nil
			}
			return list(entries, v.toEntry(query.Board, f.Currency))
		}
		users := top(app.BoardQuery{Board: fund.BoardUser, Period: period})
		body := configuredLeaderboard{
			Individual: users, User: users,
			Team:   top(app.BoardQuery{Board: fund.BoardTeam, Period: period}),
			Weekly: top(app.BoardQuery{Board: fund.BoardUser, Period: fund.PeriodWeek}),
		}
		if hidden == 3 {
			err = &fault.Error{Kind: fault.Forbidden}
		}
		return api.Reply{Body: body, Fresh: v.soon(f)}, err
	}
}

// own lets only the cause of the fact at a place pass.
func (v *version) own(at pathParameter, handle handler) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		if err := v.app.RequireCause(ctx, c.Caller, seen.Fact().Cause.ID); err != nil {
			return api.Reply{}, err
		}
		return handle(ctx, c)
	}
}
