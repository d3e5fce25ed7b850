package apiv5

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
)

// ifMatch lets a change of the thing at a pattern happen only if one of the entity tags of the
// If-Match header is that of the thing at this moment, as a GET of that pattern gives it. The
// comparison is strong, and it is made inside of the write: nobody changes the thing between it and
// the change. "*" is met by whatever is there.
func (v *version) ifMatch(pattern string, change handler) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		tags, conditional := c.IfMatch()
		if conditional && !slices.Contains(tags, "*") {
			asked := *c
			asked.Caller = c.Caller.OnlyIf(func(ctx context.Context, now *app.App) error {
				inside := *v
				inside.app = now
				return api.Condition[app.Actor]{Tags: tags, Reads: slices.Concat(inside.resources(), inside.webhookRows(), inside.pictureRows()), Pattern: pattern, Encode: encode}.Check(ctx, c)
			})
			return change(ctx, &asked)
		}
		return change(ctx, c)
	}
}
