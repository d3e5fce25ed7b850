package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// boardOwn holds the direct donations to a fact: the part that moves when its user or team changes.
const boardOwn fund.Board = "own"

// boardVersion is the version of the rules that leaderboards are folded by. A change of the rules needs another number
// here, and everything is folded again in the background. Version 2 tells donors apart by email address and name.
const boardVersion = 2

// boardKey is one leaderboard: of a fact, in a period.
type boardKey struct {
	fact   fund.ID
	board  fund.Board
	period fund.Period
	begins int64
}

func (k boardKey) compare(other boardKey) int {
	return cmp.Or(bytes.Compare(k.fact[:], other.fact[:]), cmp.Compare(k.board, other.board),
		cmp.Compare(k.period, other.period), cmp.Compare(k.begins, other.begins))
}

// id is the key of the board in the tables. Among a million boards, the odds of a collision are one in 37 million.
func (k boardKey) id() int64 {
	return k.idOf(boardVersion)
}

// idOf is the key of the board as folded by that version of the rules. Version 1 did not stand in it.
func (k boardKey) idOf(version int64) int64 {
	text := slices.Concat(k.fact[:], []byte(k.board), []byte{0}, []byte(k.period), []byte{0})
	if version > 1 {
		text = append(strconv.AppendInt(nil, version, 10), text...)
	}
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(text, uint64(k.begins)))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// scoreKey is one row of the leaderboards: an entrant on the board with that id.
type scoreKey struct {
	board   int64
	entrant fund.ID
}

func (k scoreKey) compare(other scoreKey) int {
	return cmp.Or(cmp.Compare(k.board, other.board), bytes.Compare(k.entrant[:], other.entrant[:]))
}

// tally is a set of additions to the leaderboards.
type tally struct {
	boards map[boardKey]int64
	scores map[scoreKey]int64
}

func newTally() tally { return tally{boards: map[boardKey]int64{}, scores: map[scoreKey]int64{}} }

// entry is an entrant on a board, at the instant whose periods count.
type entry struct {
	board   fund.Board
	entrant fund.ID
	at      time.Time
}

// add adds a score to the leaderboards of all periods of the facts.
func (t tally) add(facts []fund.ID, e entry, score int64) {
	if e.entrant.IsZero() || score == 0 {
		return
	}
	for _, period := range fund.Periods() {
		begins := micros(period.Begin(e.at))
		for _, fact := range facts {
			t.addTo(boardKey{fact, e.board, period, begins}, e.entrant, score)
		}
	}
}

// addExercise adds an activity to the leaderboards of the facts.
func (t tally) addExercise(facts []fund.ID, a exercise) {
	t.add(facts, entry{fund.BoardUserTime, a.user, a.at}, a.seconds)
	t.add(facts, entry{fund.BoardUserDistance, a.user, a.at}, a.meters)
	t.add(facts, entry{fund.BoardTeamTime, a.team, a.at}, a.seconds)
	t.add(facts, entry{fund.BoardTeamDistance, a.team, a.at}, a.meters)
}

func (t tally) addTo(key boardKey, entrant fund.ID, score int64) {
	id, known := t.boards[key]
	if !known {
		id = key.id()
		t.boards[key] = id
	}
	t.scores[scoreKey{id, entrant}] += score
}

var (
	insertBoards = batchStatement{
		insert: "boards",
		merge:  "ON CONFLICT (id) DO NOTHING",
	}
	// upsertScores adds to scores that may exist already.
	upsertScores = batchStatement{
		insert: "scores",
		merge:  "ON CONFLICT (board_id, entrant_id) DO UPDATE SET score = scores.score + excluded.score",
	}
)

