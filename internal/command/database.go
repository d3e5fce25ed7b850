package command

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strconv"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// Store is the database of a command beside the server, or without one.
type Store struct {
	DB config.Database `name:"db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: ${default})." default:"sqlite:almoner.db" placeholder:"URL" secret:"password"`
}

// withApp opens the use cases over a database with the present schema.
func withApp(ctx context.Context, database config.Database, do func(*app.App) error) error {
	return withMigrated(ctx, database, func(s *store.Store) error {
		return do(app.New(app.Options{Store: s, Random: rand.Reader}))
	})
}

// withMigrated refuses a database that this program was not made for, before it touches it: a
// command beside a server must neither make a database nor change its schema.
func withMigrated(ctx context.Context, database config.Database, do func(*store.Store) error) error {
	if path, is := database.File(); is {
		if _, err := os.Stat(path); err != nil {
			return fault.Wrap(err, fault.NotFound, "There is no database file %s; name one with --db, such as sqlite:almoner-demo/almoner.db for a demo.", path)
		}
	}
	schema, err := server.Inspect(ctx, database)
	switch {
	case err != nil:
		return err
	case schema.Present < schema.Known:
		return fault.New(fault.Unavailable,
			"The schema of the database is at version %d, and this program needs %d; bring it up to date with: almoner migrate --db URL",
			schema.Present, schema.Known)
	}
	return withStore(ctx, database, do)
}

func withStore(ctx context.Context, database config.Database, do func(*store.Store) error) error {
	s, err := store.Open(ctx, string(database), store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// keyOf reads how something is named on the command line: by its UUID, its number or its slug.
func keyOf(text string) fund.Key {
	if id, err := fund.ParseID(text); err == nil {
		return fund.Key{ID: id}
	}
	if number, err := strconv.ParseInt(text, 10, 64); err == nil {
		return fund.Key{LegacyID: number}
	}
	return fund.Key{Slug: text}
}
