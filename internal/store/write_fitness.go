package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// InsertFitnessGoal puts in a new goal. What was done for its fact with exercise of its type so
// far is filled in.
func (t *Tx) InsertFitnessGoal(ctx context.Context, g *fund.FitnessGoal) error {
	err := t.db.QueryRowContext(ctx, `SELECT COALESCE(CAST(SUM(meters) AS BIGINT), 0), COALESCE(CAST(SUM(seconds) AS BIGINT), 0)
		FROM fitness_activities WHERE fact_id = $1 AND type = $2`, g.FactID, g.Type).Scan(&g.Meters, &g.Seconds)
	if err != nil {
		return fmt.Errorf("fitness of fact %s: %w", g.FactID, err)
	}
	return t.insert(ctx, thing{"fitness goal", g.ID.String()},
		"INSERT INTO fitness_goals (id, fact_id, type, unit, goal, meters, seconds, created_at, updated_at)",
		g.ID, g.FactID, g.Type, string(g.Unit), g.Goal, g.Meters, g.Seconds, micros(g.CreatedAt), micros(g.UpdatedAt))
}

// RecordFitness puts in an activity and adds it to the goals of its type that its fact has. The
// team is that of the fact now.
func (t *Tx) RecordFitness(ctx context.Context, a fund.FitnessActivity) error {
	what := thing{"fitness activity", a.ID.String()}
	_, err := t.db.ExecContext(ctx, `INSERT INTO fitness_activities (id, fact_id, user_id, team_id, type, meters, seconds, at,
		created_at) VALUES ($1, $2, $3, (SELECT team_id FROM facts WHERE id = $2), $4, $5, $6, $7, $8)`,
		a.ID, a.FactID, a.UserID, a.Type, a.Meters, a.Seconds, micros(a.At), micros(a.CreatedAt))
	if err != nil {
		return what.refused(err)
	}
	_, err = t.db.ExecContext(ctx, `UPDATE fitness_goals SET meters = meters + $1, seconds = seconds + $2, updated_at = $3
		WHERE fact_id = $4 AND type = $5`, a.Meters, a.Seconds, micros(a.CreatedAt), a.FactID, a.Type)
	if err != nil {
		return fmt.Errorf("fitness goals of fact %s: %w", a.FactID, err)
	}
	return nil
}
