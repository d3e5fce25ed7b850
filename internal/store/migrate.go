package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema to the current version and returns the versions before and after. Several nodes may call
// it at once: one does the work. A schema that is newer than this program is refused.
func (s *Store) Migrate(ctx context.Context) (from, to int64, err error) {
	provider, done, err := s.migrations(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer done()
	from, to, err = provider.GetVersions(ctx)
	if err != nil {
		return 0, 0, fault.Wrap(err, fault.Unavailable, "The version of the database schema cannot be read.")
	}
	if from > to {
		return from, to, fault.New(fault.Unavailable,
			"The database was made by a newer version of Almoner (schema %d, this one knows %d); run that version.", from, to)
	}
	if _, err := provider.Up(ctx); err != nil {
		if refused := (*fault.Error)(nil); errors.As(err, &refused) {
			return from, to, refused
		}
		return from, to, fault.Wrap(err, fault.Unavailable, "The database schema cannot be brought from version %d to %d.", from, to)
	}
	return from, to, errors.Join(s.findOldBoards(ctx), s.ensureEpoch(ctx))
}

func (s *Store) migrations(ctx context.Context) (*goose.Provider, func(), error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, nil, fmt.Errorf("embedded migrations: %w", err)
	}
	db, kind, options, err := s.dialect.migrator(ctx)
	if err != nil {
		return nil, nil, err
	}
	options = append(options, goose.WithGoMigrations(goMigrations(s.dialect)...))
	provider, err := goose.NewProvider(kind, db, files, options...)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("migrations: %w", err), db.Close())
	}
	return provider, func() { _ = provider.Close() }, nil
}

// goMigrations are the migrations that SQL alone cannot make.
func goMigrations(d dialect) []*goose.Migration {
	return []*goose.Migration{matchDonations(), boundMoney(d), factLooks(), freezeReceipts()}
}
