package apiv3

import "encoding/json"

// The inputs below describe for the OpenAPI document what a body may hold: the main key of
// each field, all optional, with null:"true" where null clears it. Bodies are read by the tables of the models; a test compares.

type campaignInput struct {
	Name                 *string      `json:"name,omitempty"`
	Slug                 *string      `json:"slug,omitempty"`
	Description          *string      `json:"description,omitempty" null:"true"`
	Avatar               *string      `json:"avatar,omitempty" null:"true"`
	FundraiserGoalAmount *json.Number `json:"fundraiserGoalAmount,omitempty"`
	CauseCurrency        *string      `json:"causeCurrency,omitempty"`
	StartsAt             *int64       `json:"startsAt,omitempty" null:"true"`
	EndsAt               *int64       `json:"endsAt,omitempty" null:"true"`
	Status               *string      `json:"status,omitempty"`
	Supportable          *bool        `json:"supportable,omitempty"`
	Livestream           *livestream  `json:"livestream,omitempty" null:"true"`
	CauseID              *int64       `json:"causeId,omitempty"`
	FundraisingEventID   *int64       `json:"fundraisingEventId,omitempty" null:"true"`
	SupportingCampaignID *int64       `json:"supportingCampaignId,omitempty" null:"true"`
	TeamID               *int64       `json:"teamId,omitempty" null:"true"`
}

type challengeInput struct {
	Name        *string      `json:"name,omitempty"`
	Amount      *json.Number `json:"amount,omitempty"`
	Active      *bool        `json:"active,omitempty"`
	ActivatesOn *int64       `json:"activatesOn,omitempty" null:"true"`
	EndsAt      *int64       `json:"endsAt,omitempty" null:"true"`
}

type pollInput struct {
	Name    *string           `json:"name,omitempty"`
	Active  *bool             `json:"active,omitempty"`
	EndsAt  *int64            `json:"endsAt,omitempty" null:"true"`
	Options []pollOptionInput `json:"options,omitempty"`
}

// pollOptionInput changes the option with the id; without one it adds an option.
type pollOptionInput struct {
	ID   *int64  `json:"id,omitempty"`
	Name *string `json:"name,omitempty"`
}

type rewardInput struct {
	Name                    *string       `json:"name,omitempty"`
	Description             *string       `json:"description,omitempty" null:"true"`
	Image                   *string       `json:"image,omitempty" null:"true"`
	Amount                  *json.Number  `json:"amount,omitempty"`
	Currency                *string       `json:"currency,omitempty"`
	Kind                    *string       `json:"kind,omitempty"`
	Quantity                *int64        `json:"quantity,omitempty" null:"true"`
	FairMarketValue         *json.Number  `json:"fairMarketValue,omitempty" null:"true"`
	ShippingAddressRequired *bool         `json:"shippingAddressRequired,omitempty"`
	ShippingNote            *string       `json:"shippingNote,omitempty" null:"true"`
	CustomQuestion          *string       `json:"customQuestion,omitempty" null:"true"`
	Custom                  *rewardCustom `json:"custom,omitempty"`
	Active                  *bool         `json:"active,omitempty"`
	AlwaysActive            *bool         `json:"alwaysActive,omitempty"`
	StartsAt                *int64        `json:"startsAt,omitempty" null:"true"`
	EndsAt                  *int64        `json:"endsAt,omitempty" null:"true"`
}

type milestoneInput struct {
	Name   *string      `json:"name,omitempty"`
	Amount *json.Number `json:"amount,omitempty"`
	Active *bool        `json:"active,omitempty"`
}

type scheduleInput struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty" null:"true"`
	StartsAt    *int64  `json:"startsAt,omitempty"`
	EndsAt      *int64  `json:"endsAt,omitempty" null:"true"`
}

type teamInput struct {
	Name       *string `json:"name,omitempty"`
	Slug       *string `json:"slug,omitempty"`
	About      *string `json:"about,omitempty" null:"true"`
	Avatar     *string `json:"avatar,omitempty" null:"true"`
	InviteOnly *bool   `json:"inviteOnly,omitempty"`
	Social     *social `json:"social,omitempty"`
}

type userInput struct {
	Username   *string `json:"username,omitempty"`
	Slug       *string `json:"slug,omitempty"`
	Email      *string `json:"email,omitempty" doc:"Asks to sign in with another address, which is mailed a link: the change takes the link and the password. Until then nothing changes. The answer is the same whether or not the address has an account."`
	FirstName  *string `json:"firstName,omitempty" null:"true"`
	LastName   *string `json:"lastName,omitempty" null:"true"`
	About      *string `json:"about,omitempty" null:"true"`
	Avatar     *string `json:"avatar,omitempty" null:"true"`
	Newsletter *bool   `json:"newsletter,omitempty" null:"true"`
	Social     *social `json:"social,omitempty"`
}

type registrationInput struct {
	Email        *string              `json:"email,omitempty"`
	Subscribed   *bool                `json:"subscribed,omitempty"`
	Address      *registrationAddress `json:"address,omitempty" null:"true"`
	ShirtSize    *string              `json:"shirtSize,omitempty" null:"true"`
	ServiceHours *bool                `json:"serviceHours,omitempty" null:"true"`
	PhoneNumber  *string              `json:"phoneNumber,omitempty" null:"true"`
	DateOfBirth  *string              `json:"dateOfBirth,omitempty" null:"true"`
}
