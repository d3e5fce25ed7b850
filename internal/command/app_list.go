package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// ListApplications lists all OAuth applications.
type ListApplications struct {
	Store
	asLines
}

// Run prints a line for each application, the oldest first, without its secret, which nobody knows any more.
func (c ListApplications) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		list := func(page fund.Page) ([]fund.Application, error) { return a.ListApplications(ctx, app.System(), page) }
		cursor := func(one fund.Application) fund.Cursor { return fund.Cursor{ID: one.ID} }
		return each(list, cursor, func(one fund.Application) error {
			if c.JSON {
				return printJSON(t.Out, toApplicationJSON(one))
			}
			_, err := fmt.Fprintf(t.Out, "%s\t%s\t%s\t%s\t%s\n", one.ClientID, one.API, strings.Join(one.Scopes, " "), stateOf(one), one.Name)
			return err
		})
	})
}

// stateOf is a word for what an operator may have to decide about an application; "-" for nothing.
func stateOf(a fund.Application) string {
	switch {
	case !a.DisabledAt.IsZero():
		return "disabled"
	case a.Pending:
		return "pending"
	case a.Registered:
		return "registered"
	}
	return "-"
}
