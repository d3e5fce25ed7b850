package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// InsertAuctionHouse puts in a new auction house, in which nothing is pledged yet, and gives it its
// legacy id. Its kind is filled in.
func (t *Tx) InsertAuctionHouse(ctx context.Context, h *fund.AuctionHouse) error {
	h.Kind, h.Pledged = fund.KindAuctionHouse, 0
	if err := t.InsertFact(ctx, &h.Fact); err != nil {
		return err
	}
	return t.insert(ctx, thing{"auction house", h.ID.String()},
		"INSERT INTO auction_houses (fact_id, banner)", h.ID, h.Banner)
}

// UpdateAuctionHouse writes everything about an auction house but what is pledged.
func (t *Tx) UpdateAuctionHouse(ctx context.Context, h fund.AuctionHouse) error {
	if err := t.UpdateFact(ctx, h.Fact); err != nil {
		return err
	}
	return t.change(ctx, thing{"auction house", h.ID.String()},
		"UPDATE auction_houses SET banner = $1 WHERE fact_id = $2", h.Banner, h.ID)
}

// InsertAuctionItem puts in a new item.
func (t *Tx) InsertAuctionItem(ctx context.Context, i fund.AuctionItem) error {
	images, err := encodeJSON(i.Images)
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"auction item", i.ID.String()}, `INSERT INTO auction_items (id, house_id, name,
		short_description, description, legal, rules, images, fair_market_value, starting_bid, starts_at, ends_at,
		activated_at, completed_at, created_at, updated_at)`,
		i.ID, i.HouseID, i.Name, i.ShortDescription, i.Description, i.Legal, i.Rules, images,
		nullInt(i.FairMarketValue), i.StartingBid, micros(i.StartsAt), micros(i.EndsAt),
		nullMicros(i.ActivatedAt), nullMicros(i.CompletedAt), micros(i.CreatedAt), micros(i.UpdatedAt))
}

// UpdateAuctionItem writes everything about an item but its house.
func (t *Tx) UpdateAuctionItem(ctx context.Context, i fund.AuctionItem) error {
	images, err := encodeJSON(i.Images)
	if err != nil {
		return err
	}
	return t.change(ctx, thing{"auction item", i.ID.String()}, `UPDATE auction_items SET name = $1,
		short_description = $2, description = $3, legal = $4, rules = $5, images = $6, fair_market_value = $7,
		starting_bid = $8, starts_at = $9, ends_at = $10, activated_at = $11, completed_at = $12, updated_at = $13
		WHERE id = $14`,
		i.Name, i.ShortDescription, i.Description, i.Legal, i.Rules, images, nullInt(i.FairMarketValue),
		i.StartingBid, micros(i.StartsAt), micros(i.EndsAt), nullMicros(i.ActivatedAt), nullMicros(i.CompletedAt),
		micros(i.UpdatedAt), i.ID)
}

// InsertBid puts in a bid. A winning one takes the place of the bid that won before, and what is
// pledged in the house follows.
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
	err := t.insert(ctx, what, `INSERT INTO auction_bids (id, item_id, user_id, amount, public_name, winning, removed_at,
		created_at, updated_at)`, b.ID, b.ItemID, b.UserID, b.Amount, b.PublicName, b.Winning, nullMicros(b.RemovedAt),
		micros(b.CreatedAt), micros(b.UpdatedAt))
	if err != nil || pledged == 0 {
		return err
	}
	if err := t.change(ctx, thing{"auction house", b.HouseID.String()},
		"UPDATE auction_houses SET pledged = pledged + $1 WHERE fact_id = $2", pledged, b.HouseID); err != nil {
		return fmt.Errorf("pledged for item %s: %w", b.ItemID, err)
	}
	return nil
}
