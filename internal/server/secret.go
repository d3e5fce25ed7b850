package server

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/store"
)

// Keys finds the secret key of a database, and makes its file where nothing was ever sealed in the database.
func Keys(ctx context.Context, s *store.Store, from config.Secret, log *slog.Logger) (*seal.Ring, error) {
	keys, err := readKeys(from)
	if errors.Is(err, fs.ErrNotExist) {
		keys, err = newKeys(ctx, s, from.KeyFile, log)
	}
	if err != nil {
		return nil, err
	}
	if from.Key != "" {
		return seal.NewRing(keys, nil), nil
	}
	return seal.NewRing(keys, func() ([]seal.Key, error) { return seal.ReadFile(from.KeyFile) }), nil
}

// readKeys reads the secret key; fs.ErrNotExist where its file is missing.
func readKeys(from config.Secret) ([]seal.Key, error) {
	if from.Key != "" {
		keys, err := seal.ParseKeys(from.Key)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "--secret-key %s.", err)
		}
		return keys, nil
	}
	keys, err := seal.ReadFile(from.KeyFile)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s with the secret key cannot be read; name another one with --secret-key-file.", from.KeyFile)
	}
	return keys, nil
}

// KeysAtHand are the secret keys that there are, none where there is no file, and where they are in words.
func KeysAtHand(from config.Secret) (keys []seal.Key, where string, err error) {
	where = from.KeyFile
	if from.Key != "" {
		where = "--secret-key"
	}
	keys, err = readKeys(from)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return keys, where, err
}

// Opens reports whether one of the keys has the id.
func Opens(keys []seal.Key, id string) bool {
	return slices.ContainsFunc(keys, func(k seal.Key) bool { return k.ID() == id })
}

func newKeys(ctx context.Context, s *store.Store, path string, log *slog.Logger) ([]seal.Key, error) {
	id, err := s.SealedWith(ctx)
	if err != nil {
		return nil, err
	}
	if id != "" {
		return nil, fault.New(fault.Unavailable, "The secret key of the database is missing: %s is not there. %s", path, wayOut(id))
	}
	keys, err := seal.MakeFile(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s for the secret key cannot be made; name another one with --secret-key-file, or set "+
			"ALMONER_SECRET_KEY to what this prints: openssl rand -hex 32", path)
	}
	log.InfoContext(ctx, "made a secret key: keep a copy of the file, apart from backups of the database, and give it to all nodes", "file", path)
	return keys, nil
}

// checkKey finds out whether the secret key of a database is at hand, and makes none.
func checkKey(ctx context.Context, s *store.Store, from config.Secret) error {
	id, err := s.SealedWith(ctx)
	if err != nil || id == "" {
		return err
	}
	ring, err := Keys(ctx, s, from, slog.New(slog.DiscardHandler))
	if err == nil && !ring.Has(id) {
		err = fault.New(fault.Unavailable, "The secret key is not that of the database. %s", wayOut(id))
	}
	return err
}

func wayOut(id string) string {
	return "Secrets in the database are sealed with the key " + id + ": put its file back, or name it with --secret-key-file or ALMONER_SECRET_KEY. If it is lost for good, " +
		"this gives webhook endpoints new signing keys, and ends authenticator apps: almoner secret replace-lost"
}

// sealed has the store seal, and seals what is there in clear or under an older key.
func (n *Node) sealed(ctx context.Context) error {
	ring, err := Keys(ctx, n.store, n.Secret, n.Log)
	if err != nil {
		return err
	}
	n.store.UseSecrets(ring)
	did, err := Reseal(ctx, n.store)
	if err == nil && did != (store.Resealed{}) {
		n.Log.InfoContext(ctx, "sealed secrets in the database", "key", ring.PresentID(), "in clear before", did.Plain, "with an older key before", did.Older)
	}
	return err
}

// Reseal seals everything with the present key. What stood there in clear does not stay in the free pages of a file.
func Reseal(ctx context.Context, s *store.Store) (store.Resealed, error) {
	did, err := s.Reseal(ctx)
	if errors.Is(err, seal.ErrNoKey) {
		id, _ := s.SealedWith(ctx)
		return did, fault.Wrap(err, fault.Unavailable, "The secret key is not that of the database. %s", wayOut(id))
	}
	if err == nil && did.Plain > 0 {
		err = s.Compact(ctx)
	}
	return did, err
}
