package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ErrDifferences is the result of an audit that found some.
var ErrDifferences = errors.New("the totals differ from the ledger")

// Migrate brings the schema of a database to the present version, which no server may use
// meanwhile when it is a file.
func Migrate(ctx context.Context, c config.Store, out io.Writer) (err error) {
	release, err := lock(c.DB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	return withStore(ctx, c.DB, func(s *store.Store) error {
		from, to, err := s.Migrate(ctx)
		if err != nil {
			return err
		}
		if from == to {
			_, err = fmt.Fprintf(out, "The schema is at version %d already.\n", to)
		} else {
			_, err = fmt.Fprintf(out, "The schema was brought from version %d to %d.\n", from, to)
		}
		return err
	})
}

// Audit compares every stored total with the ledger, also while a server uses the database.
// It is ErrDifferences when one differs, unless it was asked to rebuild what differs and did.
func Audit(ctx context.Context, c config.Audit, out io.Writer) error {
	database := c.Database()
	if path, is := database.File(); is {
		if _, err := os.Stat(path); err != nil {
			return fault.Wrap(err, fault.NotFound, "There is no database file %s; name one with --data or --db.", path)
		}
	}
	return withMigrated(ctx, database, func(s *store.Store) error {
		report, err := s.Audit(ctx)
		if err != nil {
			return err
		}
		for _, d := range report.Differences {
			_, _ = fmt.Fprintln(out, d)
		}
		if len(report.Differences) > 0 && c.Rebuild {
			if _, err := s.Rebuild(ctx); err != nil {
				return err
			}
			report, err = s.Audit(ctx)
		}
		if err != nil {
			return err
		}
		if len(report.Differences) > 0 {
			return ErrDifferences
		}
		_, err = fmt.Fprintf(out, "%d facts, %d donations: totals equal the ledger\n", report.Facts, report.Donations)
		return err
	})
}

// CreateUser makes a user and tells out the id and, when it was made up, the password.
func CreateUser(ctx context.Context, c config.User, out io.Writer) error {
	password := c.Password
	if password == "" {
		password = rand.Text()
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := a.CreateUser(ctx, app.System(), app.NewUser{
			Username: c.Username, Slug: c.Slug, Email: c.Email, Password: password,
		})
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "id: %s\nlegacy_id: %d\nslug: %s\n", user.ID, user.LegacyID, user.Slug)
		if c.Password == "" {
			_, _ = fmt.Fprintf(out, "password: %s\n", password)
		}
		return nil
	})
}

// CreateApplication makes an OAuth application and tells out its secrets, this once.
func CreateApplication(ctx context.Context, c config.Application, out io.Writer) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		key := fund.Key{Slug: c.Owner}
		if number, err := strconv.ParseInt(c.Owner, 10, 64); err == nil {
			key = fund.Key{LegacyID: number}
		}
		owner, err := a.GetUser(ctx, app.System(), key)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "There is no user %s; make one with: almoner user create", c.Owner)
		}
		if err != nil {
			return err
		}
		made, secret, token, err := a.CreateApplication(ctx, app.System(), app.NewApplication{
			Name: c.Name, RedirectURI: c.RedirectURI, Owner: owner.ID, Scopes: []string{"public"},
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "client_id: %s\nclient_secret: %s\napplication_token: %s\n", made.ClientID, secret, token)
		return err
	})
}

// withApp opens the use cases over a database with the present schema.
func withApp(ctx context.Context, database config.Database, do func(*app.App) error) error {
	return withMigrated(ctx, database, func(s *store.Store) error {
		return do(app.New(app.Options{Store: s, Random: rand.Reader}))
	})
}

// withMigrated refuses a database that this program was not made for: a command beside a
// server must not change its schema.
func withMigrated(ctx context.Context, database config.Database, do func(*store.Store) error) error {
	return withStore(ctx, database, func(s *store.Store) error {
		ok, err := s.Migrated(ctx)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Unavailable,
				"The schema of the database is not the one of this version; bring it up to date with: almoner migrate --db URL")
		}
		return do(s)
	})
}

func withStore(ctx context.Context, database config.Database, do func(*store.Store) error) error {
	s, err := store.Open(ctx, string(database), store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
