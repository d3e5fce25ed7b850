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

// auditEvents is how many events the leaderboards may be behind when they are compared: those are
// folded on the side.
const auditEvents = 10_000

// digest stands for all scores of one leaderboard: their sum, and their sum when each is weighted
// by its entrant. Two leaderboards with the same digest have the same entrants and scores, unless
// somebody made it so; and digests of parts add up to that of the whole.
type digest struct{ sum, weighted int64 }

func (d digest) plus(other digest) digest {
	return digest{d.sum + other.sum, d.weighted + other.weighted}
}

// weigh is the digest of one score. See dialect.weight.
func weigh(entrant fund.ID, score int64) digest {
	return digest{score, score * ((int64(entrant[14])+1)*256 + int64(entrant[15]) + 1)}
}

// digests are those of all leaderboards; their keys have no entrant.
type digests map[scoreKey]digest

func (d digests) add(key scoreKey, by digest) {
	key.entrant = fund.ID{}
	d[key] = d[key].plus(by)
}

// auditScores compares the leaderboards with the ledger, in what q sees. They are not compared when
// they are too far behind, or in the middle of moving a fact: behind is then how many events are to
// be folded yet.
func (s *Store) auditScores(ctx context.Context, q Queries, found []Difference) (_ []Difference, behind int64, err error) {
	stored, behind, err := s.storedDigests(ctx, q)
	if err != nil || behind > 0 {
		return found, behind, err
	}
	folded, err := s.foldedDigests(ctx, q)
	if err != nil {
		return found, 0, err
	}
	keys := slices.Collect(maps.Keys(stored))
	for key := range folded {
		if _, there := stored[key]; !there {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, scoreKey.compare)
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

// storedDigests are those of the stored leaderboards with the events that are not in them yet.
func (s *Store) storedDigests(ctx context.Context, q Queries) (digests, int64, error) {
	last, err := q.LastPosition(ctx)
	if err != nil {
		return nil, 0, err
	}
	at, err := q.progress(ctx, "")
	if errors.Is(err, sql.ErrNoRows) {
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
	if at.halfway != "" || behind > int64(len(events)) || slices.ContainsFunc(events, func(e fund.Event) bool { return shifts(e.Topic) }) {
		return nil, behind, nil
	}
	f, err := q.fold(ctx, events)
	if err != nil {
		return nil, 0, err
	}
	for _, e := range events {
		f.add(e)
	}
	stored := digests{}
	for key, score := range f.tally {
		stored.add(key, weigh(key.entrant, score))
	}
	return stored, 0, q.each(ctx, `SELECT fact_id, board, period, begins, CAST(SUM(score) AS BIGINT),
		CAST(SUM(score * `+s.dialect.weight("entrant_id")+`) AS BIGINT) FROM scores GROUP BY fact_id, board, period, begins`, nil,
		func(scan func(...any) error) error {
			var key scoreKey
			var d digest
			err := scan(&key.fact, &key.board, &key.period, &key.begins, &d.sum, &d.weighted)
			stored.add(key, d)
			return err
		})
}

// foldedDigests are those of what the ledger and the activities say.
func (s *Store) foldedDigests(ctx context.Context, q Queries) (digests, error) {
	chains, err := q.allChains(ctx)
	if err != nil {
		return nil, err
	}
	folded := digests{}
	err = q.each(ctx, fmt.Sprintf(`SELECT l.fact_id, d.completed_at / %d AS day, CAST(SUM(l.amount) AS BIGINT),
		CAST(SUM(l.amount * %s) AS BIGINT) FROM ledger l JOIN donations d ON d.id = l.donation_id GROUP BY l.fact_id, day`,
		dayMicros, s.dialect.weight(donorColumn)), nil, func(scan func(...any) error) error {
		var fact fund.ID
		var day int64
		var donors digest
		err := scan(&fact, &day, &donors.sum, &donors.weighted)
		folded.addGifts(chains, fact, day, donors)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("donations by day: %w", err)
	}
	err = q.each(ctx, fmt.Sprintf(`SELECT fact_id, at / %d AS day, user_id, team_id, CAST(SUM(meters) AS BIGINT),
		CAST(SUM(seconds) AS BIGINT) FROM fitness_activities GROUP BY fact_id, day, user_id, team_id`, dayMicros), nil,
		func(scan func(...any) error) error {
			var fact, user, team fund.ID
			var day, meters, seconds int64
			err := scan(&fact, &day, &user, &team, &meters, &seconds)
			above := chains.above(fact)
			folded.addEntrant(above, fund.BoardUserDistance, day, weighed{user, meters})
			folded.addEntrant(above, fund.BoardUserTime, day, weighed{user, seconds})
			folded.addEntrant(above, fund.BoardTeamDistance, day, weighed{team, meters})
			folded.addEntrant(above, fund.BoardTeamTime, day, weighed{team, seconds})
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("activities by day: %w", err)
	}
	return folded, nil
}

// allChains are all facts as they stand to each other.
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

// addGifts adds what donors gave directly to a fact on a day.
func (d digests) addGifts(chains chains, fact fund.ID, day int64, donors digest) {
	link, above := chains[fact], chains.above(fact)
	d.addDay(above, fund.BoardDonor, day, donors)
	d.addEntrant([]fund.ID{fact}, boardOwn, day, weighed{fact, donors.sum})
	if link.kind.CountsForUser() {
		d.addEntrant(above, fund.BoardUser, day, weighed{link.userID, donors.sum})
	}
	d.addEntrant(above, fund.BoardTeam, day, weighed{link.teamID, donors.sum})
}

// weighed is what one entrant has.
type weighed struct {
	entrant fund.ID
	score   int64
}

func (d digests) addEntrant(facts []fund.ID, board fund.Board, day int64, w weighed) {
	if !w.entrant.IsZero() && w.score != 0 {
		d.addDay(facts, board, day, weigh(w.entrant, w.score))
	}
}

func (d digests) addDay(facts []fund.ID, board fund.Board, day int64, by digest) {
	at := fromMicros(day*dayMicros + 1)
	for _, period := range fund.Periods() {
		for _, fact := range facts {
			d.add(scoreKey{fact: fact, board: board, period: period, begins: micros(period.Begin(at))}, by)
		}
	}
}

// catchUp folds the events that are in the log now, unless another node is at it.
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
