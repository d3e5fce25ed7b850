package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// raisedHours is the name of the projection that adds up what facts raised in each hour.
	raisedHours = "hours.1"
	// hourEvents is how many events are read for one transaction.
	hourEvents = 4096
	hourMicros = int64(time.Hour / time.Microsecond)
)

// RaisedHour is what a fact and everything below it raised in the hour that begins At: donations less what went back, in minor units.
type RaisedHour struct {
	At     time.Time
	Amount int64
}

// RaisedHours lists what a fact raised in the hours from an instant on, the oldest first, at most limit. Hours without a change are left out.
// They follow the event log: see FoldHours.
func (q Queries) RaisedHours(ctx context.Context, fact fund.ID, since time.Time, limit int) ([]RaisedHour, error) {
	s := selecting("SELECT hour, amount FROM raised_hours").and("fact_id = ?", fact).and("hour >= ?", hourOf(since)).then("ORDER BY hour LIMIT ?", limit)
	hours, err := list(ctx, q.db, s, func(r row) (h RaisedHour, err error) {
		var hour int64
		err = r.Scan(&hour, &h.Amount)
		h.At = fromMicros(hour * hourMicros)
		return h, err
	})
	if err != nil {
		return nil, fmt.Errorf("hours of fact %s: %w", fact, err)
	}
	return hours, nil
}

// OwnFacts are the facts that count for a user or for a team: one of them is set.
type OwnFacts struct{ User, Team fund.ID }

// having is the condition for a fact of a table that counts for the user or the team.
func (o OwnFacts) having(table string) (condition string, args []any) {
	if o.User.IsZero() {
		return table + ".team_id = ?", []any{o.Team}
	}
	condition, args = anyOf(table+".kind", []fund.Kind{fund.KindCampaign, fund.KindPersonalCampaign})
	return table + ".user_id = ? AND " + condition, append([]any{o.User}, args...)
}

// OwnHour is a RaisedHour of facts with one currency.
type OwnHour struct {
	RaisedHour
	Currency string
}

// HourSpan is the hours from Since to Now; fewer, the last ones, where more than Most hours of single facts would be added up.
type HourSpan struct {
	Since, Now time.Time
	Most       int
}

// OwnHours lists what the facts of a user or a team raised directly in the hours of a span, the oldest first, each currency apart: what came through the facts
// that support one of theirs is taken off. The sums are those of OwnTotals, but for the last seconds.
func (q Queries) OwnHours(ctx context.Context, of OwnFacts, in HourSpan) ([]OwnHour, error) {
	since := hourOf(in.Since)
	const raised = "EXISTS (SELECT 1 FROM raised_hours h WHERE h.fact_id = %s.id AND h.hour >= ?)"
	s := selecting("WITH own AS (SELECT f.id, f.currency, 1 AS sign FROM facts f")
	own, args := of.having("f")
	s.and(own, args...).and(fmt.Sprintf(raised, "f"), since)
	above, args := of.having("p")
	s.then("UNION ALL SELECT c.id, p.currency, -1 FROM facts p JOIN facts c ON c.parent_id = p.id WHERE "+above, args...)
	s.then("AND "+fmt.Sprintf(raised, "c"), since)
	s.then(`) SELECT h.hour, own.currency, CAST(SUM(own.sign * h.amount) AS BIGINT) FROM own JOIN raised_hours h ON h.fact_id = own.id
		WHERE h.hour >= ? AND h.hour > ? - ? / (SELECT NULLIF(COUNT(*), 0) FROM own)
		GROUP BY h.hour, own.currency HAVING SUM(own.sign * h.amount) <> 0 ORDER BY h.hour, own.currency`, since, hourOf(in.Now), in.Most)
	hours, err := list(ctx, q.db, s, func(r row) (h OwnHour, err error) {
		var hour int64
		err = r.Scan(&hour, &h.Currency, &h.Amount)
		h.At = fromMicros(hour * hourMicros)
		return h, err
	})
	if err != nil {
		return nil, fmt.Errorf("hours of a user or team: %w", err)
	}
	return hours, nil
}

