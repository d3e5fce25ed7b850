package apiv5

import (
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// moment is how long an answer that changes with time alone may be kept.
const moment = time.Second

// factTags are a fact and everything that its answer shows of others: names, pictures and slugs,
// and the names of those above it.
func factTags(f fund.Fact, above []fund.Ancestor) []fund.ID {
	ids := []fund.ID{f.ID, f.Cause.ID}
	if f.Event != nil {
		ids = append(ids, f.Event.ID)
	}
	for _, owner := range []*fund.Owner{f.User, f.Team} {
		if owner != nil {
			ids = append(ids, owner.ID)
		}
	}
	for _, one := range above {
		ids = append(ids, one.ID)
	}
	return ids
}
