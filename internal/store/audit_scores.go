package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// auditEvents is how many events the leaderboards may lag behind and still be compared: those events are folded in
// memory.
const auditEvents = 10_000

// digest stands for all scores of one leaderboard: their sum, and their sum when each is weighted by its entrant. Two
// leaderboards with the same digest have the same entrants and scores, unless someone constructed a collision;
// digests of parts add up to the digest of the whole.
type digest struct{ sum, weighted int64 }

func (d digest) plus(other digest) digest {
	return digest{d.sum + other.sum, d.weighted + other.weighted}
}

// weigh is the digest of one score. See dialect.weight.
func weigh(entrant fund.ID, score int64) digest {
	return digest{score, score * ((int64(entrant[14])+1)*256 + int64(entrant[15]) + 1)}
}

// weightBits is how many bits of a score are weighted apart: the sum of large scores, each with its weight, is beyond
// the numbers of both databases. Here, sums wrap around, which keeps them equal where they are equal.
const weightBits = 20

// weightedSums selects the sums of the weighted high and low bits of a column.
func weightedSums(column, weight string) string {
	return fmt.Sprintf("COALESCE(CAST(SUM((%[1]s >> %[2]d) * %[4]s) AS BIGINT), 0), COALESCE(CAST(SUM((%[1]s & %[3]d) * %[4]s) AS BIGINT), 0)",
		column, weightBits, 1<<weightBits-1, weight)
}

// weightedSum joins what weightedSums selects.
func weightedSum(high, low int64) int64 { return high<<weightBits + low }

// digests maps each leaderboard to its digest.
type digests map[boardKey]digest

