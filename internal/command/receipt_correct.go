package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// CorrectReceipt corrects the name on a receipt.
type CorrectReceipt struct {
	Store
	Donation string `help:"Id of the donation." required:"" placeholder:"ID"`
	Name     string `help:"The donor's name as the receipt should have it." required:"" placeholder:"NAME"`
	asJSON
}

// Validate refuses what is no id.
func (c CorrectReceipt) Validate() error {
	_, err := parseDonation(c.Donation)
	return misused(err)
}

// Run voids the last receipt of the donation, and issues another one with the next number.
func (c CorrectReceipt) Run(ctx context.Context, t Terminal) error {
	id, err := parseDonation(c.Donation)
	if err != nil {
		return err
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		r, err := a.CorrectReceipt(ctx, t.system(), fund.Key{ID: id}, c.Name)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				Donation string `json:"donation"`
				Number   int64  `json:"number"`
			}{id.String(), r.Number})
		}
		_, err = fmt.Fprintf(t.Out, "Receipt %d takes the place of the last one, which is void. To mail it: almoner receipt send --donation %s\n", r.Number, id)
		return err
	})
}
