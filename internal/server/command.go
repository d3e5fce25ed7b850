package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/store"
)

// What an audit found.
var (
	// ErrDifferences says that totals are not what the ledger says, or that something does not fit together.
	ErrDifferences = errors.New("the totals differ from the ledger")
	// ErrProviderEvents says that providers told something that was not acted on: money may be waiting.
	ErrProviderEvents = errors.New("events of payment providers are not applied; try: almoner notices apply --all")
)

// Migrate brings the schema of a database to the present version, which no server may use
// meanwhile when it is a file.
func Migrate(ctx context.Context, c config.Store, out io.Writer) (err error) {
	release, err := lock(c.DB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	if _, err := inspect(ctx, c.DB); err != nil {
		return err
	}
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

// Audit compares every stored total with the ledger, also while a server uses the database. It is
// ErrDifferences when one differs, unless it was asked to rebuild what differs and did, and ErrNotices when
// payment provider events wait that are not simply on their way.
func Audit(ctx context.Context, c config.Audit, out io.Writer) error {
	database, err := audited(ctx, c)
	if err != nil {
		return err
	}
	return withMigrated(ctx, database, func(s *store.Store) error {
		report, err := s.Audit(ctx)
		if err != nil {
			return err
		}
		for _, d := range report.Differences {
			_, _ = fmt.Fprintln(out, d)
		}
		if c.Rebuild && (len(report.Differences) > 0 || report.Behind > 0) {
			if _, err := s.Rebuild(ctx); err != nil {
				return err
			}
			if report, err = s.Audit(ctx); err != nil {
				return err
			}
		}
		return errors.Join(tellReport(report, out), auditProviderEvents(ctx, s, out))
	})
}

// tellReport says what an audit found besides single differences.
func tellReport(report store.Report, out io.Writer) error {
	if report.UnknownMails > 0 {
		_, _ = fmt.Fprintf(out, "%d receipts: nobody knows whether their mail arrived\n", report.UnknownMails)
	}
	if len(report.Differences) > 0 {
		return ErrDifferences
	}
	_, _ = fmt.Fprintf(out, "%d facts, %d donations: totals equal the ledger\n", report.Facts, report.Donations)
	if report.Behind > 0 {
		_, _ = fmt.Fprintf(out, "The leaderboards were not compared: they are %d events behind; try again later, or with --rebuild.\n", report.Behind)
	}
	return nil
}

// audited is the database that was named, or that of the demo in the folder. The folder does
// not have a server's password.
func audited(ctx context.Context, c config.Audit) (config.Database, error) {
	if c.DB != "" {
		return c.DB, nil
	}
	credentials, err := demo.Load(c.Data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	name := boundTo(credentials)
	database := config.Named(c.Data, name)
	if _, is := database.File(); is {
		return database, nil
	}
	if _, err := store.Inspect(ctx, name); err != nil {
		return "", fault.Wrap(err, fault.Unavailable,
			"The demo in %s has the database %s, which lets nobody in like that; give --db with the password, or set PGPASSWORD.", c.Data, name)
	}
	return database, nil
}

// CreateUser makes a user and prints the id and, when it was made up, the password.
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

// CreateApplication makes an OAuth application and prints its secrets, this once.
func CreateApplication(ctx context.Context, c config.Application, out io.Writer) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		key := keyOf(c.Owner)
		owner, err := a.GetUser(ctx, app.System(), key)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "There is no user %s; make one with: almoner user create", c.Owner)
		}
		if err != nil {
			return err
		}
		made, secret, token, err := a.CreateApplication(ctx, app.System(), app.NewApplication{
			Name: c.Name, API: c.API, RedirectURIs: c.RedirectURIs, Owner: owner.ID, Scopes: c.Scopes,
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "id: %s\nclient_id: %s\nclient_secret: %s\nscopes: %s\n",
			made.ID, made.ClientID, secret, strings.Join(made.Scopes, " "))
		if made.API == fund.APIV3 && err == nil {
			_, err = fmt.Fprintf(out, "application_token: %s\n", token)
		}
		return err
	})
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

// ConnectCause says where a cause takes money.
func ConnectCause(ctx context.Context, c config.Connection, out io.Writer) error {
	if err := stripe.CheckAccount(c.Account); err != nil {
		return err
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := a.ConnectCause(ctx, app.System(), keyOf(c.Cause), fund.PaymentAccount{Provider: stripe.Name, Account: c.Account})
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "There is no cause %s.", c.Cause)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s takes money at Stripe, for the account %s.\n", cause.Name, c.Account)
		return err
	})
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
			return fault.Wrap(err, fault.NotFound, "There is no database file %s; name one with --db, or the folder of a demo with --data.", path)
		}
	}
	schema, err := inspect(ctx, database)
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

// inspect looks at a database without touching it, and refuses what is not for this program.
func inspect(ctx context.Context, database config.Database) (store.Schema, error) {
	schema, err := store.Inspect(ctx, string(database))
	switch {
	case err != nil:
		return schema, err
	case schema.Foreign:
		return schema, fault.New(fault.Conflict,
			"The database %s is not a database of Almoner: another program keeps its data there; choose another one with --db.",
			database.NameIn("."))
	case schema.Present > schema.Known:
		return schema, fault.New(fault.Unavailable,
			"The database was made by a newer version of Almoner (schema %d, this one knows %d); run that version.",
			schema.Present, schema.Known)
	}
	return schema, nil
}

func withStore(ctx context.Context, database config.Database, do func(*store.Store) error) error {
	s, err := store.Open(ctx, string(database), store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
