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
			n, err := printReceipts(ctx, a, state, t.Out)
			if err != nil {
				return err
			}
			listed += n
		}
		if listed == 0 {
			_, err := fmt.Fprintln(t.Out, "No receipt needs a look.")
			return err
		}
		return nil
	})
}

// receiptPage is how many receipts are read at once.
const receiptPage = 500

func printReceipts(ctx context.Context, a *app.App, state fund.MailState, out io.Writer) (listed int, err error) {
	page := fund.Page{Limit: receiptPage, Order: fund.OldestFirst}
	for {
		receipts, err := a.ListReceipts(ctx, app.System(), state, page)
		if err != nil {
			return listed, err
		}
		for _, r := range receipts {
			handed := "-"
			if !r.HandedAt.IsZero() {
				handed = r.HandedAt.UTC().Format("2006-01-02T15:04:05Z")
			}
			if _, err := fmt.Fprintf(out, "%s\t%d\t%s\t%s\t%s\n", r.DonationID, r.Number, state, handed, r.Problem); err != nil {
				return listed, err
			}
		}
		if listed += len(receipts); len(receipts) < receiptPage {
			return listed, nil
		}
		page.After = &fund.Cursor{ID: receipts[len(receipts)-1].DonationID}
	}
}
