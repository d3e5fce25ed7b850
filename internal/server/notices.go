package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// providerEventPage is how many provider events are read at once.
const providerEventPage = fund.MaxPage

// ListProviderEvents prints every provider event of a payment provider that has not been applied, a line each.
func ListProviderEvents(ctx context.Context, c config.Store, out io.Writer) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		return eachProviderEvent(openProviderEvents(ctx, a), func(n fund.ProviderEvent) error {
			_, err := fmt.Fprintln(out, providerEventLine(n))
			return err
		})
	})
}

// ApplyProviderEvents tries payment provider events again, beside a running server or without one, and prints
// what came of each. It is ErrNotices when one could not be applied.
func ApplyProviderEvents(ctx context.Context, c config.ProviderEvents, out io.Writer) error {
	return withProviders(ctx, c, func(a *app.App) error {
		if !c.All {
			id, err := fund.ParseID(c.ID)
			if err != nil {
				return fault.New(fault.Malformed, "--id must be the id of an event, as almoner notices list shows it.")
			}
			return applyProviderEvent(ctx, a, id, out)
		}
		var failed error
		err := eachProviderEvent(openProviderEvents(ctx, a), func(n fund.ProviderEvent) error {
			if applyProviderEvent(ctx, a, n.ID, out) != nil {
				failed = ErrProviderEvents
			}
			return ctx.Err()
		})
		return errors.Join(err, failed)
	})
}

func applyProviderEvent(ctx context.Context, a *app.App, id fund.ID, out io.Writer) error {
	err := a.ApplyProviderEvent(ctx, app.System(), id)
	if err != nil {
		_, _ = fmt.Fprintf(out, "%s not applied: %s\n", id, Explain(err))
		return err
	}
	_, err = fmt.Fprintf(out, "%s applied\n", id)
	return err
}

// auditProviderEvents prints the provider events that wait although they are not simply on their way.
func auditProviderEvents(ctx context.Context, s *store.Store, out io.Writer) error {
	var waiting error
	now := time.Now()
	err := eachProviderEvent(func(page fund.Page) ([]fund.ProviderEvent, error) { return s.StuckProviderEvents(ctx, now, page) }, func(n fund.ProviderEvent) error {
		waiting = ErrProviderEvents
		_, err := fmt.Fprintln(out, "notice "+providerEventLine(n))
		return err
	})
	return errors.Join(err, waiting)
}

func openProviderEvents(ctx context.Context, a *app.App) func(fund.Page) ([]fund.ProviderEvent, error) {
	return func(page fund.Page) ([]fund.ProviderEvent, error) {
		return a.ListOpenProviderEvents(ctx, app.System(), page)
	}
}

// eachProviderEvent does something with each provider event of a list, page by page, the oldest first.
func eachProviderEvent(list func(fund.Page) ([]fund.ProviderEvent, error), do func(fund.ProviderEvent) error) error {
	page := fund.Page{Limit: providerEventPage, Order: fund.OldestFirst}
	for {
		notices, err := list(page)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if err := do(n); err != nil {
				return err
			}
		}
		if len(notices) < providerEventPage {
			return nil
		}
		page.After = &fund.Cursor{ID: notices[len(notices)-1].ID}
	}
}

// providerEventLine is a provider event for people.
func providerEventLine(n fund.ProviderEvent) string {
	line := fmt.Sprintf("%s of %s: %s %s, payment %s", n.ID, n.Provider, n.Topic, n.EventID, n.Reference)
	if !n.DonationID.IsZero() {
		line += ", donation " + n.DonationID.String()
	}
	line += ", received " + n.ReceivedAt.UTC().Format(time.RFC3339)
	if n.Tries == 0 {
		return line + ", not tried yet"
	}
	return oneLine(fmt.Sprintf("%s, tried %d times: %s", line, n.Tries, n.Problem))
}

// withProviders opens the use cases with the payment providers that a server has.
func withProviders(ctx context.Context, c config.ProviderEvents, do func(*app.App) error) error {
	return withMigrated(ctx, c.DB, func(s *store.Store) error {
		n := &node{settings: settings{database: c.DB, stripe: config.Stripe{Key: c.StripeKey}, log: slog.New(slog.DiscardHandler)}, store: s}
		if err := n.buildPayments(ctx); err != nil {
			return err
		}
		n.app = n.newApp(time.Now, rand.Reader)
		return do(n.app)
	})
}
