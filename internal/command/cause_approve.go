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
	ofCause
	asJSON
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

func toApprovedCause(c fund.Cause) approvedCause {
	return approvedCause{
		ID: c.ID.String(), LegacyID: c.LegacyID, Slug: c.Slug, Name: c.Name, LegalName: c.LegalName, GovernmentID: c.GovernmentID,
		Approval: string(c.Approval),
	}
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
			return printJSON(t.Out, toApprovedCause(cause))
		}
		_, err = fmt.Fprintf(t.Out, "%s is %s.\n", cause.Name, cause.Approval)
		return err
	})
}
