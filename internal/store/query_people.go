package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// UsersByID lists all users with these ids, by id. One that does not exist is left out.
func (q Queries) UsersByID(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.User, error) {
	found := make(map[fund.ID]fund.User, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	condition, args := anyID("u.id", ids)
	users, err := list(ctx, q.db, selecting(selectUser).and(condition, args...), scanUser)
	if err != nil {
		return nil, fmt.Errorf("users by id: %w", err)
	}
	for _, u := range users {
		found[u.ID] = u
	}
	return found, nil
}

// TeamsByID lists all teams with these ids, by id. One that does not exist is left out.
func (q Queries) TeamsByID(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.Team, error) {
	found := make(map[fund.ID]fund.Team, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	condition, args := anyID("t.id", ids)
	teams, err := list(ctx, q.db, selecting(selectTeam).and(condition, args...), scanTeam)
	if err != nil {
		return nil, fmt.Errorf("teams by id: %w", err)
	}
	for _, t := range teams {
		found[t.ID] = t
	}
	return found, nil
}
