package command

import (
	"context"
	"fmt"
	"io"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// ListReceipts lists the receipts that somebody should look at.
type ListReceipts struct {
	Store
	Unknown bool `help:"Only those of which nobody knows whether they were sent."`
	asLines
}

// Run prints one line for each receipt with the donation, the number, the state, when it was handed to the mail
// server, and why. It prints no address but what a mail server said.
func (c ListReceipts) Run(ctx context.Context, t Terminal) error {
	states := []fund.MailState{fund.MailUnknown, fund.MailRefused}
	if c.Unknown {
		states = states[:1]
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		listed := 0
		for _, state := range states {
			n, err := c.print(ctx, a, state, t.Out)
			if err != nil {
				return err
			}
			listed += n
		}
		if listed == 0 && !c.JSON {
			_, err := fmt.Fprintln(t.Out, "No receipt needs a look.")
			return err
		}
		return nil
	})
}

// receiptJSON is a receipt for programs.
type receiptJSON struct {
	Donation string  `json:"donation"`
	Number   int64   `json:"number"`
	State    string  `json:"state"`
	HandedAt *string `json:"handed_at"`
	Problem  string  `json:"problem"`
}

func (c ListReceipts) print(ctx context.Context, a *app.App, state fund.MailState, out io.Writer) (listed int, err error) {
	list := func(page fund.Page) ([]fund.Receipt, error) { return a.ListReceipts(ctx, app.System(), state, page) }
	cursor := func(r fund.Receipt) fund.Cursor { return fund.Cursor{ID: r.DonationID} }
	err = each(list, cursor, func(r fund.Receipt) error {
		listed++
		handed := instantJSON(r.Mail.HandedAt)
		if c.JSON {
			return printJSON(out, receiptJSON{r.DonationID.String(), r.Number, string(state), handed, r.Mail.Problem})
		}
		at := "-"
		if handed != nil {
			at = *handed
		}
		_, err := fmt.Fprintf(out, "%s\t%d\t%s\t%s\t%s\n", r.DonationID, r.Number, state, at, r.Mail.Problem)
		return err
	})
	return listed, err
}
