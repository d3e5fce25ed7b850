package leaks_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// auctions makes bids in houses that are public and that are not, some of which are removed.
func (w *world) auctions(t *testing.T) {
	t.Helper()
	ctx, owner := t.Context(), testworld.As(w.Users["owner"])
	w.bidder = w.user(t, "bidder", caller{}, app.NewUser{})
	open := w.id(t, "auction_house_id")
	w.bids(t, open, must.Get(fund.ParseID(w.IDs["auction_item_id"]))(t))
	for _, slug := range []string{"attic", "cellar"} {
		house := must.Get(w.CreateAuctionHouse(ctx, owner, fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{
			Name: fund.Some(slug), Slug: fund.Some(slug), Cause: fund.Some(fund.Key{ID: w.cause}), Status: fund.Some(fund.Published),
		}}))(t)
		w.places = append(w.places, house.ID)
		text := func() fund.Opt[string] {
			s := w.secrets.make(kindText)
			s.fact = house.ID
			return fund.Some(s.text)
		}
		key := testworld.ByID(house.Fact)
		item := must.Get(w.CreateAuctionItem(ctx, owner, key, fund.AuctionItemPatch{
			Name: text(), Description: text(), ShortDescription: text(), Legal: text(), Rules: text(), StartingBid: fund.Some("5"),
			StartsAt: fund.Some(w.Now()), EndsAt: fund.Some(w.Now().Add(time.Hour)),
		}))(t)
		w.bids(t, house.ID, item.ID)
		if slug == "cellar" {
			reason := w.secrets.make(kindReason)
			reason.fact = house.ID
			must.Get(w.TakeDown(ctx, app.System(), house.ID, reason.text))(t)
			continue
		}
		must.Get(w.UpdateAuctionHouse(ctx, owner, key, fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{Status: fund.Some(fund.Unpublished)}}))(t)
	}
}

// bids bids for an item; the second bid is removed.
func (w *world) bids(t *testing.T, house, item fund.ID) {
	t.Helper()
	ctx := t.Context()
	key := app.AuctionItemKey{House: app.FactKey{Key: fund.Key{ID: house}}, Item: fund.Key{ID: item}}
	must.Get(w.UpdateAuctionItem(ctx, testworld.As(w.Users["owner"]), key, fund.AuctionItemPatch{Status: fund.Some(fund.AuctionActive)}))(t)
	for i, by := range []app.Actor{testworld.As(w.bidder), testworld.As(w.bidder), app.System()} {
		name := w.secrets.make(kindBid)
		name.fact = house
		bid := must.Get(w.PlaceBid(ctx, by, key, fund.BidInput{Amount: strconv.Itoa(10 + i), PublicName: name.text}))(t)
		if i == 1 {
			must.Get(w.RemoveBid(ctx, testworld.As(w.Users["owner"]), key, fund.Key{ID: bid.ID}))(t)
		}
	}
	w.auctionLists = append(w.auctionLists, "/api/public/auction_houses/"+house.String()+"/auction_items/"+item.String()+"/auction_bids")
}

// readBids wants the lists of bids to show nobody which user it was that bid.
func (w *world) readBids(t *testing.T) {
	t.Helper()
	for _, address := range w.auctionLists {
		for _, name := range []string{"stranger", "owner", "operator"} {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, testworld.BaseURL+address, http.NoBody)
			request.Header.Set("Authorization", "Bearer "+w.Callers[name])
			answer := w.Serve(request).Body.String()
			for _, who := range []string{w.bidder.ID.String(), w.bidder.Slug, w.bidder.Username} {
				if strings.Contains(answer, who) {
					t.Errorf("%s as %s shows which user bid: %s", address, name, around(answer, who))
				}
			}
			if name == "owner" && !strings.Contains(answer, `"public_name":"`+secretBegin) {
				t.Errorf("%s as its owner shows no bid: %.300s", address, answer)
			}
		}
	}
}
