package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// projected writes what a projection makes of some events.
type projected func(context.Context, *Tx) error

// projection makes something of the events of the log while anybody wants it.
type projection struct {
	name string
	// by selects those who want it.
	by string
	// begin gives it its first position.
	begin func(context.Context) error
	// prepare reads what the events need; what it returns is written together with the position.
	prepare func(context.Context, []fund.Event) (projected, error)
}

// follow goes on with the next events of the log, and returns how many events it has read; 0 when it has caught up, nobody wants what it makes, or another node is at
// work.
func (s *Store) follow(ctx context.Context, p projection) (done int, err error) {
	from, err := s.projected(ctx, p.name, "")
	if errors.Is(err, sql.ErrNoRows) {
		return 1, p.begin(ctx)
	}
	if err != nil {
		return 0, err
	}
	if wanted, err := s.wanted(ctx, p.by); err != nil || !wanted {
		return 0, errors.Join(err, s.skipEvents(ctx, p.name, from, p.by))
	}
	events, err := s.EventsAfter(ctx, from, FanOutEvents)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	write, err := p.prepare(ctx, events)
	if err != nil {
		return 0, err
	}
	moved, err := s.project(ctx, p.name, from, events[len(events)-1].Position, write)
	if !moved {
		return 0, err
	}
	return len(events), err
}

// wanted reports whether a SELECT of those who want what a projection makes finds any.
func (q Queries) wanted(ctx context.Context, by string) (found bool, err error) {
	if err = q.db.QueryRowContext(ctx, "SELECT EXISTS ("+by+")").Scan(&found); err != nil {
		return false, fmt.Errorf("who wants a projection: %w", err)
	}
	return found, nil
}

// skipEvents goes on to the end of the log while nobody wants what a projection makes. Donations pay nothing for it then but a look now and then: a few events
// are left to the next time.
func (s *Store) skipEvents(ctx context.Context, name string, from int64, by string) error {
	last, err := s.LastPosition(ctx)
	if err != nil || last-from < FanOutEvents {
		return err
	}
	return s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		// One statement sees events and who wants them as of one instant: what it skips was before each of those that it does not see.
		_, err := t.db.ExecContext(ctx, `UPDATE projections SET position = (SELECT MAX(position) FROM events)
			WHERE name = $1 AND position < (SELECT MAX(position) FROM events) AND NOT EXISTS (`+by+`)`, name)
		if err != nil {
			return fmt.Errorf("skip events for %s: %w", name, err)
		}
		return nil
	})
}

// projected reads the position of a projection; sql.ErrNoRows when it has none, or another node holds the lock.
func (q Queries) projected(ctx context.Context, name, lock string) (position int64, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT position FROM projections WHERE name = $1"+lock, name).Scan(&position)
	if err != nil {
		return 0, fmt.Errorf("position of %s: %w", name, err)
	}
	return position, nil
}

// beginProjection begins with what follows the log's present end.
func (s *Store) beginProjection(ctx context.Context, name string) error {
	return s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error { return t.beginProjection(ctx, name) })
}

func (t *Tx) beginProjection(ctx context.Context, name string) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO projections (name, position) SELECT CAST($1 AS TEXT), COALESCE(MAX(position), 0) FROM events
		WHERE TRUE ON CONFLICT (name) DO NOTHING`, name)
	if err != nil {
		return fmt.Errorf("begin %s: %w", name, err)
	}
	return nil
}

// project runs work, which includes the events from one position to another, unless the projection has moved meanwhile: another node was faster then.
func (s *Store) project(ctx context.Context, name string, from, to int64, work func(context.Context, *Tx) error) (done bool, err error) {
	err = s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		done = false
		at, err := t.projected(ctx, name, s.dialect.lockFreeRows())
		if errors.Is(err, sql.ErrNoRows) || err == nil && at != from {
			return nil
		}
		if err != nil {
			return err
		}
		if err := work(ctx, t); err != nil {
			return err
		}
		done = true
		return s.dialect.run(ctx, t, batchStatement{text: "UPDATE projections SET position = $1 WHERE name = $2", args: []any{to, name}})
	})
	return done, err
}
