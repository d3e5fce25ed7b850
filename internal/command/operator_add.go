package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
)

// AddOperator lets a user run the server.
type AddOperator struct {
	Store
	Email string `help:"E-mail address of the user." required:""`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// addedOperator is what the command prints.
type addedOperator struct {
	ID       string `json:"id"`
	LegacyID int64  `json:"legacy_id"`
	Slug     string `json:"slug"`
	Email    string `json:"email"`
}

// Run makes the user an operator, also beside a running server, which knows it within a second.
func (c AddOperator) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := a.AddOperator(ctx, app.System(), c.Email)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, addedOperator{ID: user.ID.String(), LegacyID: user.LegacyID, Slug: user.Slug, Email: user.Email})
		}
		_, err = fmt.Fprintf(t.Out, "%s (%s) is an operator.\n", user.Username, user.Email)
		return err
	})
}
