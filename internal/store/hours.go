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
	events, err := s.EventsAfter(ctx, from, hourEvents)
	if err != nil || len(events) == 0 {
		return done, err
	}
	b, err := s.foldHours(ctx, events)
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
		done = Folded{b.read, b.read < len(events) || len(events) == hourEvents}
		return s.dialect.run(ctx, t, append(b.statements, batchStatement{
			text: "UPDATE projections SET position = $1 WHERE name = $2", args: []any{events[b.read-1].Position, raisedHours},
		})...)
	})
	return done, err
}

// hourBatch is what a transaction of the projection does: the statements of that many events.
type hourBatch struct {
	read       int
	sums       map[factHour]int64
	statements []batchStatement
}

// factHour is an hour of a fact.
type factHour struct {
	fact fund.ID
	hour int64
}

// foldHours adds up the events to one that moves a fact, or works out the move where that is the first.
func (q Queries) foldHours(ctx context.Context, events []fund.Event) (hourBatch, error) {
	var touched, completed []fund.ID
	for _, e := range events {
		if e.Amount != 0 || movesFact(e) {
			touched = append(append(touched, e.Subject), e.Facts...)
		}
		if e.Topic == fund.TopicDonationCompleted {
			completed = append(completed, e.Subject)
		}
	}
	f := newFolding()
	if err := errors.Join(q.readKinds(ctx, touched, f), q.readDonations(ctx, completed, f)); err != nil {
		return hourBatch{}, err
	}
	if movesFact(events[0]) {
		return hourBatch{read: 1, statements: moveHours(events[0], f.chain(events[0]).facts)}, nil
	}
	b := hourBatch{sums: map[factHour]int64{}}
	for _, e := range events {
		if movesFact(e) {
			break
		}
		b.read++
		if !e.Test && movesTotals(e.Topic) {
			at := e.At
			if d, known := f.donations[e.Subject]; known && e.Topic == fund.TopicDonationCompleted {
				at = d.at // which may be long ago for one that is recorded later
			}
			for _, fact := range f.chain(e).facts {
				b.sums[factHour{fact, hourOf(at)}] += e.Amount
			}
		}
	}
	b.statements = []batchStatement{addHours(b.sums)}
	return b, nil
}

// movesTotals reports whether the amount of the topic's events is money that came or went.
func movesTotals(topic fund.Topic) bool {
	switch topic {
	case fund.TopicDonationCompleted, fund.TopicDonationRefunded, fund.TopicDonationDisputed, fund.TopicDonationRestored:
		return true
	default:
		return false
	}
}

// movesFact reports whether what the event's subject raised leaves other facts, or joins them.
func movesFact(e fund.Event) bool {
	return e.Topic == fund.TopicFactLeft || e.Topic == fund.TopicFactJoined
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
