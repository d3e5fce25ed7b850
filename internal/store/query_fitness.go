package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// ListFitnessGoals lists the goals of a fact, by id.
func (q Queries) ListFitnessGoals(ctx context.Context, fact fund.ID, page fund.Page) ([]fund.FitnessGoal, error) {
	s := selecting(`SELECT g.id, g.fact_id, g.type, g.unit, g.goal, g.meters, g.seconds, g.created_at, g.updated_at
		FROM fitness_goals g`).and("g.fact_id = ?", fact)
	goals, err := keysetPage(ctx, q.db, s, byID("g.id"), page, func(r row) (g fund.FitnessGoal, err error) {
		err = r.Scan(&g.ID, &g.FactID, &g.Type, &g.Unit, &g.Goal, &g.Meters, &g.Seconds,
			instant{&g.CreatedAt}, instant{&g.UpdatedAt})
		return g, err
	})
	if err != nil {
		return nil, fmt.Errorf("list fitness goals of fact %s: %w", fact, err)
	}
	return goals, nil
}

// GetFitnessActivity finds one activity.
func (q Queries) GetFitnessActivity(ctx context.Context, id fund.ID) (fund.FitnessActivity, error) {
	s := selecting(`SELECT a.id, a.fact_id, a.user_id, a.type, a.meters, a.seconds, a.at, a.created_at
		FROM fitness_activities a`).and("a.id = ?", id)
	return one(ctx, q.db, s, func(r row) (a fund.FitnessActivity, err error) {
		err = r.Scan(&a.ID, &a.FactID, &a.UserID, &a.Type, &a.Meters, &a.Seconds, instant{&a.At}, instant{&a.CreatedAt})
		return a, err
	}, thing{"fitness activity", id.String()})
}
