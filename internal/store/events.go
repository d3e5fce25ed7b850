package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// addEvents adds the rows of events, with their positions where those are known. Most groups have only donations, whose columns without a default
// are enough.
func (s *batchStatement) addEvents(events []fund.Event) error {
	whole := slices.ContainsFunc(events, func(e fund.Event) bool { return e.Test || e.Version != 1 || !e.Detail.IsZero() })
	var row [9]column
	for i := range events {
		e := &events[i]
		n := copy(row[:], columns{
			{"topic", string(e.Topic)}, {"subject", rawID(&e.Subject)}, {"facts", joinIDs(e.Facts)}, {"amount", e.Amount}, {"at", micros(e.At)},
		})
		if whole {
			detail, err := encodeDetail(&e.Detail)
			if err != nil {
				return err
			}
			n += copy(row[n:], columns{{"detail", detail}, {"v", int64(e.Version)}, {"test", e.Test}})
		}
		if e.Position > 0 {
			n += copy(row[n:], columns{{"position", e.Position}})
		}
		s.add(row[:n])
	}
	return nil
}

// writeEvents writes the group's events at the next positions. It is the last thing before the commit and holds the
// only lock that all groups share, so that a reader who has seen a position never finds a lower one later.
func (t *Tx) writeEvents(ctx context.Context) error {
	fresh := t.events[t.written:]
	if len(fresh) == 0 {
		return nil
	}
	if err := t.store.dialect.appendEvents(ctx, t, fresh); err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	t.written = len(t.events)
	return nil
}

// LastPosition is the position of the newest event, 0 when there is none.
func (q Queries) LastPosition(ctx context.Context) (int64, error) {
	var last int64
	err := q.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(position), 0) FROM events").Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("last position: %w", err)
	}
	return last, nil
}

// FirstPosition is the position of the oldest event that is kept, 0 when there is none.
func (q Queries) FirstPosition(ctx context.Context) (int64, error) {
	var first int64
	err := q.db.QueryRowContext(ctx, "SELECT COALESCE(MIN(position), 0) FROM events").Scan(&first)
	if err != nil {
		return 0, fmt.Errorf("first position: %w", err)
	}
	return first, nil
}

const eventColumns = "position, topic, subject, facts, amount, at, detail, v, test"

const (
	eventsAfterText = "SELECT " + eventColumns + " FROM events WHERE position > $1 ORDER BY position LIMIT $2"
	eventsFromText  = "SELECT " + eventColumns + " FROM events WHERE position = $3 UNION ALL SELECT * FROM (" + eventsAfterText +
		") AS later ORDER BY position"
)

// EventsAfter returns at most limit events after a position, in order.
func (q Queries) EventsAfter(ctx context.Context, position int64, limit int) ([]fund.Event, error) {
	return q.listEvents(ctx, position, eventsAfterText, position, limit)
}

// EventsFrom returns the event at a known position, if it is there, and at most limit events after another one, in order. Both are read in
// one statement, so that no history can take the place of another in between.
func (q Queries) EventsFrom(ctx context.Context, known, after int64, limit int) ([]fund.Event, error) {
	return q.listEvents(ctx, after, eventsFromText, after, limit, known)
}

func (q Queries) listEvents(ctx context.Context, position int64, text string, args ...any) ([]fund.Event, error) {
	rows, err := q.db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("events after %d: %w", position, err)
	}
	defer func() { _ = rows.Close() }()
	var events []fund.Event
	for rows.Next() {
		var e fund.Event
		var facts []byte
		var at int64
		err := rows.Scan(&e.Position, &e.Topic, &e.Subject, &facts, &e.Amount, &at, (*detailColumn)(&e.Detail), &e.Version, &e.Test)
		if err != nil {
			return nil, fmt.Errorf("events after %d: %w", position, err)
		}
		e.Facts, e.At = splitIDs(facts), fromMicros(at)
		events = append(events, e)
	}
	return events, rows.Err()
}

// topicIn is the condition that an event has one of the topics.
func topicIn(topics ...fund.Topic) string {
	texts := make([]string, len(topics))
	for i, topic := range topics {
		texts[i] = "'" + string(topic) + "'"
	}
	return "topic IN (" + strings.Join(texts, ", ") + ")"
}

// Listen calls wake whenever another node may have appended events, until ctx ends or the connection breaks. On
// SQLite there is no other node, and it only waits.
func (s *Store) Listen(ctx context.Context, wake func()) error {
	return s.dialect.listen(ctx, wake)
}

func joinIDs(ids []fund.ID) []byte {
	joined := make([]byte, 0, len(ids)*len(fund.ID{}))
	for _, id := range ids {
		joined = append(joined, id[:]...)
	}
	return joined
}

func splitIDs(joined []byte) []fund.ID {
	ids := make([]fund.ID, len(joined)/len(fund.ID{}))
	for i := range ids {
		copy(ids[i][:], joined[i*len(fund.ID{}):])
	}
	return ids
}