// hourOf is the number of an instant's hour since 1970; 0 for the zero time.
func hourOf(at time.Time) int64 { return micros(at) / hourMicros }

// Folded is what a transaction of a projection did.
type Folded struct {
	// Events is how many events it has read; 0 when it has caught up, or another node is at work.
	Events int
	// More reports whether there were more of them.
	More bool
}

// FoldHours adds the next events of the log to the hours, as many as fit into a small transaction. Each event counts once, on whatever node, because
// the position moves in the same transaction. A database without any hours gets them from the ledger.
func (s *Store) FoldHours(ctx context.Context) (done Folded, err error) {
	from, err := s.projected(ctx, raisedHours, "")
	if errors.Is(err, sql.ErrNoRows) {
		return Folded{1, true}, s.beginHours(ctx)
	}
	if err != nil {
		return done, err
	}
	last, err := s.LastPosition(ctx)
	if err != nil || last <= from {
		return done, err
	}
	b, err := s.foldHours(ctx, from, min(last, from+hourEvents))
	if err != nil {
		return done, err
	}
	err = s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		done = Folded{}
		at, err := t.projected(ctx, raisedHours, s.dialect.lockFreeRows())
		if errors.Is(err, sql.ErrNoRows) || err == nil && at != from {
			return nil // another node was faster
		}
		if err != nil {
			return err
		}
		done = Folded{int(b.upTo - from), b.upTo < last}
		return s.dialect.run(ctx, t, append(b.statements, batchStatement{
			text: "UPDATE projections SET position = $1 WHERE name = $2", args: []any{b.upTo, raisedHours},
		})...)
	})
	return done, err
}

// hourBatch is what a transaction of the projection does: the statements of the events up to a position.
type hourBatch struct {
	upTo int64
	// moves reports whether the events go on with one that moves a fact, or are that one.
	moves      bool
	sums       map[factHour]int64
	statements []batchStatement
}

// factHour is an hour of a fact.
type factHour struct {
	fact fund.ID
	hour int64
}

// Which events move money, and which move what a fact raised to other facts or away from them.
var (
	totalsMove = topicIn(fund.TopicDonationCompleted, fund.TopicDonationRefunded, fund.TopicDonationDisputed, fund.TopicDonationRestored)
	factMoves  = topicIn(fund.TopicFactLeft, fund.TopicFactJoined)
)

// hourSumsText adds up events by the facts that they concern and by hour, in the database: thousands of donations make a few rows. A donation counts in
// the hour it was completed, which may be long before it was recorded.
var hourSumsText = fmt.Sprintf(`SELECT e.facts, COALESCE(d.completed_at, e.at) / %d AS hour, CAST(SUM(e.amount) AS BIGINT)
	FROM events e LEFT JOIN donations d ON d.id = e.subject AND e.topic = '%s'
	WHERE e.position > $1 AND e.position <= $2 AND %s AND NOT e.test GROUP BY 1, 2`, hourMicros, fund.TopicDonationCompleted, totalsMove)

// foldHours adds up the events after a position, up to another one or to the first that moves a fact; or works out the move where that is the first.
func (q Queries) foldHours(ctx context.Context, after, upTo int64) (b hourBatch, err error) {
	moves, err := q.listEvents(ctx, after, "SELECT "+eventColumns+" FROM events WHERE position > $1 AND position <= $2 AND "+factMoves+
		" ORDER BY position LIMIT 1", after, upTo)
	if err != nil {
		return b, err
	}
	f := newFolding()
	if b.moves = len(moves) > 0; b.moves && moves[0].Position == after+1 {
		b.upTo = moves[0].Position
		if err := q.readKinds(ctx, moves[0].Facts, f); err != nil {
			return b, err
		}
		b.statements = moveHours(moves[0], f.chain(moves[0]).facts)
		return b, nil
	}
	if b.upTo = upTo; b.moves {
		b.upTo = moves[0].Position - 1
	}
	type raised struct {
		facts []fund.ID
		hour  int64
		sum   int64
	}
	var all []raised
	var touched []fund.ID
	err = q.each(ctx, hourSumsText, []any{after, b.upTo}, func(scan func(...any) error) error {
		var r raised
		var facts []byte
		if err := scan(&facts, &r.hour, &r.sum); err != nil {
			return err
		}
		r.facts = splitIDs(facts)
		all, touched = append(all, r), append(touched, r.facts...)
		return nil
	})
	if err != nil {
		return b, fmt.Errorf("hours after %d: %w", after, err)
	}
	if err := q.readKinds(ctx, touched, f); err != nil {
		return b, err
	}
	b.sums = map[factHour]int64{}
	for _, r := range all {
		for _, fact := range f.chain(fund.Event{Facts: r.facts}).facts {
			b.sums[factHour{fact, r.hour}] += r.sum
		}
	}
	b.statements = []batchStatement{addHours(b.sums)}
	return b, nil
}

