package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/app"
)

// ApproveApplication lets an application in that registered itself.
type ApproveApplication struct {
	Store
	ofApplication
	asJSON
}

// Run approves the application, and prints what it may do and where it sends people.
func (c ApproveApplication) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		application, err := findApplication(ctx, a, c.App)
		if err != nil {
			return err
		}
		if application, err = a.ApproveApplication(ctx, app.System(), application.ID); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toApplicationJSON(application))
		}
		_, err = fmt.Fprintln(t.Out, oneLine(fmt.Sprintf("%s is approved. Scopes: %s. It sends people to: %s",
			application.Name, strings.Join(application.Scopes, " "), strings.Join(application.RedirectURIs, " "))))
		return err
	})
}
