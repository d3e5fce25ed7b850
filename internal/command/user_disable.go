package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// DisableUser keeps a user out.
type DisableUser struct{ switchedUser }

// Run ends everything that the user is signed in with, also beside a running server, which knows it within a second.
func (c DisableUser) Run(ctx context.Context, t Terminal) error {
	return c.set(ctx, t, (*app.App).DisableUser, "is disabled: no sign-in, and no session, token or consent of before works. Pages stay")
}

// EnableUser lets a disabled user in again.
type EnableUser struct{ switchedUser }

// Run lets the user sign in.
func (c EnableUser) Run(ctx context.Context, t Terminal) error {
	return c.set(ctx, t, (*app.App).EnableUser, "may sign in again; sessions and tokens of before stay ended")
}

// ApproveUser lets pages of somebody who signed up become public.
type ApproveUser struct{ switchedUser }

// Run ends the wait.
func (c ApproveUser) Run(ctx context.Context, t Terminal) error {
	return c.set(ctx, t, (*app.App).ApproveUser, "may publish pages")
}

// switchedUser is a user who is kept out, let in or approved.
type switchedUser struct {
	Store
	ofUser
	asJSON
}

func (c switchedUser) set(ctx context.Context, t Terminal, set func(*app.App, context.Context, app.Actor, fund.ID) (fund.User, error), said string) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := findUser(ctx, a, c.User)
		if err != nil {
			return err
		}
		if user, err = set(a, ctx, app.System(), user.ID); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toUserJSON(user))
		}
		_, err = fmt.Fprintf(t.Out, "%s (%s) %s.\n", user.Username, user.Email, said)
		return err
	})
}
