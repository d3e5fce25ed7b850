package client

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

var (
	uuidForm   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	numberForm = regexp.MustCompile(`^[0-9]+$`)
)

// FactID is the UUID of the fact that is named by it, by the number of a campaign, or as @user/slug, +team/slug or cause/slug.
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
	var found struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	err := c.Get(ctx, "/api/public/"+path, &found)
	return found.Data.ID, err
}
