package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// CreateApplication makes an OAuth application.
type CreateApplication struct {
	Store
	Name string `help:"Name that users see when they are asked for consent." required:""`
	API  string `name:"api" help:"Version of the API that it is written for: ${enum}. Tokens of v5 last two hours, those of v3 do not expire (default: ${default})." enum:"v3,v5" default:"v5"`
	// RedirectURIs are compared to the letter, but for ports of this machine, so there may be several.
	RedirectURIs []string `name:"redirect-uri" sep:"none" help:"Where users come back to after their consent: https, or http on this machine, there with any port. May be repeated." required:"" placeholder:"URL"`
	Scopes       []string `name:"scope" help:"What its tokens may do at most: public, cause, webhooks:read, webhooks:write, write, donations:write, donations:read, sandbox. May be repeated (default: public; for v3 public, cause and write)." placeholder:"SCOPE"`
	Owner        string   `help:"Slug, number, UUID or e-mail address of the user whom the application belongs to." required:"" placeholder:"SLUG|ID|EMAIL"`
	asJSON
}

// Validate refuses a scope that there is not.
func (c CreateApplication) Validate() error { return misused(checkScopes(c.Scopes)) }

// Run makes the application and prints its secrets, this once.
func (c CreateApplication) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		owner, err := findUser(ctx, a, c.Owner)
		if err != nil {
			return err
		}
		made, secret, token, err := a.CreateApplication(ctx, app.System(), app.NewApplication{
			Name: c.Name, API: c.API, RedirectURIs: c.RedirectURIs, Owner: owner.ID, Scopes: words(c.Scopes),
		})
		if err != nil {
			return err
		}
		if c.JSON {
			printed := toApplicationJSON(made)
			printed.Secret = secret
			if made.API == fund.APIV3 {
				printed.Token = token
			}
			return printJSON(t.Out, printed)
		}
		_, err = fmt.Fprintf(t.Out, "id: %s\nclient_id: %s\nclient_secret: %s\nscopes: %s\n",
			made.ID, made.ClientID, secret, strings.Join(made.Scopes, " "))
		if made.API == fund.APIV3 && err == nil {
			_, err = fmt.Fprintf(t.Out, "application_token: %s\n", token)
		}
		return err
	})
}
