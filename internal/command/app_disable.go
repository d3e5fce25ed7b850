package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
)

// DisableApplication ends an OAuth application.
type DisableApplication struct {
	Store
	ofApplication
	asJSON
}

// Run ends the application and all its tokens, also beside a running server, which knows it within a second.
func (c DisableApplication) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		application, err := findApplication(ctx, a, c.App)
		if err != nil {
			return err
		}
		if err := a.DisableApplication(ctx, app.System(), application.ID); err != nil {
			return err
		}
		if application, err = findApplication(ctx, a, c.App); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toApplicationJSON(application))
		}
		_, err = fmt.Fprintf(t.Out, "%s is disabled: its tokens do not work any more, and it gets no new ones.\n", application.Name)
		return err
	})
}
