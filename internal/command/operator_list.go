package command

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// ListOperators lists who runs the server.
type ListOperators struct {
	Store
	asLines
}

// Run prints a line for each operator, the oldest account first.
func (c ListOperators) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		return printUsers(t, c.asLines, func(page fund.Page) ([]fund.User, error) { return a.ListOperators(ctx, app.System(), page) })
	})
}
