package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// SendReceipt has the receipt of a donation sent.
type SendReceipt struct {
	Store
	Donation string `help:"Id of the donation." required:"" placeholder:"ID"`
	asJSON
}

// Validate refuses what is no id.
func (c SendReceipt) Validate() error {
	_, err := parseDonation(c.Donation)
	return misused(err)
}

// parseDonation reads the id of a donation.
func parseDonation(text string) (fund.ID, error) {
	id, err := fund.ParseID(text)
	if err != nil {
		return id, fault.New(fault.Malformed, "%q is not the id of a donation; write it like 0192f0a4-7c1e-7000-8000-000000000000.", text)
	}
	return id, nil
}

// Run asks the running server to send the receipt, again if it was sent before.
func (c SendReceipt) Run(ctx context.Context, t Terminal) error {
	id, err := parseDonation(c.Donation)
	if err != nil {
		return err
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		if err := a.ResendReceipt(ctx, app.System(), id); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				Donation string `json:"donation"`
				Due      bool   `json:"due"`
			}{id.String(), true})
		}
		_, err := fmt.Fprintln(t.Out, "The receipt is to be sent; a running server with a mail server does so in a moment.")
		return err
	})
}
