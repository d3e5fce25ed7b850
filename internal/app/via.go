package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// ViaSums adds up the donations to a fact and everything below it that were completed within a span, by the names of the links that led to them, for those who
// may see its donations. Held and hidden ones count, and those of which money went back with what is left; one that went back in full does not, and one whose
// donor was erased has no name any more. A span with more than fund.MaxViaDonations is Invalid at its end.
func (a *App) ViaSums(ctx context.Context, actor Actor, key FactKey, span fund.Span) (fund.Fact, fund.ViaSums, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return f, fund.ViaSums{}, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, countMoney, f); err != nil {
		return f, fund.ViaSums{}, err
	}
	sums, whole, err := a.store.ViaSums(ctx, f, span)
	if err == nil && !whole {
		var wrong fault.Fields
		wrong.Add("completed_before", fmt.Sprintf("leaves more than %d donations to add up: choose a shorter time with completed_after and completed_before", fund.MaxViaDonations))
		err = wrong.Err()
	}
	return f, sums, err
}
