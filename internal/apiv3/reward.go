package apiv3

import (
	"encoding/json"

	"github.com/almoner/almoner/internal/fund"
)

// reward writes its booleans about shipping and questions as texts, as real answers do.
type reward struct {
	ID                      int64        `json:"id"`
	Type                    string       `json:"type"`
	Name                    string       `json:"name"`
	Description             string       `json:"description"`
	Amount                  json.Number  `json:"amount"`
	Kind                    string       `json:"kind"`
	Quantity                *int64       `json:"quantity"`
	Remaining               *int64       `json:"remaining"`
	FairMarketValue         *json.Number `json:"fairMarketValue"`
	Currency                string       `json:"currency"`
	ShippingAddressRequired string       `json:"shippingAddressRequired"`
	ShippingNote            *string      `json:"shippingNote"`
	Image                   image        `json:"image"`
	Active                  bool         `json:"active"`
	AlwaysActive            bool         `json:"alwaysActive"`
	StartsAt                int64        `json:"startsAt"`
	EndsAt                  int64        `json:"endsAt"`
	CampaignID              int64        `json:"campaignId"`
	Custom                  rewardCustom `json:"custom"`
	ActivatedAt             *int64       `json:"activatedAt"`
	DeactivatedAt           *int64       `json:"deactivatedAt"`
	RetiredAt               *int64       `json:"retiredAt"`
	CreatedAt               int64        `json:"createdAt"`
	UpdatedAt               int64        `json:"updatedAt"`
}

type rewardCustom struct {
	CustomQuestion  rewardSwitch `json:"custom_question"`
	ShippingAddress rewardSwitch `json:"shipping_address"`
}

type rewardSwitch struct {
	Enabled string `json:"enabled"`
}

// upcomingReward is the reward of the announced endpoints, of which no real answer is known:
// there the boolean is one and a time that is not set is null.
type upcomingReward struct {
	reward
	Image                   image  `json:"image"`
	ShippingAddressRequired bool   `json:"shippingAddressRequired"`
	StartsAt                *int64 `json:"startsAt"`
	EndsAt                  *int64 `json:"endsAt"`
}

func (v *version) toReward(r fund.Reward) reward {
	made := reward{
		ID: r.LegacyID, Type: "Reward", Name: r.Name, Description: r.Description,
		Amount: decimal(r.Amount, r.Currency), Currency: r.Currency, Kind: string(r.Kind),
		Quantity: r.Quantity, Remaining: r.Remaining(), Image: v.image(r.Image, defaultReward, sizeReward),
		ShippingAddressRequired: word(r.ShippingAddressRequired), ShippingNote: textOrNull(r.ShippingNote),
		Active: r.Active(v.now()), AlwaysActive: r.AlwaysActive,
		StartsAt: millis(r.StartsAt), EndsAt: millis(r.EndsAt), CampaignID: r.FactLegacyID,
		Custom: rewardCustom{
			CustomQuestion:  rewardSwitch{word(r.CustomQuestion != "")},
			ShippingAddress: rewardSwitch{word(r.ShippingAddressRequired)},
		},
		ActivatedAt: millisOrNull(r.ActivatedAt), DeactivatedAt: millisOrNull(r.DeactivatedAt),
		RetiredAt: millisOrNull(r.RetiredAt), CreatedAt: millis(r.CreatedAt), UpdatedAt: millis(r.UpdatedAt),
	}
	made.Image.Alt = r.Name // the only picture whose alt is not empty in real answers
	if r.FairMarketValue != nil {
		value := decimal(*r.FairMarketValue, r.Currency)
		made.FairMarketValue = &value
	}
	return made
}

func (v *version) toUpcomingReward(r fund.Reward) upcomingReward {
	made := upcomingReward{
		reward: v.toReward(r), Image: v.image(r.Image, defaultReward, sizeUpcomingReward),
		ShippingAddressRequired: r.ShippingAddressRequired,
		StartsAt:                millisOrNull(r.StartsAt), EndsAt: millisOrNull(r.EndsAt),
	}
	made.Image.Alt = r.Name
	return made
}
