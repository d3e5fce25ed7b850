package apiv3

import (
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// moment is how long an answer that changes with time alone may be kept.
const moment = time.Second

// showsFact is a freshness that depends on a fact and on everything that its answer shows of
// others: names, pictures and slugs.
func showsFact(f fund.Fact) *api.Freshness {
	ids := []fund.ID{f.ID, f.Cause.ID}
	for _, ref := range []*fund.Ref{f.Event, f.Parent} {
		if ref != nil {
			ids = append(ids, ref.ID)
		}
	}
	for _, owner := range []*fund.Owner{f.User, f.Team} {
		if owner != nil {
			ids = append(ids, owner.ID)
		}
	}
	return api.Shows(ids...)
}
