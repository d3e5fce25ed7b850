package apiv3

import "encoding/json"

// The inputs below describe for the OpenAPI document what a body may hold: the main key of
// each field, all optional. Bodies are read by the tables of the models; a test compares.

type campaignInput struct {
	Name                 *string      `json:"name,omitempty"`
	Slug                 *string      `json:"slug,omitempty"`
	Description          *string      `json:"description,omitempty"`
	Avatar               *string      `json:"avatar,omitempty"`
	FundraiserGoalAmount *json.Number `json:"fundraiserGoalAmount,omitempty"`
	CauseCurrency        *string      `json:"causeCurrency,omitempty"`
	StartsAt             *int64       `json:"startsAt,omitempty"`
	EndsAt               *int64       `json:"endsAt,omitempty"`
	Status               *string      `json:"status,omitempty"`
	Supportable          *bool        `json:"supportable,omitempty"`
	Livestream           *livestream  `json:"livestream,omitempty"`
	CauseID              *int64       `json:"causeId,omitempty"`
	FundraisingEventID   *int64       `json:"fundraisingEventId,omitempty"`
	SupportingCampaignID *int64       `json:"supportingCampaignId,omitempty"`
	TeamID               *int64       `json:"teamId,omitempty"`
}

type challengeInput struct {
	Name        *string      `json:"name,omitempty"`
	Amount      *json.Number `json:"amount,omitempty"`
	Active      *bool        `json:"active,omitempty"`
	ActivatesOn *int64       `json:"activatesOn,omitempty"`
	EndsAt      *int64       `json:"endsAt,omitempty"`
}

type pollInput struct {
	Name    *string           `json:"name,omitempty"`
	Active  *bool             `json:"active,omitempty"`
	EndsAt  *int64            `json:"endsAt,omitempty"`
	Options []pollOptionInput `json:"options,omitempty"`
}

// pollOptionInput changes the option with the id; without one it adds an option.
type pollOptionInput struct {
	ID   *int64  `json:"id,omitempty"`
	Name *string `json:"name,omitempty"`
}

type rewardInput struct {
	Name                    *string       `json:"name,omitempty"`
	Description             *string       `json:"description,omitempty"`
	Image                   *string       `json:"image,omitempty"`
	Amount                  *json.Number  `json:"amount,omitempty"`
	Currency                *string       `json:"currency,omitempty"`
	Kind                    *string       `json:"kind,omitempty"`
	Quantity                *int64        `json:"quantity,omitempty"`
	FairMarketValue         *json.Number  `json:"fairMarketValue,omitempty"`
	ShippingAddressRequired *bool         `json:"shippingAddressRequired,omitempty"`
	ShippingNote            *string       `json:"shippingNote,omitempty"`
	CustomQuestion          *string       `json:"customQuestion,omitempty"`
	Custom                  *rewardCustom `json:"custom,omitempty"`
	Active                  *bool         `json:"active,omitempty"`
	AlwaysActive            *bool         `json:"alwaysActive,omitempty"`
	StartsAt                *int64        `json:"startsAt,omitempty"`
	EndsAt                  *int64        `json:"endsAt,omitempty"`
}

type milestoneInput struct {
	Name   *string      `json:"name,omitempty"`
	Amount *json.Number `json:"amount,omitempty"`
	Active *bool        `json:"active,omitempty"`
}

type scheduleInput struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`
	StartsAt    *int64  `json:"startsAt,omitempty"`
	EndsAt      *int64  `json:"endsAt,omitempty"`
}

type teamInput struct {
	Name       *string `json:"name,omitempty"`
	Slug       *string `json:"slug,omitempty"`
	About      *string `json:"about,omitempty"`
	Avatar     *string `json:"avatar,omitempty"`
	InviteOnly *bool   `json:"inviteOnly,omitempty"`
	Social     *social `json:"social,omitempty"`
}

type userInput struct {
	Username   *string `json:"username,omitempty"`
	Slug       *string `json:"slug,omitempty"`
	Email      *string `json:"email,omitempty"`
	FirstName  *string `json:"firstName,omitempty"`
	LastName   *string `json:"lastName,omitempty"`
	About      *string `json:"about,omitempty"`
	Avatar     *string `json:"avatar,omitempty"`
	Newsletter *bool   `json:"newsletter,omitempty"`
	Social     *social `json:"social,omitempty"`
}

type registrationInput struct {
	Email        *string              `json:"email,omitempty"`
	Subscribed   *bool                `json:"subscribed,omitempty"`
	Address      *registrationAddress `json:"address,omitempty"`
	ShirtSize    *string              `json:"shirtSize,omitempty"`
	ServiceHours *bool                `json:"serviceHours,omitempty"`
	PhoneNumber  *string              `json:"phoneNumber,omitempty"`
	DateOfBirth  *string              `json:"dateOfBirth,omitempty"`
}
