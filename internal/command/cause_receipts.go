package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// SetReceipts chooses the profile of a cause's receipts.
type SetReceipts struct {
	Store
	ofCause
	Profile string `help:"Kind of receipts: ${enum}. plain is a proof of payment and says nothing of taxes; us is the acknowledgment of a 501(c)(3) organization, and needs its legal name, EIN and address." enum:"${receipt_profiles}" required:"" placeholder:"NAME"`
	asJSON
}

// Run chooses it, also beside a running server. It holds for receipts that are issued from then on.
func (c SetReceipts) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		cause, err = a.UpdateCause(ctx, t.system(), fund.Key{ID: cause.ID}, fund.CausePatch{ReceiptProfile: fund.Some(c.Profile)})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toApprovedCause(cause))
		}
		_, err = fmt.Fprintf(t.Out, "%s gives receipts of the profile %s from now on.\n", cause.Name, cause.Profile())
		return err
	})
}
