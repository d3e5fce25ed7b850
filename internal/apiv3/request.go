package apiv3

import (
	"context"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// call is one request of this version.
type call = api.Call[app.Actor]

// maxSlug is the longest slug there can be; what is longer is not looked up.
const maxSlug = 100

// number is the id at a wildcard where only ids go.
func number(c *call, name string) (fund.Key, error) {
	text := c.Path(name)
	if !isNumber(text) {
		return fund.Key{}, fault.New(fault.NotFound, "Only an id (a number) is known at this address, not a slug: please use the id.")
	}
	return parseNumber(text)
}

// numberOrSlug is the id or slug at a wildcard: a name of digits only is an id. The slug of a user
// or team may have the sign before it that it has in the addresses of pages.
func numberOrSlug(c *call, name string) (fund.Key, error) {
	text := strings.ToLower(c.Path(name))
	if isNumber(text) {
		return parseNumber(text)
	}
	if name == "id" {
		text = strings.TrimPrefix(text, signOf(c.Request.URL.Path))
	}
	if !isSlug(text) {
		return fund.Key{}, fault.New(fault.NotFound, "There is nothing with this slug: please use the id.")
	}
	return fund.Key{Slug: text}, nil
}

// signOf is what a page's address has before the slug at {id} of a path.
func signOf(path string) string {
	switch collection, _, _ := strings.Cut(strings.TrimPrefix(path, prefix+"/"), "/"); collection {
	case "users":
		return "@"
	case "teams":
		return "+"
	default:
		return ""
	}
}

func parseNumber(text string) (fund.Key, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n == 0 {
		return fund.Key{}, fault.New(fault.NotFound, "There is no such id: ids are whole numbers from 1 to 9223372036854775807. Please check the id.")
	}
	return fund.Key{LegacyID: n}, nil
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

func isSlug(text string) bool {
	return text != "" && len(text) <= maxSlug && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// idAt is the thing with the id at {id}.
func idAt(c *call) (fund.Key, error) { return number(c, "id") }

// idOrSlugAt is the thing with the id or slug at {id}.
func idOrSlugAt(c *call) (fund.Key, error) { return numberOrSlug(c, "id") }

// campaignAt is the campaign with the id at {id}.
func campaignAt(c *call) (app.FactKey, error) {
	key, err := idAt(c)
	return app.FactKey{Key: key}, err
}

// ownedCampaignAt is the campaign at {campaign} of the user or team at {id}.
func ownedCampaignAt(c *call, owner func(key *fund.Key, campaign fund.Key) app.FactKey) (app.FactKey, error) {
	of, err := idOrSlugAt(c)
	if err != nil {
		return app.FactKey{}, err
	}
	key, err := numberOrSlug(c, "campaign")
	return owner(&of, key), err
}

// ofUserAt is the campaign at {campaign} of the user at {id}.
func ofUserAt(c *call) (app.FactKey, error) { return ownedCampaignAt(c, ofUser) }

// ofTeamAt is the campaign at {campaign} of the team at {id}.
func ofTeamAt(c *call) (app.FactKey, error) { return ownedCampaignAt(c, ofTeam) }

func ofUser(user *fund.Key, campaign fund.Key) app.FactKey {
	return app.FactKey{Key: campaign, User: user}
}

func ofTeam(team *fund.Key, campaign fund.Key) app.FactKey {
	return app.FactKey{Key: campaign, Team: team}
}

// advised recommends the id to callers whose slug was not found: an id never changes.
func advised(handle api.Handler[app.Actor], names []string) api.Handler[app.Actor] {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		reply, err := handle(ctx, c)
		if !fault.Is(err, fault.NotFound) || !bySlug(c, names) {
			return reply, err
		}
		message := fault.From(err).Message
		if message == "" {
			message = table[fault.NotFound].detail
		}
		if !strings.HasSuffix(message, "use the id.") {
			message += " A slug can change: please use the id."
		}
		return reply, fault.Wrap(err, fault.NotFound, "%s", message)
	}
}

// bySlug reports whether the path names anything by a slug.
func bySlug(c *call, names []string) bool {
	for _, name := range names {
		if !isNumber(c.Path(name)) {
			return true
		}
	}
	return false
}

func wildcards(pattern string) []string {
	var names []string
	for part := range strings.SplitSeq(pattern, "/") {
		if strings.HasPrefix(part, "{") {
			names = append(names, strings.Trim(part, "{}"))
		}
	}
	return names
}
