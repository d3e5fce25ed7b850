package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
)

// RemoveSecondFactor takes the second factor of a user off who lost it.
type RemoveSecondFactor struct {
	Store
	ofUser
	asJSON
}

// Run takes the authenticator app and the recovery codes off, and has the user told. Sessions and the password stay.
func (c RemoveSecondFactor) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := findUser(ctx, a, c.User)
		if err != nil {
			return err
		}
		if err := a.RemoveSecondFactorOf(ctx, t.system(), user.ID); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toUserJSON(user))
		}
		_, err = fmt.Fprintf(t.Out, "%s signs in with the password alone from now on. A server that sends mail tells %s.\n", user.Username, user.Email)
		return err
	})
}
