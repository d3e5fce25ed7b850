package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
)

// EnableApplication lets a disabled OAuth application in again.
type EnableApplication struct {
	Store
	ofApplication
	asJSON
}

// Run lets the application ask people and get tokens again, also beside a running server, which knows it within a second.
func (c EnableApplication) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		application, err := findApplication(ctx, a, c.App)
		if err != nil {
			return err
		}
		if application, err = a.EnableApplication(ctx, app.System(), application.ID); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toApplicationJSON(application))
		}
		_, err = fmt.Fprintf(t.Out, "%s may get tokens again; those of before stay ended.\n", oneLine(application.Name))
		return err
	})
}
