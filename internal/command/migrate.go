package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// Migrate brings the schema of a database to the present version.
type Migrate struct {
	Store
	Plan bool `help:"Print what would be done, and change nothing."`
	JSON bool `name:"json" help:"With --plan, print one JSON object."`
}

// Validate refuses flags that do not go together.
func (c Migrate) Validate() error {
	if c.JSON && !c.Plan {
		return misused(errors.New("--plan is missing: --json is for what would be done"))
	}
	return nil
}

// Run migrates, or prints what it would do. No server may use the database meanwhile when it is a file.
func (c Migrate) Run(ctx context.Context, t Terminal) (err error) {
	if c.Plan {
		return c.plan(ctx, t.Out)
	}
	release, err := server.Lock(ctx, c.DB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	if _, err := server.Inspect(ctx, c.DB); err != nil {
		return err
	}
	return withStore(ctx, c.DB, func(s *store.Store) error {
		from, to, err := s.Migrate(ctx)
		if err != nil {
			return err
		}
		if err := app.New(app.Options{Store: s, Random: rand.Reader}).LogMigration(ctx, app.System(), from, to); err != nil {
			return err
		}
		if from == to {
			_, err = fmt.Fprintf(t.Out, "The schema is at version %d already.\n", to)
		} else {
			_, err = fmt.Fprintf(t.Out, "The schema was brought from version %d to %d.\n", from, to)
		}
		return err
	})
}
