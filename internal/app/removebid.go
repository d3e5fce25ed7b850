package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// RemoveBid withdraws a bid from an open auction; the owner of its house only. The bid stays in the list, and the highest of the others
// wins.
func (a *App) RemoveBid(ctx context.Context, actor Actor, key AuctionItemKey, id fund.Key) (fund.AuctionBid, error) {
	var bid fund.AuctionBid
	err := a.changeHouse(ctx, actor, key.House, func(ctx context.Context, tx *store.Tx, e edit) (fund.ID, error) {
		item, err := itemOf(ctx, tx.Queries, e.fact.ID, key.Item)
		if err != nil {
			return fund.ID{}, err
		}
		bid, err = tx.GetBid(ctx, id.ID)
		switch {
		case fault.Is(err, fault.NotFound) || err == nil && bid.ItemID != item.ID:
			return fund.ID{}, missing("bid", id)
		case err != nil:
			return fund.ID{}, err
		case item.Status() == fund.AuctionCompleted:
			return fund.ID{}, fault.New(fault.Conflict, "The auction of item %s has ended.", item.ID)
		case !bid.RemovedAt.IsZero():
			return item.ID, nil
		}
		if err := tx.RemoveBid(ctx, bid, e.now); err != nil {
			return fund.ID{}, err
		}
		bid, err = tx.GetBid(ctx, bid.ID)
		return item.ID, err
	})
	if err != nil {
		return fund.AuctionBid{}, fmt.Errorf("bid %s: %w", id, err)
	}
	return bid, nil
}
