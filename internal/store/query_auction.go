package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectHouse = "SELECT " + factColumns + ", x.banner, x.pledged" + factTables +
	" JOIN auction_houses x ON x.fact_id = f.id"

// GetAuctionHouse finds one auction house. The kinds of the key are filled in.
func (q Queries) GetAuctionHouse(ctx context.Context, key FactKey) (fund.AuctionHouse, error) {
	key.Kinds = []fund.Kind{fund.KindAuctionHouse}
	return oneFact(ctx, q, key, factRead[fund.AuctionHouse]{selectHouse, func(r row) (h fund.AuctionHouse, err error) {
		h.Fact, err = scanFactAnd(r, &h.Banner, &h.Pledged)
		return h, err
	}})
}

// AuctionItemFilter narrows the list of a house's items. A zero field does not filter.
type AuctionItemFilter struct {
	// House is required.
	House            fund.ID
	Created, Updated fund.Span
	Status           fund.AuctionStatus
}

const selectItem = `SELECT i.id, i.house_id, f.currency, i.name, i.short_description, i.description, i.legal, i.rules,
	i.images, i.fair_market_value, i.starting_bid, i.starts_at, i.ends_at, i.activated_at, i.completed_at,
	i.created_at, i.updated_at FROM auction_items i JOIN facts f ON f.id = i.house_id`

// ListAuctionItems lists the items of an auction house that pass the filter, by id.
func (q Queries) ListAuctionItems(ctx context.Context, filter AuctionItemFilter, page fund.Page) ([]fund.AuctionItem, error) {
	s := selecting(selectItem).and("i.house_id = ?", filter.House).
		within("i.created_at", filter.Created).within("i.updated_at", filter.Updated)
	switch filter.Status {
	case fund.AuctionCompleted:
		s.and("i.completed_at IS NOT NULL")
	case fund.AuctionActive:
		s.and("i.completed_at IS NULL").and("i.activated_at IS NOT NULL")
	case fund.AuctionInactive:
		s.and("i.completed_at IS NULL").and("i.activated_at IS NULL")
	}
	items, err := keysetPage(ctx, q.db, s, byID("i.id"), page, scanItem)
	if err != nil {
		return nil, fmt.Errorf("list items of auction house %s: %w", filter.House, err)
	}
	return items, nil
}

// GetAuctionItem finds one item.
func (q Queries) GetAuctionItem(ctx context.Context, id fund.ID) (fund.AuctionItem, error) {
	return one(ctx, q.db, selecting(selectItem).and("i.id = ?", id), scanItem, thing{"auction item", id.String()})
}

func scanItem(r row) (fund.AuctionItem, error) {
	var (
		i     fund.AuctionItem
		value sql.NullInt64
	)
	err := r.Scan(&i.ID, &i.HouseID, &i.Currency, &i.Name, &i.ShortDescription, &i.Description, &i.Legal, &i.Rules,
		jsonColumn{&i.Images}, &value, &i.StartingBid, instant{&i.StartsAt}, instant{&i.EndsAt}, instant{&i.ActivatedAt},
		instant{&i.CompletedAt}, instant{&i.CreatedAt}, instant{&i.UpdatedAt})
	if value.Valid {
		i.FairMarketValue = &value.Int64
	}
	return i, err
}

const selectBid = `SELECT b.id, i.house_id, b.item_id, b.user_id, b.amount, f.currency, b.public_name, b.winning,
	b.removed_at, b.created_at, b.updated_at
	FROM auction_bids b JOIN auction_items i ON i.id = b.item_id JOIN facts f ON f.id = i.house_id`

// ListBids lists the bids for an item, removed ones too, by id.
func (q Queries) ListBids(ctx context.Context, item fund.ID, page fund.Page) ([]fund.AuctionBid, error) {
	s := selecting(selectBid).and("b.item_id = ?", item)
	bids, err := keysetPage(ctx, q.db, s, byID("b.id"), page, scanBid)
	if err != nil {
		return nil, fmt.Errorf("list bids for auction item %s: %w", item, err)
	}
	return bids, nil
}

// GetWinningBid is the highest bid for an item; NotFound while there is none.
func (q Queries) GetWinningBid(ctx context.Context, item fund.ID) (fund.AuctionBid, error) {
	s := selecting(selectBid).and("b.item_id = ?", item).and("b.winning").then("LIMIT 1")
	return one(ctx, q.db, s, scanBid, thing{noun: "bid"})
}

func scanBid(r row) (b fund.AuctionBid, err error) {
	err = r.Scan(&b.ID, &b.HouseID, &b.ItemID, &b.UserID, &b.Amount, &b.Currency, &b.PublicName, &b.Winning,
		instant{&b.RemovedAt}, instant{&b.CreatedAt}, instant{&b.UpdatedAt})
	return b, err
}
