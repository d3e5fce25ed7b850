package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// GetBid finds one bid, removed or not.
func (q Queries) GetBid(ctx context.Context, id fund.ID) (fund.AuctionBid, error) {
	return one(ctx, q.db, selecting(selectBid).and("b.id = ?", id), scanBid, thing{"bid", id.String()})
}

// RemoveBid removes a bid from the auction; it stays in the list. The highest remaining bid wins instead, and the
// house's pledged total follows.
func (t *Tx) RemoveBid(ctx context.Context, b fund.AuctionBid, at time.Time) error {
	what := thing{"bid", b.ID.String()}
	err := t.change(ctx, what, "UPDATE auction_bids SET winning = FALSE, removed_at = $1, updated_at = $2 WHERE id = $3",
		micros(at), micros(at), b.ID)
	if err != nil || !b.Winning {
		return err
	}
	s := selecting(selectBid).and("b.item_id = ?", b.ItemID).and("b.removed_at IS NULL").then("ORDER BY b.amount DESC, b.id LIMIT 1")
	next, err := one(ctx, t.db, s, scanBid, thing{noun: "bid"})
	switch {
	case fault.Is(err, fault.NotFound):
	case err != nil:
		return err
	default:
		err := t.change(ctx, thing{"bid", next.ID.String()}, "UPDATE auction_bids SET winning = TRUE, updated_at = $1 WHERE id = $2",
			micros(at), next.ID)
		if err != nil {
			return err
		}
	}
	err = t.change(ctx, thing{"auction house", b.HouseID.String()},
		"UPDATE auction_houses SET pledged = pledged + $1 WHERE fact_id = $2", next.Amount-b.Amount, b.HouseID)
	if err != nil {
		return fmt.Errorf("pledged for item %s: %w", b.ItemID, err)
	}
	return nil
}
