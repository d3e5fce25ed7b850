package apiv5

import (
	"cmp"

	"github.com/almoner/almoner/internal/fund"
)

// auctionHouse is a place where things are auctioned. What was pledged are winning bids that are
// not paid yet: they are not in what was raised. Nothing supports a house, so that its total is the same.
type auctionHouse struct {
	ID                       string  `json:"id" format:"uuid"`
	Name                     string  `json:"name"`
	Slug                     string  `json:"slug"`
	Status                   string  `json:"status" enum:"unpublished,published,retired"`
	Description              string  `json:"description"`
	URL                      string  `json:"url"`
	Avatar                   image   `json:"avatar"`
	Banner                   image   `json:"banner"`
	AmountRaised             amount  `json:"amount_raised"`
	TotalAmountRaised        amount  `json:"total_amount_raised"`
	PledgedAmountRaised      amount  `json:"pledged_amount_raised"`
	PledgedTotalAmountRaised amount  `json:"pledged_total_amount_raised"`
	CauseID                  string  `json:"cause_id" format:"uuid"`
	FundraisingEventID       *string `json:"fundraising_event_id" format:"uuid"`
	CampaignID               *string `json:"campaign_id" format:"uuid"`
	TeamEventID              *string `json:"team_event_id" format:"uuid"`
	UserID                   *string `json:"user_id" format:"uuid"`
	PublishedAt              *string `json:"published_at" format:"date-time"`
	RetiredAt                *string `json:"retired_at" format:"date-time"`
	InsertedAt               string  `json:"inserted_at" format:"date-time"`
	UpdatedAt                string  `json:"updated_at" format:"date-time"`
}

type auctionItem struct {
	ID               string  `json:"id" format:"uuid"`
	Name             string  `json:"name"`
	Status           string  `json:"status" enum:"active,completed,inactive"`
	Description      string  `json:"description"`
	ShortDescription *string `json:"short_description"`
	Legal            *string `json:"legal"`
	Rules            *string `json:"rules"`
	Images           []image `json:"images"`
	StartingBid      amount  `json:"starting_bid"`
	FairMarketValue  *amount `json:"fair_market_value"`
	StartsAt         string  `json:"starts_at" format:"date-time"`
	EndsAt           string  `json:"ends_at" format:"date-time"`
	ActivatedAt      *string `json:"activated_at" format:"date-time"`
	CompletedAt      *string `json:"completed_at" format:"date-time"`
	InsertedAt       string  `json:"inserted_at" format:"date-time"`
}

type auctionBid struct {
	ID             string  `json:"id" format:"uuid"`
	AuctionHouseID string  `json:"auction_house_id" format:"uuid"`
	AuctionItemID  string  `json:"auction_item_id" format:"uuid"`
	Amount         amount  `json:"amount"`
	PublicName     string  `json:"public_name"`
	CurrentWinner  bool    `json:"current_winner"`
	RemovedAt      *string `json:"removed_at" format:"date-time"`
	InsertedAt     string  `json:"inserted_at" format:"date-time"`
	UpdatedAt      string  `json:"updated_at" format:"date-time"`
}

func (v *version) toAuctionHouse(h fund.AuctionHouse) auctionHouse {
	f := h.Fact
	return auctionHouse{
		ID: f.ID.String(), Name: f.Name, Slug: f.Slug, Status: string(f.Status), Description: f.Description,
		URL: v.baseURL + factPath(f), Avatar: v.factAvatar(f), Banner: v.image(cmp.Or(h.Banner, h.Cover), defaultBanner, sizeBanner),
		AmountRaised: fixed(f.Raised, f.Currency), TotalAmountRaised: fixed(f.Total(), f.Currency),
		PledgedAmountRaised: fixed(h.Pledged, f.Currency), PledgedTotalAmountRaised: fixed(h.Pledged, f.Currency),
		CauseID: f.Cause.ID.String(), FundraisingEventID: refID(f.Event),
		CampaignID: parentID(f, fund.KindCampaign), TeamEventID: parentID(f, fund.KindTeamCampaign),
		UserID: ownerID(f.User), PublishedAt: secondsOrNull(f.PublishedAt), RetiredAt: secondsOrNull(f.RetiredAt),
		InsertedAt: seconds(f.CreatedAt), UpdatedAt: seconds(f.UpdatedAt),
	}
}

func (v *version) toAuctionItem(i fund.AuctionItem) auctionItem {
	made := auctionItem{
		ID: i.ID.String(), Name: i.Name, Status: string(i.Status()), Description: i.Description,
		ShortDescription: textOrNull(i.ShortDescription), Legal: textOrNull(i.Legal), Rules: textOrNull(i.Rules),
		Images:      list(i.Images, func(address string) image { return v.image(address, "", sizeAuction) }),
		StartingBid: short(i.StartingBid, i.Currency), StartsAt: seconds(i.StartsAt), EndsAt: seconds(i.EndsAt),
		ActivatedAt: secondsOrNull(i.ActivatedAt), CompletedAt: secondsOrNull(i.CompletedAt),
		InsertedAt: seconds(i.CreatedAt),
	}
	if i.FairMarketValue != nil {
		value := short(*i.FairMarketValue, i.Currency)
		made.FairMarketValue = &value
	}
	return made
}

func toAuctionBid(b fund.AuctionBid) auctionBid {
	return auctionBid{
		ID: b.ID.String(), AuctionHouseID: b.HouseID.String(), AuctionItemID: b.ItemID.String(),
		Amount: fixed(b.Amount, b.Currency), PublicName: b.PublicName, CurrentWinner: b.Winning,
		RemovedAt: secondsOrNull(b.RemovedAt), InsertedAt: seconds(b.CreatedAt), UpdatedAt: seconds(b.UpdatedAt),
	}
}
