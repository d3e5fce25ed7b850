package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/web"
)

// ApplyProviderEvents applies events of payment providers: one, or all that have not been.
type ApplyProviderEvents struct {
	Store
	ID  string `name:"id" help:"Event to apply, as almoner provider-event list shows it." xor:"which" required:"" placeholder:"UUID"`
	All bool   `help:"Apply every event that has not been applied." xor:"which" required:""`
	// Providers are those of the server: provider events only say what to ask them about.
	Providers checkout.Providers `embed:""`
	asLines
}

// Validate refuses what is no id.
func (c ApplyProviderEvents) Validate() error {
	if c.All {
		return nil
	}
	_, err := providerEventID(c.ID)
	return misused(err)
}

// Run tries them again, beside a running server or without one, and prints what came of each. It is
// ErrProviderEvents when one of all could not be applied.
func (c ApplyProviderEvents) Run(ctx context.Context, t Terminal) error {
	return withProviders(ctx, c.DB, c.Providers, func(a *app.App) error {
		if !c.All {
			id, err := providerEventID(c.ID)
			if err != nil {
				return err
			}
			return c.apply(ctx, a, id, t.Out)
		}
		var failed error
		tried := 0
		err := eachProviderEvent(openProviderEvents(ctx, a), func(e fund.ProviderEvent) error {
			tried++
			if c.apply(ctx, a, e.ID, t.Out) != nil {
				failed = ErrProviderEvents
			}
			return ctx.Err()
		})
		if tried == 0 && err == nil && !c.JSON {
			_, err = fmt.Fprintln(t.Out, "No event waits to be applied.")
		}
		return errors.Join(err, failed)
	})
}

// withProviders opens the use cases with the payment providers that a server has.
func withProviders(ctx context.Context, database config.Database, providers checkout.Providers, do func(*app.App) error) error {
	return withMigrated(ctx, database, func(s *store.Store) error {
		payments, err := checkout.New(ctx, checkout.Options{
			Settings: checkout.Settings{Providers: providers}, Keys: app.NewKeys(s), Book: app.NewSandboxBook(s),
		})
		if err != nil {
			return err
		}
		a := app.New(app.Options{Store: s, Random: rand.Reader, Pages: web.DonorPages(""), Payments: payments.Payments()})
		payments.Bind(a)
		return do(a)
	})
}

// apply applies one event and prints what came of it.
func (c ApplyProviderEvents) apply(ctx context.Context, a *app.App, id fund.ID, out io.Writer) error {
	err := a.ApplyProviderEvent(ctx, app.System(), id)
	if c.JSON {
		return errors.Join(err, printJSON(out, toAppliedJSON(id, err)))
	}
	if err != nil {
		_, _ = fmt.Fprintf(out, "%s not applied: %s\n", id, Explain(err))
		return err
	}
	_, err = fmt.Fprintf(out, "%s applied\n", id)
	return err
}

// appliedJSON is what came of an event, for programs.
type appliedJSON struct {
	ID      string `json:"id"`
	Applied bool   `json:"applied"`
	Problem string `json:"problem"`
}

func toAppliedJSON(id fund.ID, err error) appliedJSON {
	applied := appliedJSON{ID: id.String(), Applied: err == nil}
	if err != nil {
		applied.Problem = Explain(err)
	}
	return applied
}
