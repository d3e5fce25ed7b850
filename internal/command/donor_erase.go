package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// EraseDonor erases what is stored of a donor.
type EraseDonor struct {
	Store
	ofDonor
	asJSON
}

// Validate wants a donor.
func (c EraseDonor) Validate() error { return c.check() }

// Run erases everything but amounts and what receipts need, beside a running server or without one.
func (c EraseDonor) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		done, err := c.erase(ctx, a)
		if err != nil {
			return err
		}
		a.DoDue(ctx, fund.WorkErasure)
		waiting, disputed, inCases := done.Waiting[""], done.Waiting[fund.HeldByDispute], done.Waiting[fund.HeldByCase]
		if c.JSON {
			return printJSON(t.Out, struct {
				Erased   int `json:"erased"`
				Before   int `json:"erased_before"`
				Disputed int `json:"waiting_for_disputes"`
				InCases  int `json:"waiting_for_cases"`
				Waiting  int `json:"waiting"`
			}{done.Donations, done.Before, disputed, inCases, waiting})
		}
		for _, line := range []struct {
			n    int
			text string
		}{
			{done.Donations, "%d of the donor's donations erased. Amounts and totals stay; see docs/privacy.md for what else.\n"},
			{done.Before, "%d had been erased before.\n"},
			{disputed, "%d have an open dispute, and are erased when it is over.\n"},
			{inCases, "%d have an open refund case, and are erased once it is answered.\n"},
			{waiting, "%d are erased in a moment, by a running server.\n"},
		} {
			if line.n > 0 {
				if _, err := fmt.Fprintf(t.Out, line.text, line.n); err != nil {
					return err
				}
			}
		}
		if done.Donations+done.Before+disputed+inCases+waiting == 0 {
			_, err = fmt.Fprintln(t.Out, "No donation has that address.")
		}
		return err
	})
}

func (c EraseDonor) erase(ctx context.Context, a *app.App) (app.Erased, error) {
	if c.Donation == "" {
		return a.EraseDonor(ctx, app.System(), c.Mail)
	}
	id, err := parseDonation(c.Donation)
	if err != nil {
		return app.Erased{}, err
	}
	return a.EraseDonation(ctx, app.System(), id)
}
