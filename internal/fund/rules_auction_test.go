package fund_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func auctionItem() fund.AuctionItem {
	return fund.AuctionItem{Currency: "USD", Name: "Lamp", StartingBid: 500, StartsAt: noon, EndsAt: noon.Add(time.Hour)}
}

func TestAuctionItemPatch(t *testing.T) {
	t.Parallel()
	some := fund.Some[string]
	images := func(n int) fund.Opt[[]string] { return fund.Some(strings.Split(strings.Repeat("/a,", n-1)+"/a", ",")) }
	done := auctionItem()
	done.ActivatedAt, done.CompletedAt = noon, noon
	for _, c := range []struct {
		name  string
		item  fund.AuctionItem
		patch fund.AuctionItemPatch
		want  []string
	}{
		{"nothing", auctionItem(), fund.AuctionItemPatch{}, nil},
		{
			"new without anything", fund.AuctionItem{Currency: "USD"}, fund.AuctionItemPatch{},
			[]string{"name cannot be blank", "starting_bid cannot be blank", "starts_at cannot be blank", "ends_at cannot be blank"},
		},
		{"completed", done, fund.AuctionItemPatch{}, []string{"status is completed: a completed item cannot be changed"}},
		{"the longest short description", auctionItem(), fund.AuctionItemPatch{ShortDescription: some(strings.Repeat("é", fund.MaxComment))}, nil},
		{"too long texts", auctionItem(), fund.AuctionItemPatch{
			ShortDescription: some(strings.Repeat("é", fund.MaxComment+1)), Description: some(strings.Repeat("a", fund.MaxDescription+1)),
			Legal: some(strings.Repeat("a", fund.MaxAbout+1)), Rules: some(strings.Repeat("a", fund.MaxAbout+1)),
		}, []string{
			"short_description is too long (1000 characters at most)", "description is too long (65536 bytes at most)",
			"legal is too long (10000 bytes at most)", "rules is too long (10000 bytes at most)",
		}},
		{"most images", auctionItem(), fund.AuctionItemPatch{Images: images(fund.MaxImages)}, nil},
		{"too many images", auctionItem(), fund.AuctionItemPatch{Images: images(fund.MaxImages + 1)}, []string{"images are too many (20 at most)"}},
		{"bad images", auctionItem(), fund.AuctionItemPatch{Images: fund.Some([]string{"/a", "", "x:y"})}, []string{"images.1 cannot be blank", "images.2 is not an address (https://…)"}},
		{"a bid of nothing", auctionItem(), fund.AuctionItemPatch{StartingBid: some("0")}, []string{"starting_bid must be more than zero"}},
		{"a value that is not a number", auctionItem(), fund.AuctionItemPatch{FairMarketValue: some("x")}, []string{"fair_market_value is not a number"}},
		{"no value", auctionItem(), fund.AuctionItemPatch{FairMarketValue: some("")}, nil},
		{"ends at its start", auctionItem(), fund.AuctionItemPatch{EndsAt: fund.Some(noon)}, []string{"ends_at must be after starts_at"}},
		{"an unknown status", auctionItem(), fund.AuctionItemPatch{Status: fund.Some(fund.AuctionStatus("gone"))}, []string{"status is not one of the allowed values"}},
		{"no status", auctionItem(), fund.AuctionItemPatch{Status: fund.Some(fund.AuctionStatus(""))}, []string{"status cannot be blank"}},
		{"completed too early", auctionItem(), fund.AuctionItemPatch{Status: fund.Some(fund.AuctionCompleted)}, []string{"status cannot be completed before it was active"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wants(t, c.patch.Apply(&c.item, noon), c.want...)
		})
	}
}

