package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/app"
)

// AddScopes gives an OAuth application further scopes.
type AddScopes struct {
	Store
	ofApplication
	Scopes []string `name:"scope" help:"What its tokens may do besides: public, cause, webhooks:read, webhooks:write, write, donations:write, donations:read, sandbox. May be repeated." required:"" placeholder:"SCOPE"`
	asJSON
}

// Validate refuses a scope that there is not.
func (c AddScopes) Validate() error { return misused(checkScopes(c.Scopes)) }

// Run adds the scopes to those that the application has. Tokens that exist keep theirs.
func (c AddScopes) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		application, err := findApplication(ctx, a, c.App)
		if err != nil {
			return err
		}
		if application, err = a.AddScopes(ctx, app.System(), application.ID, words(c.Scopes)); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toApplicationJSON(application))
		}
		_, err = fmt.Fprintf(t.Out, "scopes: %s\n", strings.Join(application.Scopes, " "))
		return err
	})
}
