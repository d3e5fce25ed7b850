package apiv5

import (
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
)

// needs lets tokens pass that have any of the scopes. No token is Unauthenticated, a token
// without any of them Forbidden.
func needs(scopes ...string) func(app.Actor) error {
	return func(actor app.Actor) error {
		if err := app.RequireToken(actor); err != nil {
			return err
		}
		if !slices.ContainsFunc(scopes, actor.HasScope) {
			return fault.MissingScope(scopes...)
		}
		return nil
	}
}
