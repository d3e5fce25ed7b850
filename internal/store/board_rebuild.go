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
	// neverBegun is the position of leaderboards that are about to be built, identifying that of leaderboards whose donors
	// are not all identified yet: those of the donations up to the one in halfway are. Migration 11 begins with it.
	neverBegun  = -1
	identifying = -2
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

// beginScores takes the next step toward the leaderboards of a database that has none by the present rules.
func (s *Store) beginScores(ctx context.Context, from progress) error {
	if from.position == identifying {
		return s.identifyDonors(ctx, from.halfway)
	}
	if s.oldBoards.Load() && s.projectLane() == s.lanes[0] {
		return s.buildBeside(ctx)
	}
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
	err = q.foldBoards(ctx, rebuildRows, func(scores tally) error { return t.addScores(ctx, scores) })
	if err != nil {
		return fmt.Errorf("rebuild the leaderboards: %w", err)
	}
	return t.reach(ctx, last)
}

// buildBeside builds the leaderboards of a database with one lane for everything, in transactions as small as those of
// the projection. It begins again after a crash.
func (s *Store) buildBeside(ctx context.Context) error {
	return s.readTx(ctx, func(q Queries) error {
		last, err := q.LastPosition(ctx)
		if err != nil {
			return err
		}
		steps := func(yield func(func(context.Context, *Tx) error) error) error {
			if err := yield(func(ctx context.Context, t *Tx) error { return t.clearScores(ctx) }); err != nil {
				return err
			}
			err := q.foldBoards(ctx, s.projectRows, func(scores tally) error {
				return yield(func(ctx context.Context, t *Tx) error { return t.addScores(ctx, scores) })
			})
			if err != nil {
				return err
			}
			return yield(func(ctx context.Context, t *Tx) error { return t.reach(ctx, last) })
		}
		if err := steps(func(step func(context.Context, *Tx) error) error { return s.inProjectLane(ctx, step) }); err != nil {
			return fmt.Errorf("build the leaderboards: %w", err)
		}
		return nil
	})
}

// clearScores deletes what a build that was interrupted has left.
func (t *Tx) clearScores(ctx context.Context) error {
	for _, text := range []string{
		"DELETE FROM scores WHERE board_id IN (SELECT id FROM boards WHERE version = $1)",
		"DELETE FROM boards WHERE version = $1",
	} {
		if _, err := t.db.ExecContext(ctx, text, boardVersion); err != nil {
			return err
		}
	}
	return nil
}

// addScores adds scores to the leaderboards of the facts that still exist.
func (t *Tx) addScores(ctx context.Context, scores tally) error {
	existing, err := t.keepFacts(ctx, scores.facts())
	if err != nil {
		return err
	}
	return t.store.dialect.run(ctx, t, scores.statements(existing)...)
}

// reach says that the leaderboards include every event up to the position.
func (t *Tx) reach(ctx context.Context, position int64) error {
	return t.store.dialect.run(ctx, t, batchStatement{
		text: "UPDATE projections SET position = $1, halfway = '' WHERE name = $2", args: []any{position, leaderboards},
	})
}

// foldBoards folds the ledger into scores, donor by donor, so that each leaderboard is written in its order. It passes
// them on whenever there are about that many.
func (q Queries) foldBoards(ctx context.Context, rows int, write func(tally) error) error {
	chains, err := q.allChains(ctx)
	if err != nil {
		return err
	}
	all := newTally()
	flush := func(enough int) error {
		if len(all.scores) < enough {
			return nil
		}
		scores := all
		all = newTally()
		return write(scores)
	}
	err = q.eachDonated(ctx, func(g donated) error {
		link, above := chains[g.fact], chains.above(g.fact)
		all.add(above, entry{fund.BoardDonor, g.donor, g.at}, g.sum)
		all.add([]fund.ID{g.fact}, entry{boardOwn, g.fact, g.at}, g.sum)
		if link.kind.CountsForUser() {
			all.add(above, entry{fund.BoardUser, link.userID, g.at}, g.sum)
		}
		all.add(above, entry{fund.BoardTeam, link.teamID, g.at}, g.sum)
		return flush(rows)
	})
	if err != nil {
		return err
	}
	err = q.eachExercise(ctx, func(fact fund.ID, a exercise) error {
		all.addExercise(chains.above(fact), a)
		return flush(rows)
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
