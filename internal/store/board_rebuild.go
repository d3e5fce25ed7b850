package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	dayMicros = int64(24 * time.Hour / time.Microsecond)
	// rebuildRows is about how many scores are kept in memory before they are written.
	rebuildRows = 50_000
	// neverBegun is the position of leaderboards that are about to be built.
	neverBegun = -1
)

// repairScores rebuilds the leaderboards and returns how they differed, as far as they could be compared. On
// PostgreSQL others write meanwhile.
func (s *Store) repairScores(ctx context.Context) (wrong []Difference, err error) {
	err = s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		if _, err := t.holdScores(ctx); err != nil {
			return err
		}
		return s.readTx(ctx, func(q Queries) error {
			folded, err := s.foldLedger(ctx, q)
			if err != nil {
				return err
			}
			if wrong, _, err = s.auditScores(ctx, q, folded.boards, nil); err != nil {
				return err
			}
			return t.rebuildScores(ctx, q)
		})
	})
	return wrong, err
}

// beginScores builds the leaderboards of a database that has none yet.
func (s *Store) beginScores(ctx context.Context) error {
	return s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		if at, err := t.holdScores(ctx); err != nil || at != neverBegun {
			return err // another node was faster
		}
		return s.readTx(ctx, func(q Queries) error { return t.rebuildScores(ctx, q) })
	})
}

// holdScores keeps others from changing leaderboards until the transaction ends, and returns how far they are.
func (t *Tx) holdScores(ctx context.Context) (position int64, err error) {
	err = t.db.QueryRowContext(ctx, `INSERT INTO projections (name, position) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING position`, leaderboards, neverBegun).Scan(&position)
	if err != nil {
		return 0, fmt.Errorf("hold the leaderboards: %w", err)
	}
	return position, nil
}

// rebuildScores rebuilds the leaderboards from the ledger in the snapshot of q, with the links that facts have there.
// They must be held. Later events are folded as usual.
func (t *Tx) rebuildScores(ctx context.Context, q Queries) error {
	last, err := q.LastPosition(ctx)
	if err != nil {
		return err
	}
	for _, table := range []string{"scores", "boards", "donors"} {
		if _, err := t.db.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("rebuild the leaderboards: %w", err)
		}
	}
	if err := t.rebuildBoards(ctx, q); err != nil {
		return fmt.Errorf("rebuild the leaderboards: %w", err)
	}
	return t.store.dialect.run(ctx, t, batchStatement{
		text: `INSERT INTO donors (id, name) SELECT id, name FROM (SELECT ` + donorColumn + ` AS id, ` + donorName + ` AS name,
			ROW_NUMBER() OVER (PARTITION BY ` + donorColumn + ` ORDER BY d.completed_at DESC, d.id DESC) AS n
			FROM donations d WHERE d.completed_at IS NOT NULL) l WHERE n = 1`,
	}, batchStatement{
		text: "UPDATE projections SET position = $1, halfway = '' WHERE name = $2", args: []any{last, leaderboards},
	})
}

// rebuildBoards writes all scores, donor by donor, so that each leaderboard is written in its order.
func (t *Tx) rebuildBoards(ctx context.Context, q Queries) error {
	chains, err := q.allChains(ctx)
	if err != nil {
		return err
	}
	existing := map[fund.ID]bool{}
	for id := range chains {
		existing[id] = true
	}
	all := newTally()
	flush := func(enough int) error {
		if len(all.scores) < enough {
			return nil
		}
		statements := all.statements(existing)
		all = newTally()
		return t.store.dialect.run(ctx, t, statements...)
	}
	err = q.eachDonated(ctx, func(g donated) error {
		link, above := chains[g.fact], chains.above(g.fact)
		all.add(above, entry{fund.BoardDonor, g.donor, g.at}, g.sum)
		all.add([]fund.ID{g.fact}, entry{boardOwn, g.fact, g.at}, g.sum)
		if link.kind.CountsForUser() {
			all.add(above, entry{fund.BoardUser, link.userID, g.at}, g.sum)
		}
		all.add(above, entry{fund.BoardTeam, link.teamID, g.at}, g.sum)
		return flush(rebuildRows)
	})
	if err != nil {
		return err
	}
	err = q.eachExercise(ctx, func(fact fund.ID, a exercise) error {
		all.addExercise(chains.above(fact), a)
		return flush(rebuildRows)
	})
	if err != nil {
		return err
	}
	return flush(0)
}

// donated is the sum that a donor gave directly to a fact on a day.
type donated struct {
	donor, fact fund.ID
	at          time.Time
	sum         int64
}

// eachDonated calls fn for each donor's sums, one donor after the other.
func (q Queries) eachDonated(ctx context.Context, fn func(donated) error) error {
	text := fmt.Sprintf(`SELECT %s AS donor, l.fact_id, d.completed_at / %d AS day, CAST(SUM(l.amount) AS BIGINT)
		FROM ledger l JOIN donations d ON d.id = l.donation_id GROUP BY 1, 2, 3 ORDER BY 1`, donorColumn, dayMicros)
	err := q.each(ctx, text, nil, func(scan func(...any) error) error {
		var g donated
		var day int64
		if err := scan(&g.donor, &g.fact, &day, &g.sum); err != nil {
			return err
		}
		g.at = onDay(day)
		return fn(g)
	})
	if err != nil {
		return fmt.Errorf("donations by donor and day: %w", err)
	}
	return nil
}

// eachExercise calls fn for the activities at each fact on each day.
func (q Queries) eachExercise(ctx context.Context, fn func(fact fund.ID, a exercise) error) error {
	err := q.each(ctx, fmt.Sprintf(`SELECT fact_id, at / %d AS day, user_id, team_id, CAST(SUM(meters) AS BIGINT),
		CAST(SUM(seconds) AS BIGINT) FROM fitness_activities GROUP BY fact_id, day, user_id, team_id`, dayMicros), nil,
		func(scan func(...any) error) error {
			var fact fund.ID
			var day int64
			var a exercise
			if err := scan(&fact, &day, &a.user, &a.team, &a.meters, &a.seconds); err != nil {
				return err
			}
			a.at = onDay(day)
			return fn(fact, a)
		})
	if err != nil {
		return fmt.Errorf("activities by day: %w", err)
	}
	return nil
}

// onDay is an instant on the given day since 1970.
func onDay(day int64) time.Time { return fromMicros(day*dayMicros + 1) }
