package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// momentTries is how many connections are begun for one moment before those that are there have to do.
const momentTries = 10

// moment is a set of read-only snapshots that see the same.
type moment struct {
	open []*sql.Tx
	// position is that of the last event that they see.
	position int64
}

// sameMoment runs fn with read-only snapshots of one moment, which may be read at the same time. Where others
// write too fast for that, fn gets fewer than wanted, but one at least.
func (s *Store) sameMoment(ctx context.Context, wanted int, fn func([]Queries) error) (err error) {
	var m moment
	defer func() { err = errors.Join(err, m.end()) }()
	for try := 0; len(m.open) < wanted && try < momentTries; try++ {
		if err := m.join(s.beginSnapshot(ctx)); err != nil {
			return err
		}
	}
	all := make([]Queries, len(m.open))
	for i, tx := range m.open {
		all[i] = Queries{db: tx, dialect: s.dialect}
	}
	return fn(all)
}

// join takes in a new snapshot. Two see the same when they see the same last event: whatever moves money or a
// total appends one. Those that see less than the new one end.
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

// beginSnapshot begins one, and gives the position of the last event in it. SQLite chooses the moment at this
// first read.
func (s *Store) beginSnapshot(ctx context.Context) (*sql.Tx, int64, error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot()})
	if err != nil {
		return nil, 0, fmt.Errorf("begin snapshot: %w", err)
	}
	position, err := Queries{db: tx, dialect: s.dialect}.LastPosition(ctx)
	if err != nil {
		return nil, 0, errors.Join(err, tx.Rollback())
	}
	return tx, position, nil
}
