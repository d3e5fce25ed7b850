package command

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// InviteUser invites somebody to make an account.
type InviteUser struct {
	Store
	Email string `help:"E-mail address that the invitation is mailed to, and that the account signs in with." required:""`
	asJSON
}

// Run queues the invitation.
func (c InviteUser) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		invitation, err := a.InviteUser(ctx, t.system(), c.Email)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toInvitationJSON(invitation))
		}
		_, err = fmt.Fprintf(t.Out, "A server that sends mail invites %s. The invitation holds until %s.\n",
			invitation.Email, invitation.AskedAt.Add(fund.InvitationLife).Format(time.RFC3339))
		return err
	})
}

// ListInvitations lists the invitations that hold.
type ListInvitations struct {
	Store
	asJSON
}

// Run prints the newest first.
func (c ListInvitations) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		invitations, err := a.ListInvitations(ctx, app.System())
		if err != nil {
			return err
		}
		for _, one := range invitations {
			shown := toInvitationJSON(one)
			if c.JSON {
				err = printJSON(t.Out, shown)
			} else {
				_, err = fmt.Fprintf(t.Out, "%s  until %s\n", shown.Email, shown.HoldsUntil)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// UninviteUser ends an invitation.
type UninviteUser struct {
	Store
	Email string `help:"E-mail address that was invited." required:""`
	asJSON
}

// Run ends it; links that were mailed stop working.
func (c UninviteUser) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		if err := a.WithdrawInvitation(ctx, t.system(), c.Email); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				Email string `json:"email"`
			}{fund.LoginEmail(c.Email)})
		}
		_, err := fmt.Fprintf(t.Out, "The invitation of %s does not work any more.\n", fund.LoginEmail(c.Email))
		return err
	})
}

// invitationJSON is an invitation as --json prints it.
type invitationJSON struct {
	ID         string `json:"id"`
	Email      string `json:"email"`
	InvitedAt  string `json:"invited_at"`
	HoldsUntil string `json:"holds_until"`
}

func toInvitationJSON(l fund.AccountLink) invitationJSON {
	return invitationJSON{
		ID: l.ID.String(), Email: l.Email, InvitedAt: l.AskedAt.Format(time.RFC3339), HoldsUntil: l.AskedAt.Add(fund.InvitationLife).Format(time.RFC3339),
	}
}
