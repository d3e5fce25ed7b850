package server

import (
	"context"
	"fmt"
	"io"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// receiptPage is how many receipts are read at once.
const receiptPage = 500

// ListReceipts prints which receipts somebody should look at: one line each with the donation, the number,
// the state, when it was handed to the mail server, and why. It tells nobody's address but what a mail server
// said.
func ListReceipts(ctx context.Context, c config.Receipts, out io.Writer) error {
	states := []fund.MailState{fund.MailUnknown, fund.MailRefused}
	if c.Unknown {
		states = states[:1]
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		listed := 0
		for _, state := range states {
			n, err := listReceipts(ctx, a, state, out)
			if err != nil {
				return err
			}
			listed += n
		}
		if listed == 0 {
			_, err := fmt.Fprintln(out, "No receipt needs a look.")
			return err
		}
		return nil
	})
}

func listReceipts(ctx context.Context, a *app.App, state fund.MailState, out io.Writer) (listed int, err error) {
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

// SendReceipt has the receipt of a donation sent (again) by the running server.
func SendReceipt(ctx context.Context, c config.Receipt, out io.Writer) error {
	id, err := fund.ParseID(c.Donation)
	if err != nil {
		return fault.New(fault.Malformed, "%q is not the id of a donation; write it like 0192f0a4-7c1e-7000-8000-000000000000.", c.Donation)
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		if err := a.ResendReceipt(ctx, app.System(), id); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, "The receipt is to be sent; a running server with a mail server does so in a moment.")
		return err
	})
}
