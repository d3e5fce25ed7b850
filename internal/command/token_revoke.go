package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// RevokeToken ends an access token.
type RevokeToken struct {
	Store
	ID string `name:"id" help:"Id of the token, as almoner token list shows it." required:"" placeholder:"UUID"`
	asJSON
}

// Validate refuses what is no id.
func (c RevokeToken) Validate() error {
	_, err := c.id()
	return misused(err)
}

func (c RevokeToken) id() (fund.ID, error) {
	id, err := fund.ParseID(c.ID)
	if err != nil {
		return id, fault.New(fault.Malformed, "--id must be the id of a token, as almoner token list shows it.")
	}
	return id, nil
}

// Run ends the token, also beside a running server, which knows it within a second. A token that has ended stays so.
func (c RevokeToken) Run(ctx context.Context, t Terminal) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		if err := a.EndToken(ctx, app.System(), id); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				ID      string `json:"id"`
				Revoked bool   `json:"revoked"`
			}{id.String(), true})
		}
		_, err := fmt.Fprintf(t.Out, "The token %s does not work any more.\n", id)
		return err
	})
}
