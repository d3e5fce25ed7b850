package demo

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// makeHouses creates the auction houses with their items and bids.
func (w *dataset) makeHouses(ctx context.Context) {
	w.clock.since(day(2))
	for _, h := range houses() {
		opened := made(w, "auction house "+h.slug, func() (fund.AuctionHouse, error) {
			return w.app.CreateAuctionHouse(ctx, w.keeper(h), w.housePatch(h))
		})
		w.setUp(h.slug, opened.Fact)
		for _, l := range h.lots {
			w.auction(ctx, h, l)
		}
	}
}

// keeper is the actor who may change the house: its user or its cause.
func (w *dataset) keeper(h house) app.Actor {
	if h.user != "" {
		return w.actor(h.user)
	}
	return w.causeActor(h.cause)
}

func (w *dataset) housePatch(h house) fund.AuctionHousePatch {
	patch := fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some(h.name), Slug: fund.Some(h.slug), Description: fund.Some(h.about), Goal: fund.Some(h.goal),
		Status: fund.Some(fund.Published), Cause: fund.Some(fund.Key{ID: w.causes[h.cause].ID}),
		Event: fund.Some(fund.Key{ID: w.events[h.event].ID}),
	}}
	if h.banner != "" {
		patch.Banner = fund.Some(h.banner)
	}
	return patch
}

// auction creates a lot and places its offers.
func (w *dataset) auction(ctx context.Context, h house, l lot) {
	who := w.keeper(h)
	if l.open {
		l.patch.Status = fund.Some(fund.AuctionActive)
	}
	item := made(w, "item of "+h.slug, func() (fund.AuctionItem, error) {
		return w.app.CreateAuctionItem(ctx, who, factKey(w.fact(h.slug)), l.patch)
	})
	key := app.AuctionItemKey{House: factKey(w.fact(h.slug)), Item: fund.Key{ID: item.ID}}
	for _, o := range l.offers {
		bid := made(w, "bid of "+o.user, func() (fund.AuctionBid, error) {
			return w.app.PlaceBid(ctx, w.actor(o.user), key, fund.BidInput{Amount: o.amount, PublicName: o.name})
		})
		if !o.withdrawn {
			continue
		}
		w.did("removal of the bid of "+o.user, func() error {
			_, err := w.app.RemoveBid(ctx, who, key, fund.Key{ID: bid.ID})
			return err
		})
	}
	if !l.sold {
		return
	}
	w.did("end of an auction of "+h.slug, func() error {
		_, err := w.app.UpdateAuctionItem(ctx, who, key, fund.AuctionItemPatch{Status: fund.Some(fund.AuctionCompleted)})
		return err
	})
}
