package command

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// ListProviderEvents lists the events of payment providers that have not been applied, or those that were dismissed.
type ListProviderEvents struct {
	Store
	Dismissed bool `help:"List those that were dismissed instead, with the reasons."`
	asLines
}

// Run prints a line for each, the oldest first.
func (c ListProviderEvents) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		list := openProviderEvents(ctx, a)
		if c.Dismissed {
			list = func(page fund.Page) ([]fund.ProviderEvent, error) {
				return a.ListDismissedProviderEvents(ctx, app.System(), page)
			}
		}
		return eachProviderEvent(list, func(e fund.ProviderEvent) error {
			if c.JSON {
				return printJSON(t.Out, toProviderEventJSON(e))
			}
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

// eachProviderEvent does something with each provider event of a list, page by page, the oldest first.
func eachProviderEvent(list func(fund.Page) ([]fund.ProviderEvent, error), do func(fund.ProviderEvent) error) error {
	return each(list, func(e fund.ProviderEvent) fund.Cursor { return fund.Cursor{ID: e.ID} }, do)
}

// providerEventJSON is a provider event for programs.
type providerEventJSON struct {
	ID         string  `json:"id"`
	Provider   string  `json:"provider"`
	EventID    string  `json:"event_id"`
	Topic      string  `json:"topic"`
	Account    string  `json:"account"`
	Payment    string  `json:"payment"`
	Donation   *string `json:"donation"`
	ReceivedAt *string `json:"received_at"`
	Tries      int     `json:"tries"`
	Problem    string  `json:"problem"`
	Dismissal  string  `json:"dismissal"`
}

func toProviderEventJSON(e fund.ProviderEvent) providerEventJSON {
	return providerEventJSON{
		ID: e.ID.String(), Provider: e.Provider, EventID: e.EventID, Topic: e.Topic, Account: e.Account, Payment: e.Reference,
		Donation: idJSON(e.DonationID), ReceivedAt: instantJSON(e.ReceivedAt), Tries: e.Tries, Problem: e.Problem, Dismissal: e.Dismissal,
	}
}

// providerEventLine is a provider event for people.
func providerEventLine(e fund.ProviderEvent) string {
	line := fmt.Sprintf("%s of %s: %s %s, payment %s", e.ID, e.Provider, e.Topic, e.EventID, e.Reference)
	if !e.DonationID.IsZero() {
		line += ", donation " + e.DonationID.String()
	}
	line += ", received " + e.ReceivedAt.UTC().Format(time.RFC3339)
	switch {
	case e.Dismissal != "":
		line += ", dismissed: " + e.Dismissal
	case e.Tries == 0:
		line += ", not tried yet"
	default:
		line += fmt.Sprintf(", tried %d times: %s", e.Tries, e.Problem)
	}
	return oneLine(line)
}
