package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// ListKeptReceipts lists what is kept of the receipts of erased donors.
type ListKeptReceipts struct {
	Store
	ofCause
	asLines
}

// Run prints them, by their numbers.
func (c ListKeptReceipts) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		list := func(page fund.Page) ([]fund.KeptReceipt, error) {
			return a.ListKeptReceipts(ctx, app.System(), cause.ID, page)
		}
		cursor := func(k fund.KeptReceipt) fund.Cursor { return fund.Cursor{Number: k.Number} }
		return each(list, cursor, func(k fund.KeptReceipt) error {
			if c.JSON {
				return printJSON(t.Out, struct {
					Number   int64   `json:"number"`
					Donation string  `json:"donation"`
					Name     string  `json:"name"`
					Email    string  `json:"email"`
					DeleteAt *string `json:"delete_at"`
				}{k.Number, k.DonationID.String(), k.Name, k.Email, instantJSON(k.DeleteAt)})
			}
			_, err := fmt.Fprintf(t.Out, "%d\t%s\t%s\t%s\tuntil %s\n", k.Number, k.DonationID, k.Name, k.Email, k.DeleteAt.Format("2006-01-02"))
			return err
		})
	})
}
