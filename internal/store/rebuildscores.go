package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// mendScores makes the leaderboards anew and tells what was wrong with them, as far as they could be
// compared.
func (t *Tx) mendScores(ctx context.Context) ([]Difference, error) {
	if err := t.stopEvents(ctx); err != nil {
		return nil, err
	}
	wrong, _, err := t.store.auditScores(ctx, t.Queries, nil)
	if err != nil {
		return nil, err
	}
	return wrong, t.rebuildScores(ctx)
}

// stopEvents lets no event come until the transaction ends: those of this group are written, and
// others wait.
func (t *Tx) stopEvents(ctx context.Context) error {
	if err := t.store.dialect.lockEvents(ctx, t); err != nil {
		return err
	}
	return t.writeEvents(ctx)
}

// rebuildScores makes the leaderboards anew from the ledger, as the facts stand to each other now.
func (t *Tx) rebuildScores(ctx context.Context) error {
	if err := t.stopEvents(ctx); err != nil {
		return err
	}
	last, err := t.LastPosition(ctx)
	if err != nil {
		return err
	}
	calendar, err := t.calendar(ctx)
	if err != nil {
		return err
	}
	for _, s := range []step{
		{text: "DELETE FROM scores"},
		{text: "DELETE FROM donors"},
		{text: "INSERT INTO scores (fact_id, board, period, begins, entrant_id, score) " + scoresFold(calendar)},
		{text: `INSERT INTO donors (id, name) SELECT id, name FROM (SELECT ` + donorColumn + ` AS id, ` + donorName + ` AS name,
			ROW_NUMBER() OVER (PARTITION BY ` + donorColumn + ` ORDER BY d.completed_at DESC, d.id DESC) AS n
			FROM donations d WHERE d.completed_at IS NOT NULL) l WHERE n = 1`},
		{
			text: `INSERT INTO projections (name, position) VALUES ($1, $2)
				ON CONFLICT (name) DO UPDATE SET position = excluded.position, halfway = ''`,
			args: []any{leaderboards, last},
		},
	} {
		if _, err := t.db.ExecContext(ctx, s.text, s.args...); err != nil {
			return fmt.Errorf("rebuild the leaderboards: %w", err)
		}
	}
	return nil
}

// calendar lists the days on which anything was given or done, each with what periods begin when,
// as rows of VALUES: the databases have no functions for it in common.
func (q Queries) calendar(ctx context.Context) (string, error) {
	var rows []string
	err := q.each(ctx, fmt.Sprintf(`SELECT DISTINCT completed_at / %[1]d FROM donations WHERE completed_at IS NOT NULL
		UNION SELECT DISTINCT at / %[1]d FROM fitness_activities`, dayMicros), nil, func(scan func(...any) error) error {
		var day int64
		if err := scan(&day); err != nil {
			return err
		}
		at := fromMicros(day*dayMicros + 1)
		for _, p := range fund.Periods() {
			rows = append(rows, fmt.Sprintf("(%d, '%s', %d)", day, p, micros(p.Begin(at))))
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("days of donations: %w", err)
	}
	if len(rows) == 0 {
		rows = []string{"(0, '', 0)"}
	}
	return strings.Join(rows, ", "), nil
}

// scoresFold is what the ledger and the activities say that all scores are.
func scoresFold(calendar string) string {
	return fmt.Sprintf(`WITH RECURSIVE calendar (day, period, begins) AS (VALUES %[1]s),
	given (fact_id, day, donor_id, score) AS (
		SELECT l.fact_id, d.completed_at / %[2]d, %[3]s, CAST(SUM(l.amount) AS BIGINT)
		FROM ledger l JOIN donations d ON d.id = l.donation_id GROUP BY 1, 2, 3),
	direct (fact_id, day, score) AS (SELECT fact_id, day, CAST(SUM(score) AS BIGINT) FROM given GROUP BY 1, 2),
	done (fact_id, day, user_id, team_id, meters, seconds) AS (
		SELECT fact_id, at / %[2]d, user_id, team_id, CAST(SUM(meters) AS BIGINT), CAST(SUM(seconds) AS BIGINT)
		FROM fitness_activities GROUP BY 1, 2, 3, 4),
	above (fact_id, id) AS (
		SELECT fact_id, fact_id FROM direct UNION SELECT fact_id, fact_id FROM done
		UNION SELECT a.fact_id, f.parent_id FROM above a JOIN facts f ON f.id = a.id WHERE f.parent_id IS NOT NULL),
	scored (fact_id, day, board, entrant_id, score) AS (
		SELECT fact_id, day, 'donor', donor_id, score FROM given
		UNION ALL SELECT s.fact_id, s.day, 'user', f.user_id, s.score FROM direct s JOIN facts f ON f.id = s.fact_id
			WHERE f.user_id IS NOT NULL AND f.kind IN ('campaign', 'personal_campaign')
		UNION ALL SELECT s.fact_id, s.day, 'team', f.team_id, s.score FROM direct s JOIN facts f ON f.id = s.fact_id
			WHERE f.team_id IS NOT NULL
		UNION ALL SELECT fact_id, day, 'user_time', user_id, seconds FROM done
		UNION ALL SELECT fact_id, day, 'user_distance', user_id, meters FROM done
		UNION ALL SELECT fact_id, day, 'team_time', team_id, seconds FROM done WHERE team_id IS NOT NULL
		UNION ALL SELECT fact_id, day, 'team_distance', team_id, meters FROM done WHERE team_id IS NOT NULL)
	SELECT a.id, s.board, c.period, c.begins, s.entrant_id, CAST(SUM(s.score) AS BIGINT)
		FROM scored s JOIN calendar c ON c.day = s.day JOIN above a ON a.fact_id = s.fact_id GROUP BY 1, 2, 3, 4, 5
	UNION ALL SELECT s.fact_id, 'own', c.period, c.begins, s.fact_id, CAST(SUM(s.score) AS BIGINT)
		FROM direct s JOIN calendar c ON c.day = s.day GROUP BY 1, 2, 3, 4, 5`, calendar, dayMicros, donorColumn)
}
