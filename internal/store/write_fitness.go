package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// InsertFitnessGoal inserts a new goal. Earlier activities of its type for its fact count.
func (t *Tx) InsertFitnessGoal(ctx context.Context, g *fund.FitnessGoal) error {
	err := t.db.QueryRowContext(ctx, `SELECT COALESCE(CAST(SUM(meters) AS BIGINT), 0), COALESCE(CAST(SUM(seconds) AS BIGINT), 0)
		FROM fitness_activities WHERE fact_id = $1 AND type = $2`, g.FactID, g.Type).Scan(&g.Meters, &g.Seconds)
	if err != nil {
		return fmt.Errorf("fitness of fact %s: %w", g.FactID, err)
	}
	return t.insert(ctx, thing{"fitness goal", g.ID.String()}, "fitness_goals", columns{
		{"id", g.ID}, {"fact_id", g.FactID}, {"type", g.Type}, {"unit", string(g.Unit)}, {"goal", g.Goal},
		{"meters", g.Meters}, {"seconds", g.Seconds}, {"created_at", micros(g.CreatedAt)},
		{"updated_at", micros(g.UpdatedAt)},
	})
}

// RecordFitness inserts an activity and adds it to the goals of its type at its fact. The team is the fact's current
// one.
func (t *Tx) RecordFitness(ctx context.Context, a fund.FitnessActivity) error {
	err := t.insert(ctx, thing{"fitness activity", a.ID.String()}, "fitness_activities", columns{
		{"id", a.ID}, {"fact_id", a.FactID}, {"user_id", a.UserID},
		{"team_id", expression{"(SELECT team_id FROM facts WHERE id = ?)", []any{a.FactID}}}, {"type", a.Type},
		{"meters", a.Meters}, {"seconds", a.Seconds}, {"at", micros(a.At)}, {"created_at", micros(a.CreatedAt)},
	})
	if err != nil {
		return err
	}
	_, err = t.db.ExecContext(ctx, `UPDATE fitness_goals SET meters = meters + $1, seconds = seconds + $2, updated_at = $3
		WHERE fact_id = $4 AND type = $5`, a.Meters, a.Seconds, micros(a.CreatedAt), a.FactID, a.Type)
	if err != nil {
		return fmt.Errorf("fitness goals of fact %s: %w", a.FactID, err)
	}
	return nil
}
