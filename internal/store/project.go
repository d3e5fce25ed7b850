package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// leaderboards is the name of the projection that scores are.
	leaderboards = "leaderboards"
	// projectEvents is how many events are read for one transaction, projectRows how many scores
	// it changes before it ends: some tens of milliseconds, for which donors may have to wait.
	projectEvents = 512
	projectRows   = 2000
)

// projectLane is the lane that the projection is written in.
var projectLane = fund.ID{}

// progress is how far a projection has come: everything up to the position is in it, and of the
// event after that the scores up to halfway.
type progress struct {
	position int64
	halfway  string
}

// Project folds the next events of the log into the leaderboards, as many as fit into a small
// transaction, and gives their number; 0 when it has caught up, or another node is at work. Each
// event counts once, on whatever node it is folded, because the position moves in the same
// transaction. An event that moves a large fact takes several calls. The scores of a database
// from before there were any are folded from the ledger.
//
// Reading and adding up happens outside of the write lane. What was prepared counts only if nobody
// moved the position meanwhile.
func (s *Store) Project(ctx context.Context) (done int, err error) {
	from, err := s.progress(ctx, "")
	if errors.Is(err, sql.ErrNoRows) {
		return 1, s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
			if _, err := t.progress(ctx, ""); !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			return t.rebuildScores(ctx)
		})
	}
	if err != nil {
		return 0, err
	}
	events, err := s.EventsAfter(ctx, from.position, projectEvents)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	b, err := s.batch(ctx, from, events)
	if err != nil {
		return 0, err
	}
	err = s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		done = 0
		at, err := t.progress(ctx, s.dialect.lockFreeRows())
		if errors.Is(err, sql.ErrNoRows) || err == nil && at != from {
			return nil // another node was faster
		}
		if err != nil {
			return err
		}
		done = max(1, int(b.to.position-from.position))
		return t.applyBatch(ctx, b)
	})
	return done, err
}

// inProjectLane runs work in an ordinary write lane, without that lane's lock between nodes: a node
// whose turn it is not does not wait.
func (s *Store) inProjectLane(ctx context.Context, work func(context.Context, *Tx) error) error {
	if err := s.lane(projectLane).submit(ctx, &job{run: work}); err != nil {
		return fmt.Errorf("project: %w", err)
	}
	return nil
}

// progress reads how far the leaderboards are; sql.ErrNoRows when they were never begun, or the
// lock leaves them out.
func (q Queries) progress(ctx context.Context, lock string) (p progress, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT position, halfway FROM projections WHERE name = $1"+lock, leaderboards).
		Scan(&p.position, &p.halfway)
	if err != nil {
		return p, fmt.Errorf("position of the leaderboards: %w", err)
	}
	return p, nil
}

// batch is what one transaction of the projection changes.
type batch struct {
	to     progress
	scores tally
	donors map[fund.ID]string
}

func (t *Tx) applyBatch(ctx context.Context, b batch) error {
	donors := donorStep
	for id, name := range b.donors {
		donors.rows = append(donors.rows, []any{id, name})
	}
	return t.store.dialect.run(ctx, t, b.scores.step(), donors, step{
		text: "UPDATE projections SET position = $1, halfway = $2 WHERE name = $3",
		args: []any{b.to.position, b.to.halfway, leaderboards},
	})
}

var donorStep = step{
	text:  "INSERT INTO donors (id, name)",
	types: []string{"bytea", "text"},
	merge: "ON CONFLICT (id) DO UPDATE SET name = excluded.name",
}

// batch prepares the next change: of the events up to one that moves a whole fact, or a part of
// that one.
func (s *Store) batch(ctx context.Context, from progress, events []fund.Event) (batch, error) {
	if shifts(events[0].Topic) {
		return s.shift(ctx, from, events[0])
	}
	f, err := s.fold(ctx, events)
	if err != nil {
		return batch{}, err
	}
	b := batch{to: from, scores: f.tally, donors: f.donors}
	for _, e := range events {
		if shifts(e.Topic) || len(f.tally) >= s.projectRows {
			break
		}
		f.add(e)
		b.to.position = e.Position
	}
	return b, nil
}

