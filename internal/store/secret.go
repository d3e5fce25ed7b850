package store

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// secretSize is the length of a secret, in bytes.
const secretSize = 32

// Secret returns one of the server's own secrets: 32 bytes, made on first use and the same on all nodes. They are
// always random, even where ids are made from a seed. The first use of a name writes, so it must not be inside a
// write.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	value, err := s.secret(ctx, name)
	if err != nil || value != nil {
		return value, err
	}
	fresh := make([]byte, secretSize)
	_, _ = rand.Read(fresh) // it never fails
	err = s.Write(ctx, fund.ID{}, func(ctx context.Context, t *Tx) error {
		_, err := t.db.ExecContext(ctx,
			"INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, fresh)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("secret %s: %w", name, err)
	}
	// Another node may have been faster.
	return s.secret(ctx, name)
}

// secret returns nil when there is none.
func (q Queries) secret(ctx context.Context, name string) ([]byte, error) {
	s := selecting("SELECT s.value FROM secrets s").and("s.name = ?", name)
	values, err := list(ctx, q.db, s, func(r row) (value []byte, err error) {
		err = r.Scan(&value)
		return value, err
	})
	if err != nil {
		return nil, fmt.Errorf("secret %s: %w", name, err)
	}
	if len(values) == 0 {
		return nil, nil
	}
	return values[0], nil
}
