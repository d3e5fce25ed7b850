package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type userCreateCommand struct {
	config.User
	PasswordStdin bool `help:"Read the password from standard input instead of making one up and printing it."`
}

// maxPassword is more than any password has.
const maxPassword = 4096

// Run makes the user.
func (c *userCreateCommand) Run(ctx context.Context, t terminal) error {
	user := c.User
	if c.PasswordStdin {
		text, err := io.ReadAll(io.LimitReader(t.in, maxPassword))
		if err != nil {
			return fmt.Errorf("read the password: %w", err)
		}
		if user.Password = strings.TrimRight(string(text), "\r\n"); user.Password == "" {
			return errors.New("there was no password on standard input")
		}
	}
	return server.CreateUser(ctx, user, t.out)
}