// shifts tells whether an event moves scores that are there already.
func shifts(topic string) bool {
	switch topic {
	case fund.TopicFactLeft, fund.TopicFactJoined, fund.TopicOwnersLeft, fund.TopicOwnersJoined:
		return true
	default:
		return false
	}
}

// shift prepares the next part of an event that moves what a fact has on its leaderboards.
func (s *Store) shift(ctx context.Context, from progress, e fund.Event) (batch, error) {
	f, err := s.fold(ctx, nil)
	if err != nil {
		return batch{}, err
	}
	if err := s.readKinds(ctx, append([]fund.ID{e.Subject}, e.Facts...), f); err != nil {
		return batch{}, err
	}
	c, owners := f.chain(e), e.Topic == fund.TopicOwnersLeft || e.Topic == fund.TopicOwnersJoined
	limit := max(1, s.projectRows/max(1, len(c.facts)))
	rows, err := s.scoresOf(ctx, e.Subject, owners, scorePage{after: from.halfway, limit: limit})
	if err != nil {
		return batch{}, err
	}
	sign := int64(1)
	if e.Topic == fund.TopicFactLeft || e.Topic == fund.TopicOwnersLeft {
		sign = -1
	}
	b := batch{to: progress{position: e.Position}, scores: tally{}}
	for _, r := range rows {
		for _, fact := range c.facts {
			key := r.key
			key.fact = fact
			if !owners {
				b.scores[key] += sign * r.score
				continue
			}
			for board, entrant := range map[fund.Board]fund.ID{fund.BoardUser: c.user, fund.BoardTeam: c.team} {
				if key.board, key.entrant = board, entrant; !entrant.IsZero() {
					b.scores[key] += sign * r.score
				}
			}
		}
	}
	if len(rows) == limit {
		b.to = progress{position: from.position, halfway: rows[limit-1].key.place()}
	}
	return b, nil
}

// scoreRow is a row of the leaderboards.
type scoreRow struct {
	key   scoreKey
	score int64
}

// scorePage asks for the next rows of a fact after a place, in the order of the table's key.
type scorePage struct {
	after string
	limit int
}

// place is where the row stands among those of its fact.
func (k scoreKey) place() string {
	return strings.Join([]string{string(k.board), string(k.period), strconv.FormatInt(k.begins, 10), hex.EncodeToString(k.entrant[:])}, " ")
}

// scoresOf lists what a fact has on its leaderboards, or what was given directly to it.
func (q Queries) scoresOf(ctx context.Context, fact fund.ID, own bool, page scorePage) ([]scoreRow, error) {
	s := selecting("SELECT board, period, begins, entrant_id, score FROM scores").and("fact_id = ?", fact)
	if own {
		s.and("board = ?", string(boardOwn))
	} else {
		s.and("board <> ?", string(boardOwn))
	}
	if page.after != "" {
		at := strings.Fields(page.after)
		begins, err := strconv.ParseInt(at[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("scores of fact %s after %q: %w", fact, page.after, err)
		}
		entrant, err := hex.DecodeString(at[3])
		if err != nil {
			return nil, fmt.Errorf("scores of fact %s after %q: %w", fact, page.after, err)
		}
		s.and("(board, period, begins, entrant_id) > (?, ?, ?, ?)", at[0], at[1], begins, entrant)
	}
	s.then("ORDER BY board, period, begins, entrant_id LIMIT ?", page.limit)
	rows, err := list(ctx, q.db, s, func(r row) (one scoreRow, err error) {
		err = r.Scan(&one.key.board, &one.key.period, &one.key.begins, &one.key.entrant, &one.score)
		return one, err
	})
	if err != nil {
		return nil, fmt.Errorf("scores of fact %s: %w", fact, err)
	}
	return rows, nil
}
