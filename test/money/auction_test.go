package money_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// The kinds of facts that version 5 reads and does not write.
const (
	personal = "personal_campaign"
	house    = "auction_house"
)

// item is what an auction house sells, with its bids.
type item struct {
	in   *fact
	id   fund.ID
	bids []*bid
}

// bid is an offer for an item.
type bid struct {
	id      fund.ID
	amount  int64
	removed bool
}

// startingBid is that of each item, in minor units.
const startingBid = 500

// highest is the bid that wins; nil while there is none.
func (i *item) highest() (wins *bid) {
	for _, b := range i.bids {
		if !b.removed && (wins == nil || b.amount > wins.amount) {
			wins = b
		}
	}
	return wins
}

func (i *item) GoString() string { return fmt.Sprint("an item of ", i.in.slug) }
func (b *bid) GoString() string  { return fmt.Sprint("a bid of ", b.amount) }

// actor is the owner of everything.
func (w *world) actor() app.Actor {
	return app.Actor{Kind: app.ActorUser, User: must.Get(fund.ParseID(w.owner.ID))(w.t), Scopes: fund.Scopes()}
}

// addMade adds what was made by the use cases.
func (w *world) addMade(f *fact, made fund.Fact) *fact {
	f.named, f.id, f.slug = named{made.ID.String(), made.LegacyID}, made.ID, made.Slug
	f.status, f.currency = fund.Published, f.cause.currency
	w.facts = append(w.facts, f)
	return f
}

// patch is a published fact of a kind, for a cause or for what supports it.
func (w *world) patch(kind string, above *fact) fund.CampaignPatch {
	slug := fmt.Sprint(kind, "-", w.clock.Now().UnixMicro(), "-", len(w.facts))
	p := fund.CampaignPatch{
		Name: fund.Some("Other"), Slug: fund.Some(slug), Cause: fund.Some(fund.Key{ID: above.cause.id}), Status: fund.Some(fund.Published),
	}
	switch above.kind {
	case "fundraising_event":
		p.Event = fund.Some(fund.Key{ID: above.id})
	case "campaign", "team_campaign":
		p.Parent = fund.Some(fund.Key{ID: above.id})
	}
	return p
}

// establish makes a personal campaign, or an auction house with an item, below something.
func (w *world) establish(kind string, above *fact) error {
	f, p := &fact{kind: kind, cause: above.cause, parent: above}, w.patch(kind, above)
	if kind == personal {
		made, err := w.CreatePersonalCampaign(ctx, w.actor(), fund.PersonalCampaignPatch{CampaignPatch: p})
		if err == nil {
			w.addMade(f, made.Fact)
		}
		return err
	}
	made, err := w.CreateAuctionHouse(ctx, w.actor(), fund.AuctionHousePatch{CampaignPatch: p})
	if err != nil {
		return err
	}
	w.addMade(f, made.Fact)
	for range 2 {
		opened := must.Get(w.CreateAuctionItem(ctx, w.actor(), app.FactKey{Key: fund.Key{ID: f.id}}, fund.AuctionItemPatch{
			Name: fund.Some("Chair"), Description: fund.Some("Sit."), StartingBid: fund.Some(decimal(startingBid, f.currency)),
			StartsAt: fund.Some(w.clock.Now().Add(-time.Hour)), EndsAt: fund.Some(w.clock.Now().AddDate(20, 0, 0)), Status: fund.Some(fund.AuctionActive),
		}))(w.t)
		w.items = append(w.items, &item{in: f, id: opened.ID})
	}
	return nil
}

// ordinary reports whether an error is one that a caller can cause.
func ordinary(err error) bool {
	return fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden)
}

// openOther makes a personal campaign or an auction house at random.
func (w *world) openOther(t *rapid.T) {
	if len(w.facts) > 16 {
		t.Skip("enough of them")
	}
	w.clock.Advance(1000)
	above := w.pick(t, func(f *fact) bool { return f.kind != personal && f.kind != house })
	if err := w.establish(one(t, "kind", []string{personal, house}), above); err != nil && !ordinary(err) {
		t.Fatalf("below %#v: %v", above, err)
	}
}

