package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// AuctionStatus is the state of an item in an auction.
type AuctionStatus string

// The states of auction items.
const (
	AuctionInactive  AuctionStatus = "inactive"
	AuctionActive    AuctionStatus = "active"
	AuctionCompleted AuctionStatus = "completed"
)

// AuctionItem is an item up for auction.
type AuctionItem struct {
	ID      ID
	HouseID ID
	// Currency is the house's; amounts are in its minor units.
	Currency                            string
	Name, ShortDescription, Description string
	Legal, Rules                        string
	Images                              []string
	FairMarketValue                     *int64
	StartingBid                         int64
	StartsAt, EndsAt                    time.Time
	ActivatedAt, CompletedAt            time.Time
	CreatedAt, UpdatedAt                time.Time
}

// Status is the item's state.
func (i AuctionItem) Status() AuctionStatus {
	switch {
	case !i.CompletedAt.IsZero():
		return AuctionCompleted
	case !i.ActivatedAt.IsZero():
		return AuctionActive
	default:
		return AuctionInactive
	}
}

// AuctionBid is an offer for an item.
type AuctionBid struct {
	ID, HouseID, ItemID ID
	// UserID is the bidder; the zero id if unknown.
	UserID   ID
	Amount   int64
	Currency string
	// PublicName is shown to everybody.
	PublicName string
	// Winning reports whether it is the highest bid that has not been removed.
	Winning              bool
	RemovedAt            time.Time
	CreatedAt, UpdatedAt time.Time
}

// AuctionItemPatch creates or changes an auction item.
type AuctionItemPatch struct {
	Name, ShortDescription, Description, Legal, Rules Opt[string]
	Images                                            Opt[[]string]
	// FairMarketValue "" clears it. Both are decimal texts in major units.
	FairMarketValue, StartingBid Opt[string]
	StartsAt, EndsAt             Opt[time.Time]
	Status                       Opt[AuctionStatus]
	Invalid                      fault.Fields
}

// BidInput is a bid as submitted.
type BidInput struct {
	// Amount is a decimal text in major units of the house's currency.
	Amount, PublicName string
	Invalid            fault.Fields
}
