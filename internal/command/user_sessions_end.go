package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
)

// EndSessions signs a user out everywhere.
type EndSessions struct {
	Store
	ofUser
	asJSON
}

// Run ends the sessions, also beside a running server, which knows it within a second. Tokens stay.
func (c EndSessions) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := findUser(ctx, a, c.User)
		if err != nil {
			return err
		}
		ended, err := a.EndSessions(ctx, app.System(), user.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				User  string `json:"user"`
				Ended int    `json:"ended"`
			}{user.ID.String(), ended})
		}
		_, err = fmt.Fprintf(t.Out, "%d sessions of %s (%s) ended.\n", ended, user.Username, user.Email)
		return err
	})
}
