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
	err := a.changeHouse(ctx, actor, key.House, func(ctx context.Context, tx *store.Tx, e edit) error {
		item, err := itemOf(ctx, tx.Queries, e.fact.ID, key.Item)
		if err != nil {
			return err
		}
		bid, err = tx.GetBid(ctx, id.ID)
		switch {
		case fault.Is(err, fault.NotFound) || err == nil && bid.ItemID != item.ID:
			return missing("bid", id)
		case err != nil:
			return err
		case item.Status() == fund.AuctionCompleted:
			return fault.New(fault.Conflict, "The auction of item %s has ended.", item.ID)
		case !bid.RemovedAt.IsZero():
			return nil
		}
		if err := tx.RemoveBid(ctx, bid, e.now); err != nil {
			return err
		}
		next, err := winningBid(ctx, tx.Queries, item.ID)
		if err != nil {
			return err
		}
		e.report(fund.TopicBidRemoved, bid.ID, fund.Detail{Parent: item.ID, Total: bid.Amount})
		if bid.Winning && next != nil {
			e.report(fund.TopicBidChanged, next.ID, fund.Detail{From: bidOutbid, To: bidWinning, Parent: item.ID, Total: next.Amount})
		}
		bid, err = tx.GetBid(ctx, bid.ID)
		return err
	})
	if err != nil {
		return fund.AuctionBid{}, fmt.Errorf("bid %s: %w", id, err)
	}
	return bid, nil
}
