package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var (
	uuidForm   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	numberForm = regexp.MustCompile(`^[0-9]+$`)
)

// FactID returns the UUID of a fact that is named by its UUID, by the number of a campaign, or as @user/slug, +team/slug or cause/slug. With a token it
// asks the API; without one it reads the UUID from the fact's live events, which are public.
func (c *Client) FactID(ctx context.Context, name string) (string, error) {
	var path string
	owner, slug, slugs := strings.Cut(name, "/")
	switch {
	case uuidForm.MatchString(name):
		return name, nil
	case numberForm.MatchString(name):
		path = "campaigns/" + name
	case slugs && owner != "" && slug != "":
		path = "facts/by/slugs/" + url.PathEscape(owner) + "/" + url.PathEscape(slug)
	default:
		return "", fmt.Errorf("%q does not name a fact; write its UUID, its number, @user/slug, +team/slug or cause/slug", short(name))
	}
	if c.token == nil {
		return c.publicFactID(ctx, name)
	}
	var found struct{ Data struct{ ID string } }
	err := c.Call(ctx, http.MethodGet, "/api/public/"+path, nil, &found)
	return found.Data.ID, err
}

// publicFactID reads the UUID of a public fact from the state that its live events begin with.
func (c *Client) publicFactID(ctx context.Context, name string) (id string, err error) {
	f := follower{client: c, facts: []string{name}, yield: func(Message, error) bool { return false }}
	if err := f.stream(ctx); err != nil && !errors.Is(err, errEnded) {
		return "", err
	}
	if !uuidForm.MatchString(f.facts[0]) {
		return "", c.broken(errForeign)
	}
	return f.facts[0], nil
}
