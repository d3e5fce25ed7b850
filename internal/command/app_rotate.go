package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
)

// RotateApplication gives an OAuth application a new client secret.
type RotateApplication struct {
	Store
	ofApplication
	asJSON
}

// ofApplication names an application.
type ofApplication struct {
	App string `help:"Client id or UUID of the application, as almoner app list shows it." required:"" placeholder:"CLIENT-ID|UUID"`
}

// Run prints the new secret, this once; the old one is wrong from then on.
func (c RotateApplication) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		application, err := findApplication(ctx, a, c.App)
		if err != nil {
			return err
		}
		secret, err := a.RotateSecret(ctx, app.System(), application.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			rotated := toApplicationJSON(application)
			rotated.Secret = secret
			return printJSON(t.Out, rotated)
		}
		_, err = fmt.Fprintf(t.Out, "client_id: %s\nclient_secret: %s\n", application.ClientID, secret)
		return err
	})
}