// addHours adds sums to the hours.
func addHours(sums map[factHour]int64) batchStatement {
	s := batchStatement{insert: "raised_hours", merge: "ON CONFLICT (fact_id, hour) DO UPDATE SET amount = raised_hours.amount + excluded.amount"}.expecting(len(sums))
	for at, sum := range sums {
		s.add(columns{{"fact_id", at.fact}, {"hour", at.hour}, {"amount", sum}})
	}
	return s
}

// moveHours adds the hours of a fact to those of others, or takes them away.
func moveHours(e fund.Event, to []fund.ID) []batchStatement {
	sign := 1
	if e.Topic == fund.TopicFactLeft {
		sign = -1
	}
	statements := make([]batchStatement, 0, len(to)+1)
	for _, fact := range to {
		statements = append(statements, batchStatement{
			text: `INSERT INTO raised_hours (fact_id, hour, amount) SELECT f.id, h.hour, h.amount * $1 FROM raised_hours h JOIN facts f ON f.id = $2
				WHERE h.fact_id = $3 ON CONFLICT (fact_id, hour) DO UPDATE SET amount = raised_hours.amount + excluded.amount`,
			args: []any{sign, fact, e.Subject},
		})
	}
	return statements
}

// beginHours adds up the ledger in one moment, and has the projection go on from there.
func (s *Store) beginHours(ctx context.Context) error {
	return s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		begun, err := t.db.ExecContext(ctx, "INSERT INTO projections (name, position) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING", raisedHours)
		if err != nil {
			return fmt.Errorf("begin %s: %w", raisedHours, err)
		}
		if rows, err := begun.RowsAffected(); err != nil || rows == 0 {
			return err // another node was faster
		}
		return s.readTx(ctx, func(q Queries) error { return t.rebuildHours(ctx, q) })
	})
}

// rebuildHours adds up the ledger in the snapshot of q.
func (t *Tx) rebuildHours(ctx context.Context, q Queries) error {
	last, err := q.LastPosition(ctx)
	if err != nil {
		return err
	}
	chains, err := q.allChains(ctx)
	if err != nil {
		return err
	}
	if _, err := t.db.ExecContext(ctx, "DELETE FROM raised_hours"); err != nil {
		return fmt.Errorf("begin %s: %w", raisedHours, err)
	}
	sums := map[factHour]int64{}
	flush := func(enough int) error {
		if len(sums) < enough {
			return nil
		}
		err := t.store.dialect.run(ctx, t, addHours(sums))
		clear(sums)
		return err
	}
	text := fmt.Sprintf("SELECT fact_id, at / %d AS hour, CAST(SUM(amount) AS BIGINT) FROM ledger GROUP BY 1, 2", hourMicros)
	err = q.each(ctx, text, nil, func(scan func(...any) error) error {
		var fact fund.ID
		var hour, sum int64
		if err := scan(&fact, &hour, &sum); err != nil {
			return err
		}
		for _, above := range chains.above(fact) {
			sums[factHour{above, hour}] += sum
		}
		return flush(rebuildRows)
	})
	if err != nil {
		return fmt.Errorf("ledger by hour: %w", err)
	}
	return t.store.dialect.run(ctx, t, addHours(sums), batchStatement{
		text: "UPDATE projections SET position = $1 WHERE name = $2", args: []any{last, raisedHours},
	})
}
