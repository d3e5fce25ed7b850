package apiv5

import (
	"context"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
)

// ifMatch lets a change of the thing at a pattern happen only if one of the entity tags of the
// If-Match header is that of the thing at this moment, as a GET of that pattern gives it. The
// comparison is strong, and it is made inside of the write: nobody changes the thing between it and
// the change. "*" is met by whatever is there.
func (v *version) ifMatch(pattern string, change handler) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		tags, conditional := c.IfMatch()
		if conditional && !slices.Contains(tags, "*") {
			ctx = app.OnlyIf(ctx, func(ctx context.Context, now *app.App) error {
				inside := *v
				inside.app = now
				return inside.matches(ctx, c, pattern, tags)
			})
		}
		return change(ctx, c)
	}
}

// matches compares the tags with that of what a GET would answer.
func (v *version) matches(ctx context.Context, c *call, pattern string, tags []string) error {
	rows := append(v.resources(), v.webhookRows()...)
	get := slices.IndexFunc(rows, func(row route) bool { return row.Method == http.MethodGet && row.Pattern == pattern })
	if get < 0 {
		return fault.New(fault.Stale, "This has no address of its own to read, and so no ETag: If-Match can only be \"*\" here.")
	}
	reply, err := rows[get].Handle(ctx, c)
	if err != nil {
		return err
	}
	body, err := encode(http.StatusOK, reply.Body)
	if err != nil {
		return err
	}
	if !slices.Contains(tags, api.ETag(body)) {
		return fault.New(fault.Stale, "This is not the version that If-Match names: it changed since it was read. Please read it again.")
	}
	return nil
}
