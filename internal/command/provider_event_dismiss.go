package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// DismissProviderEvent ends an event of a payment provider that cannot be applied.
type DismissProviderEvent struct {
	Store
	ID     string `name:"id" help:"Event to dismiss, as almoner provider-event list shows it." required:"" placeholder:"UUID"`
	Reason string `help:"Why it needs no work, in at most 500 characters; it is kept in the journal." required:"" placeholder:"TEXT"`
	asJSON
}

// Validate refuses what is no id.
func (c DismissProviderEvent) Validate() error {
	_, err := providerEventID(c.ID)
	return misused(err)
}

// providerEventID reads the id of an event.
func providerEventID(text string) (fund.ID, error) {
	id, err := fund.ParseID(text)
	if err != nil {
		return id, fault.New(fault.Malformed, "--id must be the id of an event, as almoner provider-event list shows it.")
	}
	return id, nil
}

// Run dismisses the event, which stays in the journal with the reason. The audit does not name it any more.
func (c DismissProviderEvent) Run(ctx context.Context, t Terminal) error {
	id, err := providerEventID(c.ID)
	if err != nil {
		return err
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		if err := a.DismissProviderEvent(ctx, app.System(), id, c.Reason); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				ID        string `json:"id"`
				Dismissed bool   `json:"dismissed"`
			}{id.String(), true})
		}
		_, err := fmt.Fprintf(t.Out, "%s dismissed\n", id)
		return err
	})
}