// statements returns the changes of the tables, each in the order of its key. Facts that are not in existing have no
// leaderboards.
func (t tally) statements(existing map[fund.ID]bool) []batchStatement {
	boards, scores := insertBoards, upsertScores
	deleted := map[int64]bool{}
	byID := func(a, b boardKey) int { return cmp.Compare(t.boards[a], t.boards[b]) }
	for _, key := range slices.SortedFunc(maps.Keys(t.boards), byID) {
		id := t.boards[key]
		if !existing[key.fact] {
			deleted[id] = true
			continue
		}
		boards.add(columns{
			{"id", id}, {"fact_id", key.fact}, {"board", string(key.board)}, {"period", string(key.period)}, {"begins", key.begins},
			{"version", int64(boardVersion)},
		})
	}
	keys := make([]scoreKey, 0, len(t.scores))
	for key, score := range t.scores {
		if score != 0 && !deleted[key.board] {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, scoreKey.compare)
	scores = scores.expecting(len(keys))
	for _, k := range keys {
		scores.add(columns{{"board_id", k.board}, {"entrant_id", k.entrant}, {"score", t.scores[k]}})
	}
	return []batchStatement{boards, scores}
}

// facts returns the facts whose leaderboards change.
func (t tally) facts() []fund.ID {
	var ids []fund.ID
	for key := range t.boards {
		ids = append(ids, key.fact)
	}
	return unique(ids)
}

// folding is a run of events on their way into the leaderboards.
type folding struct {
	tally
	kinds     map[fund.ID]fund.Kind
	users     map[fund.ID]bool
	teams     map[fund.ID]bool
	donations map[fund.ID]scored
	sports    map[fund.ID]exercise
}

// scored is the part of a donation that the leaderboards need.
type scored struct {
	donor fund.ID
	at    time.Time
}

// exercise is the part of an activity that the leaderboards need.
type exercise struct {
	user, team      fund.ID
	meters, seconds int64
	at              time.Time
}

func newFolding() *folding {
	return &folding{
		tally: newTally(), kinds: map[fund.ID]fund.Kind{}, users: map[fund.ID]bool{}, teams: map[fund.ID]bool{},
		donations: map[fund.ID]scored{}, sports: map[fund.ID]exercise{},
	}
}

// foldEvents is how many events' subjects are read at once.
const foldEvents = 512

// read reads the subjects of the events, so that the events can be added one by one.
func (q Queries) read(ctx context.Context, f *folding, events []fund.Event) error {
	var incoming, sports, touched []fund.ID
	for _, e := range events {
		switch {
		case e.Test || !e.Topic.ChangesScores():
			continue
		case e.Topic == fund.TopicFitnessRecorded:
			sports = append(sports, e.Subject)
		default:
			incoming = append(incoming, e.Subject)
		}
		touched = append(touched, e.Facts...)
	}
	for _, read := range []func() error{
		func() error { return q.readKinds(ctx, touched, f) },
		func() error { return q.readDonations(ctx, incoming, f) },
		func() error { return q.readActivities(ctx, sports, f) },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// eachOf runs a query about many ids and calls fn for every row.
func (q Queries) eachOf(ctx context.Context, query string, ids []fund.ID, fn func(scan func(...any) error) error) error {
	for chunk := range slices.Chunk(unique(ids), groupSize) {
		args := padded(idArgs(chunk))
		if err := q.each(ctx, query+placeholders(1, len(args)), args, fn); err != nil {
			return err
		}
	}
	return nil
}

// readKinds finds which of the ids in the events are facts, users and teams.
func (q Queries) readKinds(ctx context.Context, ids []fund.ID, f *folding) error {
	err := q.eachOf(ctx, "SELECT id, kind FROM facts WHERE id IN ", ids, func(scan func(...any) error) error {
		var id fund.ID
		var kind fund.Kind
		err := scan(&id, &kind)
		f.kinds[id] = kind
		return err
	})
	if err != nil {
		return fmt.Errorf("facts of events: %w", err)
	}
	rest := slices.DeleteFunc(slices.Clone(ids), func(id fund.ID) bool { return f.kinds[id] != "" })
	for table, known := range map[string]map[fund.ID]bool{"users": f.users, "teams": f.teams} {
		err = q.eachOf(ctx, "SELECT id FROM "+table+" WHERE id IN ", rest, func(scan func(...any) error) error {
			var id fund.ID
			err := scan(&id)
			known[id] = true
			return err
		})
		if err != nil {
			return fmt.Errorf("%s of events: %w", table, err)
		}
	}
	return nil
}

// donorColumn is the donor of a donation d: one that has none yet has a donor of its own.
const donorColumn = "COALESCE(d.donor_id, d.id)"

func (q Queries) readDonations(ctx context.Context, ids []fund.ID, f *folding) error {
	err := q.eachOf(ctx, "SELECT d.id, "+donorColumn+", d.completed_at FROM donations d WHERE d.id IN ", ids,
		func(scan func(...any) error) error {
			var id fund.ID
			var d scored
			err := scan(&id, &d.donor, instant{&d.at})
			f.donations[id] = d
			return err
		})
	if err != nil {
		return fmt.Errorf("donations of events: %w", err)
	}
	return nil
}

func (q Queries) readActivities(ctx context.Context, ids []fund.ID, f *folding) error {
	err := q.eachOf(ctx, "SELECT id, user_id, team_id, meters, seconds, at FROM fitness_activities WHERE id IN ", ids,
		func(scan func(...any) error) error {
			var id fund.ID
			var a exercise
			err := scan(&id, &a.user, &a.team, &a.meters, &a.seconds, instant{&a.at})
			f.sports[id] = a
			return err
		})
	if err != nil {
		return fmt.Errorf("activities of events: %w", err)
	}
	return nil
}

// add adds one event.
func (f *folding) add(e fund.Event) {
	if e.Test {
		return
	}
	c := f.chain(e)
	switch e.Topic {
	case fund.TopicDonationCompleted, fund.TopicDonationRefunded, fund.TopicDonationDisputed, fund.TopicDonationRestored:
		f.addDonation(e, c)
	case fund.TopicFitnessRecorded:
		f.addExercise(c.facts, f.sports[e.Subject])
	}
}

func (f *folding) addDonation(e fund.Event, c chain) {
	d := f.donations[e.Subject]
	if len(c.facts) == 0 || d.donor.IsZero() {
		return
	}
	f.tally.add(c.facts, entry{fund.BoardDonor, d.donor, d.at}, e.Amount)
	f.tally.add(c.facts, entry{fund.BoardUser, c.user, d.at}, e.Amount)
	f.tally.add(c.facts, entry{fund.BoardTeam, c.team, d.at}, e.Amount)
	f.tally.add(c.facts[:1], entry{boardOwn, c.facts[0], d.at}, e.Amount)
}

// chain is the ids that an event touches: facts from its own upwards, and the user and team that its money counts
// for.
type chain struct {
	facts      []fund.ID
	user, team fund.ID
}

// chain sorts the ids that an event touches. Facts end with the cause: what follows is announced, but does not count.
// Facts deleted since have no leaderboards.
func (f *folding) chain(e fund.Event) chain {
	var c chain
	ended := false
	for _, id := range e.Facts {
		switch kind := f.kinds[id]; {
		case kind != "" && !ended:
			c.facts = append(c.facts, id)
			ended = kind == fund.KindCause
		case kind != "":
		case f.users[id]:
			c.user = id
		case f.teams[id]:
			c.team = id
		}
	}
	if len(c.facts) > 0 && !f.kinds[c.facts[0]].CountsForUser() {
		c.user = fund.ID{}
	}
	return c
}
