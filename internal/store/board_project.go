package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// leaderboards is the name of the projection in its table.
	leaderboards = "leaderboards.2"
	// projectEvents is how many events are read for one transaction.
	projectEvents = 4096
	// projectRows is about how many scores one transaction changes while others write in its lane: about a tenth of a
	// second, for which donors wait. Larger transactions cost less per score, because rows share pages; when the lane
	// is otherwise idle, it is projectRush times as many.
	projectRows = 12_000
	projectRush = 4
)

// progress is how far a projection has come: it includes every event up to the position and, of the event after that,
// the scores up to halfway. era counts how often scores were given to other donors besides.
type progress struct {
	position int64
	halfway  string
	era      int64
}

// Project folds the next events of the log into the leaderboards, as many as fit into a small transaction, and
// returns their number; 0 when it has caught up, or another node is at work. Each event counts once, on whatever node
// it is folded, because the position moves in the same transaction. An event that moves a large fact takes several
// calls. A database that predates the leaderboards gets its scores from the ledger.
//
// Reading and adding up happens outside the write lane. A prepared batch is applied only if the position has not
// moved meanwhile.
func (s *Store) Project(ctx context.Context) (done int, err error) {
	from, err := s.progress(ctx, "")
	if errors.Is(err, sql.ErrNoRows) || err == nil && from.position < 0 {
		return 1, s.beginScores(ctx, from)
	}
	if err != nil {
		return 0, err
	}
	s.oldBoards.Store(false)
	if s.oldScores.Load() {
		return 1, s.dropOldScores(ctx)
	}
	events, err := s.EventsAfter(ctx, from.position, projectEvents)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	b, err := s.batch(ctx, batchOf{from: from, events: events, rows: s.rowsNow()})
	if err != nil {
		return 0, err
	}
	return s.apply(ctx, from, b)
}

