package app

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"sync"

	"github.com/almoner/almoner/internal/store"
)

const (
	// masterSecret is the name of the secret that all keys are derived from.
	masterSecret = "master"
	// keySize is the length of a key, in bytes.
	keySize = 32
)

// Keys derives keys from the one secret of the database. It is safe for concurrent use.
type Keys struct {
	store *store.Store
	// cached holds derived keys ([]byte) by purpose.
	cached sync.Map
}

// NewKeys returns the Keys of a database.
func NewKeys(s *store.Store) *Keys { return &Keys{store: s} }

// Key is a key of 32 bytes for a single purpose ("cursor", "csrf"): the same on all nodes and after each start, derived from a stored
// secret by HKDF with SHA-256 (RFC 5869). The first call may write to the database, so it must not be made within a write. Do not modify
// the bytes: they are shared.
func (k *Keys) Key(ctx context.Context, purpose string) ([]byte, error) {
	if kept, ok := k.cached.Load(purpose); ok {
		if key, ok := kept.([]byte); ok {
			return key, nil
		}
	}
	master, err := k.store.Secret(ctx, masterSecret)
	if err != nil {
		return nil, fmt.Errorf("key for %s: %w", purpose, err)
	}
	key, err := hkdf.Key(sha256.New, master, nil, "almoner "+purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("key for %s: %w", purpose, err)
	}
	k.cached.Store(purpose, key)
	return key, nil
}
