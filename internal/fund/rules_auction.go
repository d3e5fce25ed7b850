package fund

import (
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// ApplyOwn changes the fields that only personal campaigns have.
func (p PersonalCampaignPatch) ApplyOwn(c *PersonalCampaign) fault.Fields {
	wrong := fault.Fields{}
	p.ForName.To(&c.ForName)
	checkText(&wrong, "for_name", &c.ForName, MaxName)
	return wrong
}

// ApplyOwn changes the fields that only auction houses have.
func (p AuctionHousePatch) ApplyOwn(h *AuctionHouse) fault.Fields {
	wrong := fault.Fields{}
	p.Banner.To(&h.Banner)
	checkAddress(&wrong, "banner", &h.Banner)
	return wrong
}

// Open reports whether the item takes bids at now.
func (i AuctionItem) Open(now time.Time) bool {
	return i.Status() == AuctionActive && within(now, i.StartsAt, i.EndsAt)
}

// Apply changes an item of an auction house. Amounts are in the item's currency, which must be set.
func (p AuctionItemPatch) Apply(i *AuctionItem, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	if i.Status() == AuctionCompleted {
		wrong.Add("status", "is completed: a completed item cannot be changed")
	}
	p.Name.To(&i.Name)
	p.ShortDescription.To(&i.ShortDescription)
	p.Description.To(&i.Description)
	p.Legal.To(&i.Legal)
	p.Rules.To(&i.Rules)
	p.StartsAt.To(&i.StartsAt)
	p.EndsAt.To(&i.EndsAt)
	CheckName(&wrong, "name", &i.Name)
	checkText(&wrong, "short_description", &i.ShortDescription, MaxComment)
	checkLong(&wrong, "description", i.Description, MaxDescription)
	checkLong(&wrong, "legal", i.Legal, MaxAbout)
	checkLong(&wrong, "rules", i.Rules, MaxAbout)
	p.images(i, &wrong)
	p.amounts(i, &wrong)
	if i.StartsAt.IsZero() {
		wrong.Add("starts_at", Blank)
	}
	if i.EndsAt.IsZero() {
		wrong.Add("ends_at", Blank)
	}
	CheckSpan(&wrong, i.StartsAt, i.EndsAt)
	if p.Status.Set {
		p.status(i, now, &wrong)
	}
	i.UpdatedAt = now
	return wrong
}

func (p AuctionItemPatch) images(i *AuctionItem, wrong *fault.Fields) {
	if !p.Images.Set {
		return
	}
	i.Images = slices.Clone(p.Images.Value)
	if len(i.Images) > MaxImages {
		wrong.Add("images", TooMany(MaxImages))
		return
	}
	for n := range i.Images {
		path := fmt.Sprintf("images.%d", n)
		checkAddress(wrong, path, &i.Images[n])
		if i.Images[n] == "" {
			wrong.Add(path, Blank)
		}
	}
}

func (p AuctionItemPatch) amounts(i *AuctionItem, wrong *fault.Fields) {
	if p.StartingBid.Set || i.StartingBid == 0 {
		i.StartingBid = ParseAmount(wrong, "starting_bid", p.StartingBid.Value, i.Currency)
	}
	switch {
	case !p.FairMarketValue.Set:
	case p.FairMarketValue.Value == "":
		i.FairMarketValue = nil
	default:
		value := parseAmount(wrong, "fair_market_value", p.FairMarketValue.Value, i.Currency)
		i.FairMarketValue = &value
	}
}

func (p AuctionItemPatch) status(i *AuctionItem, now time.Time, wrong *fault.Fields) {
	CheckOneOf(wrong, "status", p.Status.Value, []AuctionStatus{AuctionInactive, AuctionActive, AuctionCompleted})
	switch before := i.Status(); {
	case before == p.Status.Value || before == AuctionCompleted:
	case p.Status.Value == AuctionActive:
		i.ActivatedAt = now
	case p.Status.Value == AuctionInactive:
		i.ActivatedAt = time.Time{}
	case p.Status.Value == AuctionCompleted && before == AuctionInactive:
		wrong.Add("status", "cannot be completed before it was active")
	case p.Status.Value == AuctionCompleted:
		i.CompletedAt = now
	}
}

// Apply returns the bid for an item whose highest bid so far is winning (nil for none). A bid without a name is anonymous.
func (in BidInput) Apply(b *AuctionBid, item AuctionItem, winning *AuctionBid) fault.Fields {
	wrong := begin(in.Invalid)
	b.HouseID, b.ItemID, b.Currency, b.PublicName = item.HouseID, item.ID, item.Currency, in.PublicName
	checkText(&wrong, "public_name", &b.PublicName, MaxDonorName)
	if b.PublicName == "" {
		b.PublicName = Anonymous
	}
	b.Amount = parseAmount(&wrong, "amount", in.Amount, item.Currency)
	switch {
	case wrong.Has("amount"):
	case winning == nil && b.Amount < item.StartingBid:
		wrong.Add("amount", "must be at least the starting bid")
	case winning != nil && b.Amount <= winning.Amount:
		wrong.Add("amount", "must be more than the highest bid")
	}
	b.Winning = true
	return wrong
}
