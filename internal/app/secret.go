package app

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

const (
	// masterSecret is the name of the secret that all keys are derived from.
	masterSecret = "master"
	// keySize is the length of a key, in bytes.
	keySize = 32
)

// Key is a key of 32 bytes for one purpose only ("cursor", "csrf"): the same on all nodes and
// after each start, derived from a stored secret by HKDF with SHA-256 (RFC 5869). The first call
// may write to the database, so it must not come from within a write. Do not change the bytes:
// they are shared.
func (a *App) Key(ctx context.Context, purpose string) ([]byte, error) {
	if kept, ok := a.keys.Load(purpose); ok {
		if key, ok := kept.([]byte); ok {
			return key, nil
		}
	}
	master, err := a.store.Secret(ctx, masterSecret)
	if err != nil {
		return nil, fmt.Errorf("key for %s: %w", purpose, err)
	}
	key, err := hkdf.Key(sha256.New, master, nil, "almoner "+purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("key for %s: %w", purpose, err)
	}
	a.keys.Store(purpose, key)
	return key, nil
}
