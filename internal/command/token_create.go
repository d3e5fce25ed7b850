package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// CreateToken makes an access token without the sign-in of OAuth.
type CreateToken struct {
	Store
	User    string   `help:"Slug, number, UUID or e-mail address of the user whom the token acts for." xor:"for" required:"" placeholder:"SLUG|ID|EMAIL"`
	Cause   string   `help:"Slug, number or UUID of the cause that the token acts for, as its finance." xor:"for" required:"" placeholder:"SLUG|ID"`
	App     string   `help:"Client id or UUID of the application that the token acts for." xor:"for" required:"" placeholder:"CLIENT-ID|UUID"`
	Scopes  []string `name:"scope" help:"What the token may do: public, cause, webhooks:read, webhooks:write, write, donations:write, donations:read, sandbox. May be repeated (default: public)." placeholder:"SCOPE"`
	Expires string   `help:"When the token ends: in so many days or hours, such as 90d or 12h, or at the start of a day in UTC, such as 2027-01-31 (default: never)." placeholder:"90d|12h|DAY"`
	asJSON
}

// maxTokenDays is how many days a token that ends is good for at most: ten years.
const maxTokenDays = 3653

// Validate refuses an end that cannot be read, and a scope that there is not.
func (c CreateToken) Validate() error {
	_, err := c.end(time.Now())
	return misused(cmp.Or(checkScopes(c.Scopes), err))
}

// Run makes the token and prints its text, this once.
func (c CreateToken) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		token := fund.Token{Scopes: words(c.Scopes)}
		var err error
		if token.ExpiresAt, err = c.end(a.Now()); err != nil {
			return err
		}
		if err := c.bearer(ctx, a, &token); err != nil {
			return err
		}
		text, token, err := a.IssueToken(ctx, app.System(), token)
		if err != nil {
			return err
		}
		if c.JSON {
			made := toTokenJSON(token)
			made.Token = text
			return printJSON(t.Out, made)
		}
		_, err = fmt.Fprintf(t.Out, "id: %s\ntoken: %s\nscopes: %s\nexpires: %s\n", token.ID, text, strings.Join(token.Scopes, " "), endOf(token))
		return err
	})
}

// bearer sets whom the token acts for.
func (c CreateToken) bearer(ctx context.Context, a *app.App, token *fund.Token) error {
	switch {
	case c.User != "":
		user, err := findUser(ctx, a, c.User)
		token.Kind, token.UserID = fund.TokenUser, user.ID
		return err
	case c.Cause != "":
		cause, err := findCause(ctx, a, c.Cause)
		token.Kind, token.CauseID = fund.TokenCause, cause.ID
		return err
	default:
		application, err := findApplication(ctx, a, c.App)
		token.Kind, token.ApplicationID = fund.TokenApplication, application.ID
		return err
	}
}

// end reads when the token ends; the zero time is never.
func (c CreateToken) end(now time.Time) (time.Time, error) {
	if c.Expires == "" {
		return time.Time{}, nil
	}
	end, err := time.Parse(time.DateOnly, c.Expires)
	if err != nil {
		var life time.Duration
		if life, err = lifeOf(c.Expires); err == nil {
			end = now.Add(life)
		}
	}
	switch {
	case err != nil:
		return end, fault.New(fault.Malformed, "--expires must be days or hours, such as 90d or 12h, or a day, such as 2027-01-31.")
	case !end.After(now):
		return end, fault.New(fault.Malformed, "--expires is in the past.")
	case end.After(now.AddDate(0, 0, maxTokenDays)):
		return end, fault.New(fault.Malformed, "--expires is more than ten years (%d days) away.", maxTokenDays)
	}
	return end, nil
}

// lifeOf reads days or hours.
func lifeOf(text string) (time.Duration, error) {
	unit := 24 * time.Hour
	number, days := strings.CutSuffix(text, "d")
	if !days {
		var hours bool
		if number, hours = strings.CutSuffix(text, "h"); !hours {
			return 0, errors.New("no unit")
		}
		unit = time.Hour
	}
	n, err := strconv.ParseUint(number, 10, 20)
	return time.Duration(n) * unit, err
}

// endOf says when a token ends.
func endOf(k fund.Token) string {
	if k.ExpiresAt.IsZero() {
		return "never"
	}
	return k.ExpiresAt.UTC().Format(time.RFC3339)
}
