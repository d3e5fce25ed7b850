package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// ReplaceLostSecret lets a server start again whose secret key is lost for good.
type ReplaceLostSecret struct {
	Store
	Secret config.Secret `embed:"" prefix:"secret-"`
	Yes    bool          `help:"Do it: the signing keys that cannot be read are gone then, even if the secret key turns up again."`
}

// Run makes a secret key where there is none, and new signing keys in the place of those that it does not open. No server may run meanwhile.
func (c ReplaceLostSecret) Run(ctx context.Context, t Terminal) error {
	if !c.Yes {
		return fault.New(fault.Invalid, "Webhook endpoints whose signing key cannot be read get a new one and are deactivated, until their owners fetch it. "+
			"Authenticator apps of users make no right codes any more: they sign in with a recovery code. "+
			"Look for the secret key first, in backups too; then say --yes.")
	}
	secret := c.Secret.For(c.DB)
	return withMigrated(ctx, c.DB, func(s *store.Store) (err error) {
		release, err := server.LockAlone(ctx, c.DB)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, release()) }()
		if _, err := seal.ReadFile(secret.KeyFile); secret.Key == "" && errors.Is(err, fs.ErrNotExist) {
			if _, err := seal.MakeFile(secret.KeyFile); err != nil {
				return fault.Wrap(err, fault.Unavailable, "The file %s for the secret key cannot be made; name another one with --secret-key-file.", secret.KeyFile)
			}
		}
		ring, err := server.Keys(ctx, s, secret, newLog(config.Log{}, t.Err))
		if err != nil {
			return err
		}
		s.UseSecrets(ring)
		did, err := s.ReplaceLost(ctx)
		if err == nil {
			err = app.New(app.Options{Store: s, Random: rand.Reader}).LogSecret(ctx, app.System(), fund.ActReplaceSecretKey, ring.PresentID())
		}
		if err == nil {
			_, err = fmt.Fprintf(t.Out, "Everything is sealed with the key %s; %d values could not be read and were replaced.\n", ring.PresentID(), did.Lost)
		}
		return err
	})
}
