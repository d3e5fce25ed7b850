package command

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// ListProviderEvents lists the events of payment providers that have not been applied.
type ListProviderEvents struct{ Store }

// Run prints a line for each, the oldest first.
func (c ListProviderEvents) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		return eachProviderEvent(openProviderEvents(ctx, a), func(e fund.ProviderEvent) error {
			_, err := fmt.Fprintln(t.Out, providerEventLine(e))
			return err
		})
	})
}

func openProviderEvents(ctx context.Context, a *app.App) func(fund.Page) ([]fund.ProviderEvent, error) {
	return func(page fund.Page) ([]fund.ProviderEvent, error) {
		return a.ListOpenProviderEvents(ctx, app.System(), page)
	}
}

// providerEventPage is how many provider events are read at once.
const providerEventPage = fund.MaxPage

// eachProviderEvent does something with each provider event of a list, page by page, the oldest first.
func eachProviderEvent(list func(fund.Page) ([]fund.ProviderEvent, error), do func(fund.ProviderEvent) error) error {
	page := fund.Page{Limit: providerEventPage, Order: fund.OldestFirst}
	for {
		events, err := list(page)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := do(e); err != nil {
				return err
			}
		}
		if len(events) < providerEventPage {
			return nil
		}
		page.After = &fund.Cursor{ID: events[len(events)-1].ID}
	}
}

// providerEventLine is a provider event for people.
func providerEventLine(e fund.ProviderEvent) string {
	line := fmt.Sprintf("%s of %s: %s %s, payment %s", e.ID, e.Provider, e.Topic, e.EventID, e.Reference)
	if !e.DonationID.IsZero() {
		line += ", donation " + e.DonationID.String()
	}
	line += ", received " + e.ReceivedAt.UTC().Format(time.RFC3339)
	if e.Tries == 0 {
		return line + ", not tried yet"
	}
	return oneLine(fmt.Sprintf("%s, tried %d times: %s", line, e.Tries, e.Problem))
}
