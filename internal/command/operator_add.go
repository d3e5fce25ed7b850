package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// AddOperator lets a user run the server.
type AddOperator struct{ ofOperator }

// Run makes the user an operator, also beside a running server, which knows it within a second.
func (c AddOperator) Run(ctx context.Context, t Terminal) error {
	return c.change(ctx, t, (*app.App).AddOperator, "%s (%s) is an operator.\n")
}

// RemoveOperator ends that a user runs the server.
type RemoveOperator struct{ ofOperator }

// Run ends that the user is an operator, also beside a running server, which knows it within a second.
func (c RemoveOperator) Run(ctx context.Context, t Terminal) error {
	return c.change(ctx, t, (*app.App).RemoveOperator, "%s (%s) is not an operator.\n")
}

// ofOperator names who runs the server, or does not any more.
type ofOperator struct {
	Store
	Email string `help:"E-mail address of the user." required:""`
	asJSON
}

func (c ofOperator) change(ctx context.Context, t Terminal,
	change func(*app.App, context.Context, app.Actor, string) (fund.User, error), says string,
) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := change(a, ctx, app.System(), c.Email)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toUserJSON(user))
		}
		_, err = fmt.Fprintf(t.Out, says, user.Username, user.Email)
		return err
	})
}
