package command

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/almoner/almoner/internal/app"
)

// SetPassword replaces the password of a user.
type SetPassword struct {
	Store
	ofUser
	PasswordStdin bool `help:"Read the password from standard input instead of making one up and printing it."`
	asJSON
}

// Run replaces the password, ends the user's sessions, and prints the password when it was made up.
func (c SetPassword) Run(ctx context.Context, t Terminal) error {
	password := rand.Text()
	printed := password
	if c.PasswordStdin {
		var err error
		if password, err = readPassword(t.In); err != nil {
			return err
		}
		printed = ""
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := findUser(ctx, a, c.User)
		if err != nil {
			return err
		}
		if err := a.SetPassword(ctx, app.System(), user.ID, password); err != nil {
			return err
		}
		if c.JSON {
			changed := toUserJSON(user)
			changed.Password = printed
			return printJSON(t.Out, changed)
		}
		if printed != "" {
			_, _ = fmt.Fprintf(t.Out, "password: %s\n", printed)
		}
		_, err = fmt.Fprintf(t.Out, "%s (%s) has a new password and is signed out everywhere.\n", user.Username, user.Email)
		return err
	})
}