// apply applies a batch that was prepared for the leaderboards as they were, unless they have changed meanwhile.
func (s *Store) apply(ctx context.Context, from progress, b batch) (done int, err error) {
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

// rowsNow is how many scores the next transaction may change: it depends on whether anything else was written in the
// lane since the last call.
func (s *Store) rowsNow() int {
	pieces := s.projectLane().pieces.Load()
	if s.projectPieces.Swap(pieces) == pieces {
		return projectRush * s.projectRows
	}
	return s.projectRows
}

// ProjectRest is how long donors should have the database to themselves after a transaction of the projection that
// took this long. Where they wait for it they keep three quarters of the time. In a lane of its own it costs them
// processor time only, so an equal pause is enough: with longer pauses, each transaction would grow by what arrives
// meanwhile, and the leaderboards would never catch up.
func (s *Store) ProjectRest(took time.Duration) time.Duration {
	if s.projectLane() == s.lanes[0] {
		return 3 * took
	}
	return took
}

// inProjectLane runs work in the projection's lane without a lock between nodes: a node that finds another at work
// does not wait.
func (s *Store) inProjectLane(ctx context.Context, work func(context.Context, *Tx) error) error {
	if err := s.projectLane().submit(ctx, &job{run: work, alone: true}); err != nil {
		return fmt.Errorf("project: %w", err)
	}
	return nil
}

// progress reads how far the leaderboards are; sql.ErrNoRows when they were never built, or another node holds the
// lock.
func (q Queries) progress(ctx context.Context, lock string) (p progress, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT position, halfway, era FROM projections WHERE name = $1"+lock, leaderboards).
		Scan(&p.position, &p.halfway, &p.era)
	if err != nil {
		return p, fmt.Errorf("position of the leaderboards: %w", err)
	}
	return p, nil
}

// batch is the change that one transaction of the projection makes.
type batch struct {
	to     progress
	scores tally
}

func (t *Tx) applyBatch(ctx context.Context, b batch) error {
	existing, err := t.keepFacts(ctx, b.scores.facts())
	if err != nil {
		return err
	}
	return t.store.dialect.run(ctx, t, append(b.scores.statements(existing), batchStatement{
		text: "UPDATE projections SET position = $1, halfway = $2 WHERE name = $3",
		args: []any{b.to.position, b.to.halfway, leaderboards},
	})...)
}

// keepFacts returns which of the facts exist, and keeps them from being deleted until the transaction ends. One may
// have been deleted with its leaderboards since the batch was prepared.
func (t *Tx) keepFacts(ctx context.Context, ids []fund.ID) (map[fund.ID]bool, error) {
	existing := map[fund.ID]bool{}
	for chunk := range slices.Chunk(ids, groupSize) {
		args := padded(idArgs(chunk))
		text := "SELECT id FROM facts WHERE id IN " + placeholders(1, len(args)) + " ORDER BY id" + t.store.dialect.keepRows()
		err := t.each(ctx, text, args, func(scan func(...any) error) error {
			var id fund.ID
			err := scan(&id)
			existing[id] = true
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("facts of a batch: %w", err)
		}
	}
	return existing, nil
}

// batch prepares the next change: the events up to one that moves a whole fact, or a part of that one.
func (s *Store) batch(ctx context.Context, of batchOf) (batch, error) {
	if of.events[0].Topic.MovesScores() {
		return s.shift(ctx, of)
	}
	b := batch{to: of.from}
	f := newFolding()
	for rest := range slices.Chunk(of.events, foldEvents) {
		if err := s.read(ctx, f, rest); err != nil {
			return batch{}, err
		}
		for _, e := range rest {
			if e.Topic.MovesScores() || len(f.scores) >= of.rows {
				b.scores = f.tally
				return b, nil
			}
			f.add(e)
			b.to.position = e.Position
		}
	}
	b.scores = f.tally
	return b, nil
}

// batchOf is the input of a batch: the first of these events, up to about rows scores.
type batchOf struct {
	from   progress
	events []fund.Event
	rows   int
}

// shift prepares the next part of an event that moves the leaderboard scores of a fact.
func (s *Store) shift(ctx context.Context, of batchOf) (batch, error) {
	from, e, f := of.from, of.events[0], newFolding()
	if err := s.readKinds(ctx, append([]fund.ID{e.Subject}, e.Facts...), f); err != nil {
		return batch{}, err
	}
	c, owners := f.chain(e), e.Topic == fund.TopicOwnersLeft || e.Topic == fund.TopicOwnersJoined
	limit := max(1, of.rows/max(1, len(c.facts)))
	rows, err := s.scoresOf(ctx, e.Subject, owners, scorePage{after: from.halfway, limit: limit})
	if err != nil {
		return batch{}, err
	}
	sign := int64(1)
	if e.Topic == fund.TopicFactLeft || e.Topic == fund.TopicOwnersLeft {
		sign = -1
	}
	b := batch{to: progress{position: e.Position}, scores: newTally()}
	for _, r := range rows {
		for _, fact := range c.facts {
			key := r.key
			key.fact = fact
			if !owners {
				b.scores.addTo(key, r.entrant, sign*r.score)
				continue
			}
			for board, entrant := range map[fund.Board]fund.ID{fund.BoardUser: c.user, fund.BoardTeam: c.team} {
				if key.board = board; !entrant.IsZero() {
					b.scores.addTo(key, entrant, sign*r.score)
				}
			}
		}
	}
	if len(rows) == limit {
		b.to = progress{position: from.position, halfway: rows[limit-1].rank()}
	}
	return b, nil
}

// scoreRow is a row of the leaderboards.
type scoreRow struct {
	key     boardKey
	id      int64
	entrant fund.ID
	score   int64
}

// scorePage selects the next rows of a fact after a row, in the order of the table's key.
type scorePage struct {
	after string
	limit int
}

// rank is the position of the row among those of its fact.
func (r scoreRow) rank() string {
	return strconv.FormatInt(r.id, 10) + " " + hex.EncodeToString(r.entrant[:])
}

// scoresOf lists the leaderboard scores of a fact, or those from its direct donations.
func (q Queries) scoresOf(ctx context.Context, fact fund.ID, own bool, page scorePage) ([]scoreRow, error) {
	s := selecting(`SELECT s.board_id, s.entrant_id, s.score, b.board, b.period, b.begins
		FROM boards b JOIN scores s ON s.board_id = b.id`).
		and("b.fact_id = ?", fact).and("b.version = ?", boardVersion)
	if own {
		s.and("b.board = ?", string(boardOwn))
	} else {
		s.and("b.board <> ?", string(boardOwn))
	}
	if id, entrant, halfway := strings.Cut(page.after, " "); halfway {
		board, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("scores of fact %s after %q: %w", fact, page.after, err)
		}
		after, err := hex.DecodeString(entrant)
		if err != nil {
			return nil, fmt.Errorf("scores of fact %s after %q: %w", fact, page.after, err)
		}
		s.and("b.id >= ?", board).and("(b.id > ? OR s.entrant_id > ?)", board, after)
	}
	s.then("ORDER BY b.id, s.entrant_id LIMIT ?", page.limit)
	rows, err := list(ctx, q.db, s, func(r row) (one scoreRow, err error) {
		one.key.fact = fact
		err = r.Scan(&one.id, &one.entrant, &one.score, &one.key.board, &one.key.period, &one.key.begins)
		return one, err
	})
	if err != nil {
		return nil, fmt.Errorf("scores of fact %s: %w", fact, err)
	}
	return rows, nil
}
