package command

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// DeleteUser deletes the account of a user.
type DeleteUser struct{ switchedUser }

// Run closes the account at once, also beside a running server, which knows it within a second. It is erased later, by a server.
func (c DeleteUser) Run(ctx context.Context, t Terminal) error {
	days := int(fund.DeletionWait / (24 * time.Hour))
	return c.set(ctx, t, (*app.App).DeleteUser, fmt.Sprintf("is deleted: nobody can use the account, and a running server erases it in %d days. Until then: almoner user undelete", days))
}

// UndeleteUser undoes that.
type UndeleteUser struct{ switchedUser }

// Run gives the account back. Find the user by the mail address.
func (c UndeleteUser) Run(ctx context.Context, t Terminal) error {
	return c.set(ctx, t, (*app.App).UndeleteUser, "has the account again; sessions and tokens of before stay ended")
}
