package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

var (
	uuidForm   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	numberForm = regexp.MustCompile(`^[0-9]+$`)
)

// FactID is the UUID of the fact that is named by it, by the number of a campaign, or as @user/slug, +team/slug or cause/slug. Version 5 tells
// those with a token only; nobody gets it from the feed, which is public.
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
		return "", fault.New(fault.Malformed, "%q names no fact; write its UUID, its number, @user/slug, +team/slug or cause/slug.", fault.Echo(name))
	}
	if c.tokens == nil {
		return c.publicFactID(ctx, name)
	}
	var found struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	err := c.Get(ctx, "/api/public/"+path, &found)
	return found.Data.ID, err
}

// publicFactID is the UUID of a fact that everybody may see, from the state that its feed begins with.
func (c *Client) publicFactID(ctx context.Context, name string) (id string, err error) {
	found := errors.New("found")
	s := stream{client: c, f: &Following{Facts: []string{name}, Each: func(m Message) error {
		var state struct {
			Facts []struct {
				Fact struct {
					ID string `json:"id"`
				} `json:"fact"`
			} `json:"facts"`
		}
		if json.Unmarshal(m.Raw, &state) != nil || len(state.Facts) == 0 {
			return fault.New(fault.Unavailable, "%s does not speak as Almoner does.", c.Server())
		}
		id = state.Facts[0].Fact.ID
		return found
	}}}
	if err = s.run(ctx); errors.Is(err, found) {
		err = nil
	}
	return id, err
}
