package app

import (
	"context"
	"sync"

	"github.com/almoner/almoner/internal/store"
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
// secret; see store.Key. The first call may write to the database, so it must not be made within a write. Do not modify
// the bytes: they are shared.
func (k *Keys) Key(ctx context.Context, purpose string) ([]byte, error) {
	if kept, ok := k.cached.Load(purpose); ok {
		if key, ok := kept.([]byte); ok {
			return key, nil
		}
	}
	key, err := k.store.Key(ctx, purpose)
	if err != nil {
		return nil, err
	}
	k.cached.Store(purpose, key)
	return key, nil
}
