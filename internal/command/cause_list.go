package command

import (
	"context"
	"fmt"
	"io"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// ListCauses lists causes.
type ListCauses struct {
	Store
	Approval string `help:"Only causes that are so: ${enum} (default: all)." enum:"pending,approved,suspended,any" default:"any" placeholder:"APPROVAL"`
	asLines
}

// Run prints a line for each cause, or what an operator has to look at as JSON; the oldest first.
func (c ListCauses) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		list := func(page fund.Page) ([]fund.Cause, error) { return a.AllCauses(ctx, app.System(), page) }
		cursor := func(one fund.Cause) fund.Cursor {
			return fund.Cursor{ID: one.ID}
		}
		return each(list, cursor, func(one fund.Cause) error {
			switch {
			case c.Approval != anyApproval && c.Approval != string(one.Approval):
				return nil
			case c.JSON:
				return printJSON(t.Out, toApprovedCause(one))
			default:
				return printCauseLine(t.Out, one)
			}
		})
	})
}

// anyApproval lists all causes.
const anyApproval = "any"

// printCauseLine prints what stands in a list.
func printCauseLine(out io.Writer, c fund.Cause) error {
	waits := ""
	if c.Proposed != nil {
		waits = ", proposes another legal identity"
	}
	_, err := fmt.Fprintln(out, oneLine(fmt.Sprintf("%s: %s, %s, version %s%s", c.Slug, c.Name, c.Approval, c.ApprovalVersion(), waits)))
	return err
}
