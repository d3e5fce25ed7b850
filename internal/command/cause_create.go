package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// CreateCause makes a cause.
type CreateCause struct {
	Store
	Name         string `help:"Name that others see." required:""`
	Owner        string `help:"Slug, number, UUID or e-mail address of the user who owns the cause." required:"" placeholder:"SLUG|ID|EMAIL"`
	Slug         string `help:"Name in addresses (default: made of the name)."`
	Currency     string `help:"Code of the currency in which the cause takes money; it cannot change (default: ${default})." default:"USD" placeholder:"CODE"`
	LegalName    string `help:"Name by law, for receipts." placeholder:"NAME"`
	GovernmentID string `name:"government-id" help:"Tax number, for receipts." placeholder:"NUMBER"`
	Status       string `help:"Whether others see the cause once it is approved: ${enum} (default: ${default})." enum:"published,unpublished" default:"published"`
	asJSON
}

// Run makes the cause, which takes no donations until it is approved.
func (c CreateCause) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		owner, err := findUser(ctx, a, c.Owner)
		if err != nil {
			return err
		}
		cause, err := a.CreateCauseFor(ctx, t.system(), owner.ID, c.patch())
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toApprovedCause(cause))
		}
		_, err = fmt.Fprintf(t.Out, "id: %s\nlegacy_id: %d\nslug: %s\napproval: %s\n", cause.ID, cause.LegacyID, cause.Slug, cause.Approval)
		return err
	})
}

func (c CreateCause) patch() fund.CausePatch {
	patch := fund.CausePatch{
		Name: fund.Some(c.Name), Currency: fund.Some(c.Currency), Status: fund.Some(fund.Status(c.Status)),
		LegalName: fund.Some(c.LegalName), GovernmentID: fund.Some(c.GovernmentID),
	}
	if c.Slug != "" {
		patch.Slug = fund.Some(c.Slug)
	}
	return patch
}