func TestAuctionItemPatchChangesTheItem(t *testing.T) {
	t.Parallel()
	some, status := fund.Some[string], fund.Some[fund.AuctionStatus]
	i := auctionItem()
	wants(t, fund.AuctionItemPatch{StartingBid: some("7"), FairMarketValue: some("9.5"), Images: fund.Some([]string{" /a "})}.Apply(&i, noon))
	if i.StartingBid != 700 || i.FairMarketValue == nil || *i.FairMarketValue != 950 || i.Images[0] != "/a" || !i.UpdatedAt.Equal(noon) {
		t.Errorf("got %+v", i)
	}
	wants(t, fund.AuctionItemPatch{FairMarketValue: some("")}.Apply(&i, noon))
	if i.FairMarketValue != nil || i.StartingBid != 700 || len(i.Images) != 1 {
		t.Errorf("got %+v, want the value cleared and the rest unchanged", i)
	}
	wants(t, fund.AuctionItemPatch{FairMarketValue: some("0")}.Apply(&i, noon))
	if i.FairMarketValue == nil || *i.FairMarketValue != 0 {
		t.Errorf("got %v, want a value of zero kept apart from an unknown one", i.FairMarketValue)
	}
	for n, step := range []struct {
		to                fund.AuctionStatus
		active, completed bool
	}{
		{fund.AuctionInactive, false, false},
		{fund.AuctionActive, true, false},
		{fund.AuctionInactive, false, false},
		{fund.AuctionActive, true, false},
		{fund.AuctionActive, true, false},
		{fund.AuctionCompleted, true, true},
	} {
		before := i
		wants(t, fund.AuctionItemPatch{Status: status(step.to)}.Apply(&i, noon.Add(time.Duration(n))))
		if i.Status() != step.to || !i.ActivatedAt.IsZero() != step.active || !i.CompletedAt.IsZero() != step.completed {
			t.Errorf("step %d: got %s, active at %v, completed at %v, want %+v", n, i.Status(), i.ActivatedAt, i.CompletedAt, step)
		}
		if before.Status() == step.to && !i.ActivatedAt.Equal(before.ActivatedAt) {
			t.Errorf("step %d: got active at %v, want %v kept", n, i.ActivatedAt, before.ActivatedAt)
		}
	}
	completed := i.CompletedAt
	wants(t, fund.AuctionItemPatch{Status: status(fund.AuctionInactive)}.Apply(&i, noon), "status is completed: a completed item cannot be changed")
	if !i.CompletedAt.Equal(completed) || i.ActivatedAt.IsZero() {
		t.Errorf("got %+v, want a completed item left completed", i)
	}
}

func TestBids(t *testing.T) {
	t.Parallel()
	item := auctionItem()
	item.ID, item.HouseID = fund.ID{1}, fund.ID{2}
	highest := &fund.AuctionBid{Amount: 700}
	for _, c := range []struct {
		amount  string
		winning *fund.AuctionBid
		want    []string
	}{
		{"4.99", nil, []string{"amount must be at least the starting bid"}}, {"5", nil, nil}, {"5.01", nil, nil},
		{"6.99", highest, []string{"amount must be more than the highest bid"}}, {"7", highest, []string{"amount must be more than the highest bid"}},
		{"7.01", highest, nil}, {"x", highest, []string{"amount is not a number"}}, {"", nil, []string{"amount cannot be blank"}},
	} {
		var b fund.AuctionBid
		wants(t, fund.BidInput{Amount: c.amount}.Apply(&b, item, c.winning), c.want...)
		if b.PublicName != "Anonymous" || !b.Winning || b.ItemID != item.ID || b.HouseID != item.HouseID || b.Currency != "USD" {
			t.Errorf("%s: got %+v", c.amount, b)
		}
	}
	var b fund.AuctionBid
	wants(t, fund.BidInput{Amount: "5", PublicName: " Ada "}.Apply(&b, item, nil))
	if b.PublicName != "Ada" || b.Amount != 500 {
		t.Errorf("got %+v", b)
	}
	wants(t, fund.BidInput{Amount: "5", PublicName: strings.Repeat("é", fund.MaxDonorName+1)}.Apply(&b, item, nil), "public_name is too long (100 characters at most)")
	wants(t, fund.BidInput{Amount: "5", Invalid: fault.Fields{{Path: "amount", Text: "is not a text"}}}.Apply(&b, item, highest), "amount is not a text")
}

func TestWhatOnlyPersonalCampaignsAndAuctionHousesHave(t *testing.T) {
	t.Parallel()
	var c fund.PersonalCampaign
	wants(t, fund.PersonalCampaignPatch{ForName: fund.Some(" Bo ")}.ApplyOwn(&c))
	if c.ForName != "Bo" {
		t.Errorf("got %q, want Bo", c.ForName)
	}
	wants(t, fund.PersonalCampaignPatch{ForName: fund.Some("\x00")}.ApplyOwn(&c), "for_name has characters that cannot be shown")
	var h fund.AuctionHouse
	wants(t, fund.AuctionHousePatch{Banner: fund.Some("/b.png")}.ApplyOwn(&h))
	if h.Banner != "/b.png" {
		t.Errorf("got %q, want /b.png", h.Banner)
	}
	wants(t, fund.AuctionHousePatch{Banner: fund.Some("b")}.ApplyOwn(&h), "banner is not an address (https://…)")
}
