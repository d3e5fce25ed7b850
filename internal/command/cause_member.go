package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// AddCauseMember lets a user act for a cause.
type AddCauseMember struct {
	causeMember
	Role string `help:"What the member may do: ${enum} (default: ${default}). A member looks after what the cause publishes, finance after its money as well, an owner after the members, too." enum:"owner,finance,member" default:"member"`
	asJSON
}

// Run adds the member, or gives a member another role.
func (c AddCauseMember) Run(ctx context.Context, t Terminal) error {
	return c.find(ctx, func(a *app.App, cause fund.Cause, user fund.User) error {
		m := app.CauseMembership{Cause: cause.ID, User: user.ID, Role: fund.CauseRole(c.Role)}
		if err := a.SetCauseRole(ctx, app.System(), m); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toMemberJSON(m))
		}
		_, err := fmt.Fprintf(t.Out, "%s is %s of %s.\n", user.Username, c.Role, cause.Name)
		return err
	})
}

// RemoveCauseMember ends that a user acts for a cause.
type RemoveCauseMember struct {
	causeMember
	asJSON
}

// Run removes the member; the last owner stays.
func (c RemoveCauseMember) Run(ctx context.Context, t Terminal) error {
	return c.find(ctx, func(a *app.App, cause fund.Cause, user fund.User) error {
		m := app.CauseMembership{Cause: cause.ID, User: user.ID}
		err := a.RemoveCauseMember(ctx, app.System(), m)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "%s is no member of %s.", user.Username, cause.Name)
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, toMemberJSON(m))
		}
		_, err = fmt.Fprintf(t.Out, "%s is no member of %s any more.\n", user.Username, cause.Name)
		return err
	})
}

// ListCauseMembers lists who acts for a cause.
type ListCauseMembers struct {
	Store
	ofCause
	asLines
}

// Run prints a line for each member, the oldest account first.
func (c ListCauseMembers) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		list := func(page fund.Page) ([]store.CauseMember, error) {
			return a.ListCauseMembers(ctx, app.System(), fund.Key{ID: cause.ID}, page)
		}
		return each(list, func(m store.CauseMember) fund.Cursor { return fund.Cursor{ID: m.User.ID} }, func(m store.CauseMember) error {
			if c.JSON {
				return printJSON(t.Out, toMemberJSON(app.CauseMembership{Cause: cause.ID, User: m.User.ID, Role: m.Role}))
			}
			_, err := fmt.Fprintf(t.Out, "%d\t%s\t%s\t%s\n", m.User.LegacyID, m.User.Slug, m.User.Email, m.Role)
			return err
		})
	})
}

// causeMember names a user and a cause.
type causeMember struct {
	Store
	ofCause
	ofUser
}

func (c causeMember) find(ctx context.Context, do func(*app.App, fund.Cause, fund.User) error) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		user, err := findUser(ctx, a, c.User)
		if err != nil {
			return err
		}
		return do(a, cause, user)
	})
}

// memberJSON is a membership for programs; the role is null where there is none any more.
type memberJSON struct {
	Cause string  `json:"cause"`
	User  string  `json:"user"`
	Role  *string `json:"role"`
}

func toMemberJSON(m app.CauseMembership) memberJSON {
	member := memberJSON{Cause: m.Cause.String(), User: m.User.String()}
	if role := string(m.Role); m.Role.Any() {
		member.Role = &role
	}
	return member
}