// auditScores compares the leaderboards with the ledger in the snapshot of q. It does not compare them when they lag
// too far behind, or are in the middle of moving a fact: behind is then the number of events still to be folded.
func (s *Store) auditScores(ctx context.Context, q Queries, folded digests, found []Difference) (_ []Difference, behind int64, err error) {
	stored, behind, err := s.storedDigests(ctx, q)
	if err != nil || behind > 0 {
		return found, behind, err
	}
	keys := slices.Collect(maps.Keys(stored))
	for key := range folded {
		if _, found := stored[key]; !found {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, boardKey.compare)
	for _, key := range keys {
		is, want := stored[key], folded[key]
		if is == want {
			continue
		}
		d := Difference{Total: "scores." + string(key.board), ID: key.fact, Stored: is.sum, Folded: want.sum}
		if is.sum == want.sum {
			d.Broken = fmt.Sprintf("the %s from %s on has not the entrants of the ledger", key.period, fromMicros(key.begins).Format(time.DateOnly))
		}
		found = append(found, d)
	}
	return found, 0, nil
}

// storedDigests returns the digests of the stored leaderboards together with the events that are not folded into them
// yet.
func (s *Store) storedDigests(ctx context.Context, q Queries) (digests, int64, error) {
	last, err := q.LastPosition(ctx)
	if err != nil {
		return nil, 0, err
	}
	at, err := q.progress(ctx, "")
	if errors.Is(err, sql.ErrNoRows) || err == nil && at.position < 0 {
		return nil, max(last, 1), nil
	}
	if err != nil {
		return nil, 0, err
	}
	events, err := q.EventsAfter(ctx, at.position, auditEvents)
	if err != nil {
		return nil, 0, err
	}
	behind := last - at.position
	if at.halfway != "" || behind > int64(len(events)) || slices.ContainsFunc(events, func(e fund.Event) bool { return e.Topic.MovesScores() }) {
		return nil, behind, nil
	}
	f := newFolding()
	if err := q.read(ctx, f, events); err != nil {
		return nil, 0, err
	}
	for _, e := range events {
		f.add(e)
	}
	ahead := map[int64]digest{}
	for key, score := range f.scores {
		ahead[key.board] = ahead[key.board].plus(weigh(key.entrant, score))
	}
	stored := digests{}
	for key, id := range f.boards {
		stored[key] = ahead[id]
	}
	return stored, 0, q.addStored(ctx, stored, s.dialect.weight("entrant_id"))
}

// notOld leaves out scores that were folded by an older rule and are not deleted yet.
const notOld = " WHERE board_id NOT IN (SELECT id FROM boards WHERE version < $1)"

// addStored adds the stored scores. Scores of an unknown board count for no fact.
func (q Queries) addStored(ctx context.Context, to digests, weight string) error {
	boards := map[int64]boardKey{}
	err := q.each(ctx, "SELECT id, fact_id, board, period, begins FROM boards WHERE version = $1", []any{boardVersion}, func(scan func(...any) error) error {
		var id int64
		var key boardKey
		err := scan(&id, &key.fact, &key.board, &key.period, &key.begins)
		boards[id] = key
		return err
	})
	if err != nil {
		return fmt.Errorf("leaderboards: %w", err)
	}
	err = q.each(ctx, "SELECT board_id, CAST(SUM(score) AS BIGINT), "+weightedSums("score", weight)+" FROM scores"+notOld+" GROUP BY board_id", []any{boardVersion},
		func(scan func(...any) error) error {
			var id, high, low int64
			var d digest
			err := scan(&id, &d.sum, &high, &low)
			d.weighted = weightedSum(high, low)
			to[boards[id]] = to[boards[id]].plus(d)
			return err
		})
	if err != nil {
		return fmt.Errorf("scores: %w", err)
	}
	return nil
}

// addExercises adds the fitness activities.
func (d digests) addExercises(ctx context.Context, q Queries, chains chains) error {
	return q.eachExercise(ctx, func(fact fund.ID, a exercise) error {
		above := chains.above(fact)
		d.addEntrant(above, fund.BoardUserDistance, a.at, weighed{a.user, a.meters})
		d.addEntrant(above, fund.BoardUserTime, a.at, weighed{a.user, a.seconds})
		d.addEntrant(above, fund.BoardTeamDistance, a.at, weighed{a.team, a.meters})
		d.addEntrant(above, fund.BoardTeamTime, a.at, weighed{a.team, a.seconds})
		return nil
	})
}

// allChains returns every fact with its links.
func (q Queries) allChains(ctx context.Context) (chains, error) {
	all := chains{}
	err := q.each(ctx, "SELECT id, parent_id, user_id, team_id, kind FROM facts", nil, func(scan func(...any) error) error {
		var l chainLink
		err := scan(&l.id, &l.parentID, &l.userID, &l.teamID, &l.kind)
		all[l.id] = l
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("all facts: %w", err)
	}
	return all, nil
}

// addDonations adds the donations made directly to a fact on a day.
func (d digests) addDonations(chains chains, fact fund.ID, day time.Time, donors digest) {
	link, above := chains[fact], chains.above(fact)
	d.addDay(above, fund.BoardDonor, day, donors)
	d.addEntrant([]fund.ID{fact}, boardOwn, day, weighed{fact, donors.sum})
	if link.kind.CountsForUser() {
		d.addEntrant(above, fund.BoardUser, day, weighed{link.userID, donors.sum})
	}
	d.addEntrant(above, fund.BoardTeam, day, weighed{link.teamID, donors.sum})
}

// weighed is the score of one entrant and its weight.
type weighed struct {
	entrant fund.ID
	score   int64
}

func (d digests) addEntrant(facts []fund.ID, board fund.Board, day time.Time, w weighed) {
	if !w.entrant.IsZero() && w.score != 0 {
		d.addDay(facts, board, day, weigh(w.entrant, w.score))
	}
}

func (d digests) addDay(facts []fund.ID, board fund.Board, day time.Time, by digest) {
	for _, period := range fund.Periods() {
		for _, fact := range facts {
			key := boardKey{fact, board, period, micros(period.Begin(day))}
			d[key] = d[key].plus(by)
		}
	}
}

// catchUp folds the events in the log now, unless another node is doing so.
func (s *Store) catchUp(ctx context.Context) error {
	last, err := s.LastPosition(ctx)
	if err != nil {
		return err
	}
	for {
		at, err := s.progress(ctx, "")
		if err != nil && !errors.Is(err, sql.ErrNoRows) || err == nil && at.position >= last {
			return err
		}
		if done, err := s.Project(ctx); err != nil || done == 0 {
			return err
		}
	}
}
