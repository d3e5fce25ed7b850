package command

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// RotateSecret seals webhooks with a new secret key.
type RotateSecret struct {
	Store
	Secret config.Secret `embed:"" prefix:"secret-"`
}

// Run puts a new key into the file, before the old ones, and seals everything with it. Running servers read the file again. Where the key is
// given itself, the first one given is the new one.
func (c RotateSecret) Run(ctx context.Context, t Terminal) error {
	secret := c.Secret.For(c.DB)
	return withMigrated(ctx, c.DB, func(s *store.Store) error {
		ring, err := server.Keys(ctx, s, secret, newLog(config.Log{}, t.Err))
		if err != nil {
			return err
		}
		if secret.Key == "" {
			if ring, err = addKey(secret.KeyFile); err != nil {
				return err
			}
		}
		s.UseSecrets(ring)
		did, err := server.Reseal(ctx, s)
		if err == nil {
			err = app.New(app.Options{Store: s, Random: rand.Reader}).LogSecret(ctx, app.System(), fund.ActRotateSecretKey, ring.PresentID())
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.Out, "Everything is sealed with the key %s; %d values were sealed again.\n", ring.PresentID(), did.Plain+did.Older)
		if err == nil && secret.Key == "" {
			_, err = fmt.Fprintf(t.Out, "The old keys stay in %s, because backups from before need them: copy the file, and remove their lines when those backups are gone.\n", secret.KeyFile)
		}
		return err
	})
}

// addKey puts a new key into a file, before the others.
func addKey(path string) (*seal.Ring, error) {
	keys, err := seal.ReadFile(path)
	if err == nil && len(keys) == seal.MaxKeys {
		return nil, fault.New(fault.Conflict, "%s has %d keys, which is as many as there can be; remove the oldest ones, which are its last lines.", path, len(keys))
	}
	if err == nil {
		keys = append([]seal.Key{seal.NewKey()}, keys...)
		err = seal.WriteFile(path, keys)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The new secret key cannot be written to %s; nothing was changed.", path)
	}
	return seal.NewRing(keys, nil), nil
}
