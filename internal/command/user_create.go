package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/almoner/almoner/internal/app"
)

// CreateUser makes a user.
type CreateUser struct {
	Store
	Username      string `help:"Name that others see." required:""`
	Email         string `help:"E-mail address, to sign in with." required:""`
	Slug          string `help:"Name in addresses (default: made of the username)."`
	PasswordStdin bool   `help:"Read the password from standard input instead of making one up and printing it."`
	asJSON
}

// Run makes the user and prints the id and, when it was made up, the password.
func (c CreateUser) Run(ctx context.Context, t Terminal) error {
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
		user, err := a.CreateUser(ctx, t.system(), app.NewUser{Username: c.Username, Slug: c.Slug, Email: c.Email, Password: password})
		if err != nil {
			return err
		}
		if c.JSON {
			made := toUserJSON(user)
			made.Password = printed
			return printJSON(t.Out, made)
		}
		_, _ = fmt.Fprintf(t.Out, "id: %s\nlegacy_id: %d\nslug: %s\n", user.ID, user.LegacyID, user.Slug)
		if printed != "" {
			_, err = fmt.Fprintf(t.Out, "password: %s\n", printed)
		}
		return err
	})
}

// maxPassword is more bytes than any password has.
const maxPassword = 4096

// readPassword reads a password from standard input. No flag holds one: others on a machine can see flags.
func readPassword(in io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxPassword))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	password := strings.TrimRight(string(text), "\r\n")
	if password == "" {
		return "", errors.New("there was no password on standard input")
	}
	return password, nil
}
