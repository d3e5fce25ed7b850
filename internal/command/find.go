package command

import (
	"context"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Flags that several commands have.
type (
	// asJSON is the flag for programs.
	asJSON struct {
		JSON bool `name:"json" help:"Print JSON."`
	}
	// asLines is asJSON of a list.
	asLines struct {
		JSON bool `name:"json" help:"Print one JSON object a line."`
	}
	// ofUser names a user.
	ofUser struct {
		User string `help:"Slug, number, UUID or e-mail address of the user." required:"" placeholder:"SLUG|ID|EMAIL"`
	}
	// ofCause names a cause.
	ofCause struct {
		Cause string `help:"Slug, number or UUID of the cause." required:"" placeholder:"SLUG|ID"`
	}
)

// words splits the values of a flag at spaces too, as scopes are written in OAuth.
func words(values []string) []string { return strings.Fields(strings.Join(values, " ")) }

// checkScopes refuses a scope that there is not.
func checkScopes(scopes []string) error {
	for _, scope := range words(scopes) {
		if !slices.Contains(fund.Scopes(), scope) {
			return fault.New(fault.Malformed, "--scope %s is not known; there are %s.", scope, strings.Join(fund.Scopes(), ", "))
		}
	}
	return nil
}

// findUser finds the user who is named on the command line.
func findUser(ctx context.Context, a *app.App, name string) (fund.User, error) {
	email := ""
	if strings.Contains(name, "@") {
		email = name
	}
	user, err := a.FindUser(ctx, app.System(), keyOf(name), email)
	if fault.Is(err, fault.NotFound) {
		return user, fault.New(fault.NotFound, "There is no user %s; make one with: almoner user create", name)
	}
	return user, err
}

// findCause finds the cause that is named on the command line.
func findCause(ctx context.Context, a *app.App, name string) (fund.Cause, error) {
	cause, err := a.GetCause(ctx, app.System(), keyOf(name))
	if fault.Is(err, fault.NotFound) {
		return cause, fault.New(fault.NotFound, "There is no cause %s; make one with: almoner cause create", name)
	}
	return cause, err
}

// findApplication finds the application that is named on the command line, by its client id or its UUID.
func findApplication(ctx context.Context, a *app.App, name string) (fund.Application, error) {
	application, err := a.GetApplication(ctx, app.System(), name)
	if fault.Is(err, fault.NotFound) {
		return application, fault.New(fault.NotFound, "There is no application %s; list them with: almoner app list", name)
	}
	return application, err
}

// listed is how many items of a list are read at once.
const listed = fund.MaxPage

// each does something with each item of a list, page by page, the oldest first.
func each[T any](list func(fund.Page) ([]T, error), cursor func(T) fund.Cursor, do func(T) error) error {
	page := fund.Page{Limit: listed, Order: fund.OldestFirst}
	for {
		items, err := list(page)
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := do(item); err != nil {
				return err
			}
		}
		if len(items) < listed {
			return nil
		}
		next := cursor(items[len(items)-1])
		page.After = &next
	}
}
