package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// auctionHouseBy answers with the auction house of a key in the path.
func (v *version) auctionHouseBy(find finds[app.FactKey]) handler {
	return api.Gets(find, v.app.GetAuctionHouse, func(_ context.Context, _ *call, house fund.AuctionHouse) (api.Reply, error) {
		return api.Reply{Body: v.toAuctionHouse(house), Fresh: api.Shows(factTags(house.Fact, nil)...)}, nil
	})
}

func (v *version) listAuctionItems(ctx context.Context, c *call) (api.Reply, error) {
	seen, err := v.seeAt(ctx, c, atHouse)
	if err != nil {
		return api.Reply{}, err
	}
	f := seen.Fact()
	p := queryOf(c)
	status := p.oneOf("status", string(fund.AuctionActive), string(fund.AuctionCompleted))
	query := app.AuctionItemQuery{Created: p.span("created"), Updated: p.span("updated"), Status: fund.AuctionStatus(status)}
	items, meta, err := paginate(ctx, v, p, listing[fund.AuctionItem]{
		kind: "auction_items", owner: f.ID, order: fund.OldestFirst,
		at: func(i fund.AuctionItem) fund.Cursor { return fund.Cursor{ID: i.ID} },
		read: func(page fund.Page) ([]fund.AuctionItem, error) {
			return v.app.AuctionItems(ctx, seen, query, page)
		},
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(items, v.toAuctionItem), Metadata: meta}, Fresh: api.Shows(f.ID)}, nil
}

// itemAt is the auction item at {auction_item_id} of the house at {auction_house_id}.
func (v *version) itemAt(ctx context.Context, c *call) (app.Seen, fund.AuctionItem, error) {
	seen, err := v.seeAt(ctx, c, atHouse)
	if err != nil {
		return app.Seen{}, fund.AuctionItem{}, err
	}
	key, err := uuidAt(c, "auction_item_id")
	if err != nil {
		return app.Seen{}, fund.AuctionItem{}, err
	}
	item, err := v.app.GetAuctionItem(ctx, seen, key)
	return seen, item, err
}

func (v *version) getAuctionItem(ctx context.Context, c *call) (api.Reply, error) {
	house, item, err := v.itemAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: v.toAuctionItem(item), Fresh: api.Shows(house.Fact().ID)}, nil
}

// listBids lists the bids for an item, the newest first.
func (v *version) listBids(ctx context.Context, c *call) (api.Reply, error) {
	house, item, err := v.itemAt(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	bids, meta, err := paginate(ctx, v, queryOf(c), listing[fund.AuctionBid]{
		kind: "auction_bids", owner: item.ID, order: fund.NewestFirst,
		at: func(b fund.AuctionBid) fund.Cursor { return fund.Cursor{ID: b.ID} },
		read: func(page fund.Page) ([]fund.AuctionBid, error) {
			return v.app.Bids(ctx, house, item, page)
		},
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(bids, toAuctionBid), Metadata: meta}, Fresh: api.Shows(house.Fact().ID)}, nil
}
