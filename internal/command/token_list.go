package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ListTokens lists the access tokens that work.
type ListTokens struct {
	Store
	User string `help:"Only those of this user: slug, number, UUID or e-mail address." xor:"of" placeholder:"SLUG|ID|EMAIL"`
	App  string `help:"Only those of this application: client id or UUID." xor:"of" placeholder:"CLIENT-ID|UUID"`
	asLines
}

// Run prints a line for each token, the oldest first, never its text, which nobody knows any more.
func (c ListTokens) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		filter, err := c.filter(ctx, a)
		if err != nil {
			return err
		}
		list := func(page fund.Page) ([]fund.Token, error) { return a.ListTokens(ctx, app.System(), filter, page) }
		cursor := func(k fund.Token) fund.Cursor { return fund.Cursor{ID: k.ID} }
		return each(list, cursor, func(k fund.Token) error {
			if c.JSON {
				return printJSON(t.Out, toTokenJSON(k))
			}
			_, err := fmt.Fprintf(t.Out, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Kind, bearerOf(k), strings.Join(k.Scopes, " "), endOf(k))
			return err
		})
	})
}

func (c ListTokens) filter(ctx context.Context, a *app.App) (store.TokenFilter, error) {
	switch {
	case c.User != "":
		user, err := findUser(ctx, a, c.User)
		return store.TokenFilter{User: user.ID}, err
	case c.App != "":
		application, err := findApplication(ctx, a, c.App)
		return store.TokenFilter{Application: application.ID}, err
	default:
		return store.TokenFilter{}, nil
	}
}

// bearerOf is the id of whom a token acts for.
func bearerOf(k fund.Token) fund.ID {
	switch k.Kind {
	case fund.TokenUser:
		return k.UserID
	case fund.TokenCause:
		return k.CauseID
	default:
		return k.ApplicationID
	}
}
