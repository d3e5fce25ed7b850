package command

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// ListUsers lists all users.
type ListUsers struct {
	Store
	asLines
}

// Run prints a line for each user, the oldest account first.
func (c ListUsers) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		return printUsers(t, c.asLines, func(page fund.Page) ([]fund.User, error) { return a.ListUsers(ctx, app.System(), page) })
	})
}

// printUsers prints a line for each user.
func printUsers(t Terminal, as asLines, list func(fund.Page) ([]fund.User, error)) error {
	cursor := func(u fund.User) fund.Cursor { return fund.Cursor{Number: u.LegacyID} }
	return each(list, cursor, func(u fund.User) error {
		if as.JSON {
			return printJSON(t.Out, toUserJSON(u))
		}
		_, err := fmt.Fprintf(t.Out, "%d\t%s\t%s\t%s\t%s\n", u.LegacyID, u.Slug, u.Email, u.CreatedAt.UTC().Format("2006-01-02"), userMarks(u))
		return err
	})
}

// userMarks says what is special about a user; "-" for nothing.
func userMarks(u fund.User) string {
	switch {
	case !u.DeletedAt.IsZero():
		return "deleted"
	case !u.DisabledAt.IsZero():
		return "disabled"
	case u.Operator:
		return "operator"
	case !u.PublicAt.IsZero():
		return "public from " + u.PublicAt.UTC().Format(time.RFC3339)
	default:
		return "-"
	}
}