// publishOther changes the status of a personal campaign or an auction house.
func (w *world) publishOther(t *rapid.T) {
	f := w.pick(t, func(f *fact) bool { return (f.kind == personal || f.kind == house) && f.status != fund.Retired })
	to := one(t, "status", []fund.Status{fund.Published, fund.Published, fund.Published, fund.Unpublished, fund.Unpublished, fund.Retired})
	key, p := app.FactKey{Key: fund.Key{ID: f.id}}, fund.CampaignPatch{Status: fund.Some(to)}
	var err error
	if f.kind == personal {
		_, err = w.UpdatePersonalCampaign(ctx, w.actor(), key, fund.PersonalCampaignPatch{CampaignPatch: p})
	} else {
		_, err = w.UpdateAuctionHouse(ctx, w.actor(), key, fund.AuctionHousePatch{CampaignPatch: p})
	}
	switch {
	case err == nil:
		f.status = to
	case !ordinary(err):
		t.Fatal(err)
	}
}

// bids are amounts for an item, hostile ones too.
var bids = []string{"5", "10", "12.34", "1000000", "10000000000", "10000000000.01", "0", "-5", "0.001", "NaN", "", "9007199254740993", "1e3"}

// bid offers an amount for an item.
func (w *world) bid(t *rapid.T) {
	i := one(t, "item", w.items)
	amount := one(t, "amount", bids)
	before := i.highest()
	if before == nil && rapid.Bool().Draw(t, "first") {
		amount = bids[0]
	}
	if before != nil && rapid.Bool().Draw(t, "more") {
		amount = decimal(before.amount+one(t, "by", []int64{-1, 0, 1, 100}), i.in.currency)
	}
	made, err := w.PlaceBid(ctx, w.actor(), i.key(), fund.BidInput{Amount: amount, PublicName: "Ann"})
	if err != nil {
		if !ordinary(err) {
			t.Fatalf("a bid of %q: %v", amount, err)
		}
		return
	}
	switch {
	case !i.in.open():
		t.Fatalf("a bid for an item of a house that is not open: %q", amount)
	case made.Amount < startingBid || before != nil && made.Amount <= before.amount || made.Amount != w.minor(amount, i.in.currency):
		t.Fatalf("a bid of %q: got %d after %v", amount, made.Amount, before)
	}
	i.bids = append(i.bids, &bid{id: made.ID, amount: made.Amount})
}

func (i *item) key() app.AuctionItemKey {
	return app.AuctionItemKey{House: app.FactKey{Key: fund.Key{ID: i.in.id}}, Item: fund.Key{ID: i.id}}
}

// withdraw removes a bid, which may have been removed before.
func (w *world) withdraw(t *rapid.T) {
	var some []*item
	for _, i := range w.items {
		if len(i.bids) > 0 {
			some = append(some, i)
		}
	}
	if len(some) == 0 {
		t.Skip("there are no bids")
	}
	i := one(t, "item", some)
	b := one(t, "bid", i.bids)
	if wins := i.highest(); wins != nil && rapid.Bool().Draw(t, "winning") {
		b = wins
	}
	_, err := w.RemoveBid(ctx, w.actor(), i.key(), fund.Key{ID: b.id})
	switch {
	case err == nil:
		b.removed = true
	case !ordinary(err):
		t.Fatal(err)
	}
}

// checkHouse has what the winning bids for the items of a house come to, beside what was donated.
func (w *world) checkHouse(f *fact) {
	var want int64
	for _, i := range w.items {
		if wins := i.highest(); wins != nil && i.in == f {
			want += wins.amount
		}
	}
	got := read[struct {
		Pledged amount `json:"pledged_amount_raised"`
	}](w, "/api/public/auction_houses/"+f.ID)
	w.wants(f, got.Pledged.Value, want)
}
