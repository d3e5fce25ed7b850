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
			state := "-"
			if !one.DisabledAt.IsZero() {
				state = "disabled"
			}
			_, err := fmt.Fprintf(t.Out, "%s\t%s\t%s\t%s\t%s\n", one.ClientID, one.API, strings.Join(one.Scopes, " "), state, one.Name)
			return err
		})
	})
}
