package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// momentTries is how many connections are begun for one moment before fewer have to do.
const momentTries = 10

// moment is a set of read-only snapshots that see the same data.
type moment struct {
	open []*sql.Tx
	// position is the position of the last event that they see.
	position int64
}

// sameMoment runs fn with read-only snapshots of one moment, which may be read concurrently. Under heavy writes fn
// gets fewer than wanted, but at least one.
func (s *Store) sameMoment(ctx context.Context, wanted int, fn func([]Queries) error) (err error) {
	ctx, cancel := within(ctx, limitOf(ctx))
	defer cancel()
	var m moment
	defer func() { err = errors.Join(err, m.end()) }()
	for try := 0; len(m.open) < wanted && try < momentTries; try++ {
		if err := m.join(s.beginSnapshot(ctx)); err != nil {
			return err
		}
	}
	all := make([]Queries, len(m.open))
	for i, tx := range m.open {
		all[i] = s.on(tx)
	}
	return fn(all)
}

// join adds a new snapshot. Two snapshots are the same when they see the same last event: every movement of money or
// a total appends one. Snapshots older than the new one are closed.
func (m *moment) join(tx *sql.Tx, position int64, err error) error {
	if err != nil {
		return err
	}
	if position != m.position {
		err = m.end()
	}
	m.open, m.position = append(m.open, tx), position
	return err
}

func (m *moment) end() error {
	var errs []error
	for _, tx := range m.open {
		errs = append(errs, tx.Rollback())
	}
	m.open = nil
	return errors.Join(errs...)
}

// beginSnapshot begins a snapshot and returns the position of the last event in it. SQLite fixes the snapshot at this
// first read.
func (s *Store) beginSnapshot(ctx context.Context) (*sql.Tx, int64, error) {
	if err := s.dialect.gone(); err != nil {
		return nil, 0, fmt.Errorf("begin snapshot: %w", answered(err))
	}
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot()})
	if err != nil {
		return nil, 0, fmt.Errorf("begin snapshot: %w", answered(err))
	}
	position, err := s.on(tx).LastPosition(ctx)
	if err != nil {
		return nil, 0, errors.Join(err, tx.Rollback())
	}
	return tx, position, nil
}
