package command

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/mail"
)

// ListCharities lists invitations of charities.
type ListCharities struct {
	Store
	All bool `help:"Also those that do not wait for a decision."`
	asLines
}

// charityJSON is an invitation for programs.
type charityJSON struct {
	Invitation string  `json:"invitation"`
	State      string  `json:"state"`
	User       string  `json:"user"`
	Name       string  `json:"name"`
	Website    string  `json:"website"`
	Email      string  `json:"email"`
	Country    string  `json:"country"`
	Message    string  `json:"message"`
	Reason     string  `json:"reason"`
	Cause      *string `json:"cause"`
	AskedAt    string  `json:"asked_at"`
}

func toCharityJSON(c app.Charity) charityJSON {
	shown := charityJSON{
		Invitation: c.ID.String(), State: string(c.State), User: c.By.Slug, Name: c.Name, Website: c.Website, Email: c.Email, Country: c.Country, Message: c.Message,
		Reason: c.Reason, AskedAt: c.AskedAt.Format(time.RFC3339),
	}
	if c.Cause != nil {
		shown.Cause = &c.Cause.Slug
	}
	return shown
}

// Run prints one line for each invitation, the oldest first: its id, its state, when it was asked for, who asked, the charity and its website.
func (c ListCharities) Run(ctx context.Context, t Terminal) error {
	state := fund.CharityAsked
	if c.All {
		state = ""
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		list := func(page fund.Page) ([]app.Charity, error) { return a.ListCharities(ctx, app.System(), state, page) }
		return each(list, func(one app.Charity) fund.Cursor { return fund.Cursor{ID: one.ID} }, func(one app.Charity) error {
			if c.JSON {
				return printJSON(t.Out, toCharityJSON(one))
			}
			_, err := fmt.Fprintf(t.Out, "%s\t%s\t%s\t%s\t%q\t%s\n", one.ID, one.State, one.AskedAt.Format(time.DateOnly), one.By.Slug, one.Name, one.Website)
			return err
		})
	})
}

// ofCharity names an invitation.
type ofCharity struct {
	Invitation string `help:"The id of the invitation, as almoner charity list shows it." required:"" placeholder:"UUID"`
}

func (o ofCharity) id() (fund.ID, error) {
	id, err := fund.ParseID(o.Invitation)
	if err != nil {
		return id, fault.New(fault.Invalid, "--invitation is not the id of an invitation.")
	}
	return id, nil
}

// ShowCharity shows an invitation.
type ShowCharity struct {
	Store
	ofCharity
}

// Run prints the invitation, and the mail as the charity would get it.
func (c ShowCharity) Run(ctx context.Context, t Terminal) error {
	return withCharity(ctx, c.DB, c.ofCharity, func(_ *app.App, r app.CharityReview) error { return showCharity(t.Out, r) })
}

// withCharity does something with an invitation that an operator looks at.
func withCharity(ctx context.Context, db config.Database, of ofCharity, do func(*app.App, app.CharityReview) error) error {
	id, err := of.id()
	if err != nil {
		return err
	}
	return withApp(ctx, db, func(a *app.App) error {
		r, err := a.ReviewCharity(ctx, app.System(), id)
		if err != nil {
			return err
		}
		return do(a, r)
	})
}

// showCharity prints what an operator looks at. Commands do not know the address of the server: SITE and LINK stand for it.
func showCharity(out io.Writer, r app.CharityReview) error {
	lines := [][2]string{
		{"invitation", r.ID.String()}, {"state", string(r.State)}, {"asked", r.AskedAt.Format(time.RFC3339)}, {"by", r.By.Slug + " (" + r.By.Email + ")"},
		{"charity", r.Name}, {"website", r.Website}, {"email", cmp.Or(r.Email, "(erased)")}, {"country", r.Country},
	}
	if r.Email != "" && !r.OwnsHost() {
		lines = append(lines, [2]string{"note", "the address is not at the domain of the website"})
	}
	if r.Account != nil {
		lines = append(lines, [2]string{"note", "the address is that of the account " + r.Account.Slug})
	}
	for _, c := range r.Alike {
		lines = append(lines, alikeLine(c))
	}
	for _, one := range r.Before {
		lines = append(lines, [2]string{"note", fmt.Sprintf("invited before: %s, %s", one.AskedAt.Format(time.DateOnly), one.State)})
	}
	if r.Reason != "" {
		lines = append(lines, [2]string{"reason", r.Reason})
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, oneLine(line[0]+": "+line[1])); err != nil {
			return err
		}
	}
	if r.Email == "" {
		return nil
	}
	said, _ := r.Letter.Content.(app.CharityMail)
	said.Site, said.Link = cmp.Or(said.Site, "SITE"), "LINK"
	r.Letter.Content = said
	subject, text, err := mail.Read(r.Letter)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\nThe mail:\n\nSubject: %s\n\n%s", subject, text)
	return err
}

// alikeLine names a cause that people could take for what an operator looks at.
func alikeLine(c fund.Cause) [2]string {
	return [2]string{"note", fmt.Sprintf("the cause %s is called %q (%s)", c.Slug, c.Name, c.Approval)}
}

// ApproveCharity has an invitation mailed.
type ApproveCharity struct {
	Store
	ofCharity
	Yes bool `help:"Approve what is printed without asking."`
	asJSON
}

// Run shows the invitation, asks, and has a server that sends mail send it.
func (c ApproveCharity) Run(ctx context.Context, t Terminal) error {
	return withCharity(ctx, c.DB, c.ofCharity, func(a *app.App, r app.CharityReview) error {
		if err := showCharity(t.Err, r); err != nil {
			return err
		}
		if !c.Yes {
			_, _ = fmt.Fprint(t.Err, "\n", `Have this mailed? Type "yes": `)
			line, _ := bufio.NewReader(t.In).ReadString('\n')
			if strings.TrimSpace(line) != "yes" {
				return fault.New(fault.Conflict, "Nothing was changed. Without a terminal, give --yes.")
			}
		}
		i, err := a.ApproveCharity(ctx, t.system(), r.ID)
		return printCharity(t, c.JSON, app.Charity{CharityInvitation: i, By: r.By}, err)
	})
}

// DeclineCharity refuses to mail an invitation.
type DeclineCharity struct {
	Store
	ofCharity
	Reason string `help:"Why, in at most 500 characters; who asked reads it." required:"" placeholder:"TEXT"`
	asJSON
}

// Run refuses.
func (c DeclineCharity) Run(ctx context.Context, t Terminal) error {
	return withCharity(ctx, c.DB, c.ofCharity, func(a *app.App, r app.CharityReview) error {
		i, err := a.DeclineCharity(ctx, t.system(), r.ID, c.Reason)
		return printCharity(t, c.JSON, app.Charity{CharityInvitation: i, By: r.By}, err)
	})
}

// printCharity prints what was decided.
func printCharity(t Terminal, asJSON bool, c app.Charity, err error) error {
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(t.Out, toCharityJSON(c))
	}
	said := "A server that sends mail invites %s.\n"
	if c.State == fund.CharityRefused {
		said = "%s is not invited.\n"
	}
	_, err = fmt.Fprintf(t.Out, said, c.Name)
	return err
}
