package app_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestTheNextBidWinsWhenTheHighestIsRemoved(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	opened, err := w.CreateAuctionHouse(ctx, w.owner, fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("Attic"), Cause: key(w.cause.ID), Status: fund.Some(fund.Published),
	}})
	must.Do(t, err)
	house := app.FactKey{Key: fund.Key{ID: opened.ID}}
	item, err := w.CreateAuctionItem(ctx, w.owner, house, fund.AuctionItemPatch{
		Name: fund.Some("Lamp"), StartingBid: fund.Some("1"), Status: fund.Some(fund.AuctionActive),
		StartsAt: fund.Some(w.Clock.Now()), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
	})
	must.Do(t, err)
	at := app.AuctionItemKey{House: house, Item: fund.Key{ID: item.ID}}
	var bids []fund.AuctionBid
	for _, amount := range []string{"5", "8", "20"} {
		w.later()
		bid, err := w.PlaceBid(ctx, w.stranger, at, fund.BidInput{Amount: amount, PublicName: "S"})
		must.Do(t, err)
		bids = append(bids, bid)
	}
	remove := func(actor app.Actor, i int) error {
		w.later()
		_, err := w.RemoveBid(ctx, actor, at, fund.Key{ID: bids[i].ID})
		return err
	}
	pledged := func() int64 {
		h, err := w.GetAuctionHouse(ctx, w.owner, house)
		must.Do(t, err)
		return h.Pledged
	}
	wantKind(t, remove(w.stranger, 2), "forbidden")
	_, err = w.RemoveBid(ctx, w.owner, at, fund.Key{ID: item.ID})
	wantKind(t, err, "not_found")
	// Removes the highest, one that does not win, the highest twice, and the last one.
	for _, step := range []struct {
		remove int
		want   int64
	}{{2, 800}, {0, 800}, {2, 800}, {1, 0}} {
		must.Do(t, remove(w.owner, step.remove))
		if got := pledged(); got != step.want {
			t.Errorf("pledged without bid %d: got %d, want %d", step.remove, got, step.want)
		}
	}
	report, err := w.Store.Audit(ctx)
	must.Do(t, err)
	if len(report.Differences) > 0 {
		t.Errorf("got %v, want no differences", report.Differences)
	}
	_, err = w.UpdateAuctionItem(ctx, w.owner, at, fund.AuctionItemPatch{Status: fund.Some(fund.AuctionCompleted)})
	must.Do(t, err)
	wantKind(t, remove(w.owner, 1), "conflict")
}
