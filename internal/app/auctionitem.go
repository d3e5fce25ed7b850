package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// AuctionItemQuery filters the items of a list; unset fields do not filter.
type AuctionItemQuery struct {
	Created, Updated fund.Span
	Status           fund.AuctionStatus
}

// AuctionItems lists the items of an auction house, oldest first. A cursor is {ID}.
func (a *App) AuctionItems(ctx context.Context, s Seen, query AuctionItemQuery, page fund.Page) ([]fund.AuctionItem, error) {
	return a.store.ListAuctionItems(ctx, store.AuctionItemFilter{
		House: s.fact.ID, Created: query.Created, Updated: query.Updated, Status: query.Status,
	}, oldestFirst(page))
}

// AuctionItemKey finds an item of an auction house.
type AuctionItemKey struct {
	House FactKey
	Item  fund.Key
}

// GetAuctionItem finds one item of an auction house.
func (a *App) GetAuctionItem(ctx context.Context, house Seen, item fund.Key) (fund.AuctionItem, error) {
	return itemOf(ctx, a.store.Queries, house.fact.ID, item)
}

// itemOf finds an item of the house.
func itemOf(ctx context.Context, q store.Queries, house fund.ID, key fund.Key) (fund.AuctionItem, error) {
	item, err := q.GetAuctionItem(ctx, key.ID)
	if err == nil && item.HouseID != house {
		err = missing("auction item", key)
	}
	return item, asRequested(err, "auction item", key.String())
}

// Bids lists the bids for an item of an auction house, newest first. A cursor is {ID}.
func (a *App) Bids(ctx context.Context, house Seen, item fund.AuctionItem, page fund.Page) ([]fund.AuctionBid, error) {
	if item.HouseID != house.fact.ID {
		return nil, missing("auction item", fund.Key{ID: item.ID})
	}
	return a.store.ListBids(ctx, item.ID, newestFirst(page))
}

// CreateAuctionItem adds an item to an auction house; its owner only.
func (a *App) CreateAuctionItem(ctx context.Context, actor Actor, key FactKey, patch fund.AuctionItemPatch) (fund.AuctionItem, error) {
	var item fund.AuctionItem
	err := a.changeHouse(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e edit) error {
		item = fund.AuctionItem{ID: e.id, HouseID: e.fact.ID, Currency: e.fact.Currency, CreatedAt: e.now}
		if err := patch.Apply(&item, e.now).Err(); err != nil {
			return err
		}
		e.report(fund.TopicAuctionItemCreated, item.ID, fund.Detail{To: string(item.Status())})
		return tx.InsertAuctionItem(ctx, item)
	})
	if err != nil {
		return fund.AuctionItem{}, fmt.Errorf("new auction item: %w", err)
	}
	return item, nil
}

// UpdateAuctionItem changes an item; its house's owner only. An item with bids keeps its starting bid, and can be completed but not
// deactivated.
func (a *App) UpdateAuctionItem(ctx context.Context, actor Actor, key AuctionItemKey, patch fund.AuctionItemPatch) (fund.AuctionItem, error) {
	var item fund.AuctionItem
	err := a.changeHouse(ctx, actor, key.House, func(ctx context.Context, tx *store.Tx, e edit) error {
		before, err := itemOf(ctx, tx.Queries, e.fact.ID, key.Item)
		if err != nil {
			return err
		}
		item = before
		wrong := patch.Apply(&item, e.now)
		bid, err := winningBid(ctx, tx.Queries, item.ID)
		if err != nil {
			return err
		}
		if bid != nil && item.Status() == fund.AuctionInactive {
			wrong.Add("status", "cannot be inactive: there are bids already")
		}
		if bid != nil && item.StartingBid != before.StartingBid {
			wrong.Add("starting_bid", "cannot be changed: there are bids already")
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		e.reportStep(step{fund.TopicAuctionItemChanged, string(before.Status()), string(item.Status())}, item.ID)
		return tx.UpdateAuctionItem(ctx, item)
	})
	if err != nil {
		return fund.AuctionItem{}, fmt.Errorf("auction item %s: %w", key.Item, err)
	}
	return item, nil
}

// changeHouse lets the owner of an auction house change its items.
func (a *App) changeHouse(ctx context.Context, actor Actor, key FactKey, work func(context.Context, *store.Tx, edit) error) error {
	f, err := a.editableCampaign(ctx, actor, houseKey(key))
	if err != nil {
		return err
	}
	return a.editParts(ctx, actor, f, work)
}

// winningBid is the highest bid for an item; nil if there is none.
func winningBid(ctx context.Context, q store.Queries, item fund.ID) (*fund.AuctionBid, error) {
	bid, err := q.GetWinningBid(ctx, item)
	if ok, err := found(err); !ok {
		return nil, err
	}
	return &bid, nil
}

// PlaceBid places a bid on an open item: above the highest bid and at least the starting bid. Users bid for themselves; a bid of the system
// has no user.
func (a *App) PlaceBid(ctx context.Context, actor Actor, key AuctionItemKey, in fund.BidInput) (fund.AuctionBid, error) {
	if err := requireWriterOrSystem(actor); err != nil {
		return fund.AuctionBid{}, err
	}
	f, err := a.GetFact(ctx, actor, houseKey(key.House))
	if err != nil {
		return fund.AuctionBid{}, err
	}
	sees := func(ctx context.Context, q store.Queries, f fund.Fact) error { return requireSight(ctx, q, actor, f) }
	var bid fund.AuctionBid
	err = a.writeBelow(ctx, actor, f, sees, func(ctx context.Context, tx *store.Tx, e edit) error {
		item, err := itemOf(ctx, tx.Queries, e.fact.ID, key.Item)
		if err != nil {
			return err
		}
		if !e.fact.TakesDonations() || !item.Open(e.now) {
			return fault.New(fault.Conflict, "Auction item %s does not take bids now.", item.ID)
		}
		winning, err := winningBid(ctx, tx.Queries, item.ID)
		if err != nil {
			return err
		}
		bid = fund.AuctionBid{ID: e.id, UserID: actor.User, CreatedAt: e.now, UpdatedAt: e.now}
		if err := in.Apply(&bid, item, winning).Err(); err != nil {
			return err
		}
		e.report(fund.TopicBidPlaced, bid.ID, fund.Detail{Parent: item.ID, Total: bid.Amount})
		if winning != nil {
			e.report(fund.TopicBidChanged, winning.ID, fund.Detail{From: bidWinning, To: bidOutbid, Parent: item.ID, Total: winning.Amount})
		}
		return tx.InsertBid(ctx, bid)
	})
	if err != nil {
		return fund.AuctionBid{}, fmt.Errorf("new bid: %w", err)
	}
	return bid, nil
}
