package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
)

// SetEmail replaces the e-mail address that a user signs in with.
type SetEmail struct {
	Store
	ofUser
	Email string `help:"New e-mail address, to sign in with." required:""`
	asJSON
}

// Run replaces the address, ends the user's sessions, and has the old and the new address told.
func (c SetEmail) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := findUser(ctx, a, c.User)
		if err != nil {
			return err
		}
		before := user.Email
		if user, err = a.SetEmail(ctx, app.System(), user.ID, c.Email); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toUserJSON(user))
		}
		if user.Email == before {
			_, err = fmt.Fprintf(t.Out, "%s signs in with %s already; nothing has changed.\n", user.Username, user.Email)
			return err
		}
		_, err = fmt.Fprintf(t.Out, "%s signs in with %s from now on and is signed out everywhere. A server that sends mail tells this address and %s.\n",
			user.Username, user.Email, before)
		return err
	})
}
