package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// ApproveCause lets a cause take donations.
type ApproveCause struct {
	decidedCause
}

// Run approves the cause, also beside a running server, which knows it at once.
func (c ApproveCause) Run(ctx context.Context, t Terminal) error {
	return c.decide(ctx, t, (*app.App).ApproveCause)
}

// SuspendCause keeps a cause from taking donations.
type SuspendCause struct {
	decidedCause
}

// Run suspends the cause, also beside a running server, which knows it at once.
func (c SuspendCause) Run(ctx context.Context, t Terminal) error {
	return c.decide(ctx, t, (*app.App).SuspendCause)
}

// decidedCause is a cause whose approval changes.
type decidedCause struct {
	Store
	Cause string `help:"Slug, number or UUID of the cause." required:"" placeholder:"SLUG|ID"`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// approvedCause is what the commands print of a cause.
type approvedCause struct {
	ID           string `json:"id"`
	LegacyID     int64  `json:"legacy_id"`
	Slug         string `json:"slug"`
	Name         string `json:"name"`
	LegalName    string `json:"legal_name"`
	GovernmentID string `json:"government_id"`
	Approval     string `json:"approval"`
}

func (c decidedCause) decide(ctx context.Context, t Terminal, decide func(*app.App, context.Context, app.Actor, fund.Key) (fund.Cause, error)) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := decide(a, ctx, app.System(), keyOf(c.Cause))
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "There is no cause %s.", c.Cause)
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, approvedCause{
				ID: cause.ID.String(), LegacyID: cause.LegacyID, Slug: cause.Slug, Name: cause.Name, LegalName: cause.LegalName,
				GovernmentID: cause.GovernmentID, Approval: string(cause.Approval),
			})
		}
		_, err = fmt.Fprintf(t.Out, "%s is %s.\n", cause.Name, cause.Approval)
		return err
	})
}
