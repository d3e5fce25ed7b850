package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// InsertAuctionHouse inserts a new auction house, which has no pledges yet, and assigns its kind and legacy id.
func (t *Tx) InsertAuctionHouse(ctx context.Context, h *fund.AuctionHouse) error {
	h.Kind, h.Pledged = fund.KindAuctionHouse, 0
	if err := t.InsertFact(ctx, &h.Fact); err != nil {
		return err
	}
	return t.insert(ctx, thing{"auction house", h.ID.String()}, "auction_houses", columns{{"fact_id", h.ID}, {"banner", h.Banner}})
}

// UpdateAuctionHouse writes everything about an auction house except its pledges.
func (t *Tx) UpdateAuctionHouse(ctx context.Context, h fund.AuctionHouse) error {
	if err := t.UpdateFact(ctx, h.Fact); err != nil {
		return err
	}
	return t.change(ctx, thing{"auction house", h.ID.String()},
		"UPDATE auction_houses SET banner = $1 WHERE fact_id = $2", h.Banner, h.ID)
}

// InsertAuctionItem inserts a new item.
func (t *Tx) InsertAuctionItem(ctx context.Context, i fund.AuctionItem) error {
	row, err := auctionItemRow(i)
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"auction item", i.ID.String()}, "auction_items", append(columns{
		{"id", i.ID}, {"house_id", i.HouseID}, {"created_at", micros(i.CreatedAt)},
	}, row...))
}

// auctionItemRow lists the columns of auction_items that an update may change.
func auctionItemRow(i fund.AuctionItem) (columns, error) {
	images, err := encodeJSON(i.Images)
	if err != nil {
		return nil, err
	}
	return columns{
		{"name", i.Name}, {"short_description", i.ShortDescription}, {"description", i.Description}, {"legal", i.Legal},
		{"rules", i.Rules}, {"images", images}, {"fair_market_value", nullInt(i.FairMarketValue)},
		{"starting_bid", i.StartingBid}, {"starts_at", micros(i.StartsAt)}, {"ends_at", micros(i.EndsAt)},
		{"activated_at", nullMicros(i.ActivatedAt)}, {"completed_at", nullMicros(i.CompletedAt)},
		{"updated_at", micros(i.UpdatedAt)},
	}, nil
}

// UpdateAuctionItem writes everything about an item except its house.
func (t *Tx) UpdateAuctionItem(ctx context.Context, i fund.AuctionItem) error {
	row, err := auctionItemRow(i)
	if err != nil {
		return err
	}
	return t.update(ctx, thing{"auction item", i.ID.String()}, updating("auction_items", row).and("id = ?", i.ID))
}

// InsertBid inserts a bid. A winning one replaces the previous winner, and the house's pledged total follows.
func (t *Tx) InsertBid(ctx context.Context, b fund.AuctionBid) error {
	what := thing{"bid", b.ID.String()}
	pledged := int64(0)
	if b.Winning {
		before, err := t.GetWinningBid(ctx, b.ItemID)
		switch {
		case err != nil && !fault.Is(err, fault.NotFound):
			return err
		case err == nil:
			if err := t.change(ctx, what, "UPDATE auction_bids SET winning = FALSE, updated_at = $1 WHERE id = $2",
				micros(b.UpdatedAt), before.ID); err != nil {
				return err
			}
		}
		pledged = b.Amount - before.Amount
	}
	err := t.insert(ctx, what, "auction_bids", columns{
		{"id", b.ID}, {"item_id", b.ItemID}, {"user_id", b.UserID}, {"amount", b.Amount}, {"public_name", b.PublicName},
		{"winning", b.Winning}, {"removed_at", nullMicros(b.RemovedAt)}, {"created_at", micros(b.CreatedAt)},
		{"updated_at", micros(b.UpdatedAt)},
	})
	if err != nil || pledged == 0 {
		return err
	}
	if err := t.change(ctx, thing{"auction house", b.HouseID.String()},
		"UPDATE auction_houses SET pledged = pledged + $1 WHERE fact_id = $2", pledged, b.HouseID); err != nil {
		return fmt.Errorf("pledged for item %s: %w", b.ItemID, err)
	}
	return nil
}
