package command

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// ListActs lists the log of acts.
type ListActs struct {
	Store
	User string `help:"Only acts of this user: a user name, an e-mail address or a UUID." placeholder:"USER"`
	Act  string `help:"Only acts of this kind, such as cause.approve." placeholder:"ACT"`
	asLines
}

// actJSON is a line of the log for programs.
type actJSON struct {
	Number  int64             `json:"number"`
	At      *string           `json:"at"`
	Act     string            `json:"act"`
	Role    string            `json:"role"`
	Actor   *string           `json:"actor"`
	Subject string            `json:"subject"`
	Detail  map[string]string `json:"detail"`
	Address string            `json:"address"`
}

// Run prints a line for each act, the oldest first.
func (c ListActs) Run(ctx context.Context, t Terminal) error {
	filter := app.ActFilter{Act: fund.Act(c.Act)}
	if c.Act != "" && !slices.Contains(fund.Acts(), filter.Act) {
		return fault.New(fault.Invalid, "There is no act %s; almoner act list without --act shows what there is.", c.Act)
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		if c.User != "" {
			user, err := findUser(ctx, a, c.User)
			if err != nil {
				return err
			}
			filter.Actor = user.ID
		}
		list := func(page fund.Page) ([]fund.LoggedAct, error) {
			found, err := a.FindActs(ctx, app.System(), filter, page)
			return found.Lines, err
		}
		return each(list, func(one fund.LoggedAct) fund.Cursor { return fund.Cursor{Number: one.Number} }, func(one fund.LoggedAct) error {
			if c.JSON {
				return printJSON(t.Out, actJSON{
					one.Number, instantJSON(one.At), string(one.Act), one.Role, idJSON(one.Actor), one.Subject.String(), one.Detail, one.Address,
				})
			}
			_, err := fmt.Fprintln(t.Out, actLine(one))
			return err
		})
	})
}

// actLine is a line of the log for people.
func actLine(one fund.LoggedAct) string {
	said := []string{one.At.UTC().Format(time.RFC3339), string(one.Act), one.Role}
	if !one.Actor.IsZero() {
		said = append(said, one.Actor.String())
	}
	said = append(said, "on", one.Subject.String())
	for _, name := range slices.Sorted(maps.Keys(one.Detail)) {
		said = append(said, name+"="+one.Detail[name])
	}
	if one.Address != "" {
		said = append(said, "from", one.Address)
	}
	return oneLine(strings.Join(said, " "))
}
