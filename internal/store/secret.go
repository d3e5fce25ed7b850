package store

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// secretSize is the length of a secret, in bytes.
	secretSize = 32
	// masterSecret is the name of the secret that all keys are derived from.
	masterSecret = "master"
	// keySize is the length of a key, in bytes.
	keySize = 32
	// DonorKey is the purpose of the key that donor ids are derived with.
	DonorKey = "donor"
)

// Key is a key of 32 bytes for a single purpose ("cursor", "csrf"), derived from a secret of the database by HKDF with
// SHA-256 (RFC 5869). The first call may write, so it must not be inside a write.
func (s *Store) Key(ctx context.Context, purpose string) ([]byte, error) {
	master, err := s.Secret(ctx, masterSecret)
	if err != nil {
		return nil, fmt.Errorf("key for %s: %w", purpose, err)
	}
	return deriveKey(master, purpose)
}

func deriveKey(master []byte, purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, master, nil, "almoner "+purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("key for %s: %w", purpose, err)
	}
	return key, nil
}

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
