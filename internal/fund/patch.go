package fund

import (
	"time"

	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/fault"
)

// The patches below are partial changes as submitted; applied to an empty object, a patch creates a new one. Amounts are decimal texts in
// major units, because their meaning depends on the fact's currency. Invalid holds fields that the wire could not read at all (a string in
// place of a number); they are reported together with what the rules find.

// CampaignPatch creates or changes a campaign or team campaign.
type CampaignPatch struct {
	Name, Slug, Description, Avatar Opt[string]
	Goal                            Opt[string]
	// Color is the accent of the pages, "#rrggbb"; "" is that of the event or cause.
	Color Opt[string]
	// Currency changes nothing; if sent, it must be the cause's.
	Currency         Opt[string]
	StartsAt, EndsAt Opt[time.Time]
	Status           Opt[Status]
	Supportable      Opt[Supportable]
	Livestream       Opt[*Livestream]
	// Cause is fixed when the campaign is created. Event and Parent are what it takes part in and supports; the zero key for none. Team is
	// the team that a member's campaign is for.
	Cause, Event, Parent, Team Opt[Key]
	// Language is that of the name; language.Und for an unknown one. A slug is made from the name as the language writes it.
	Language language.Tag
	Invalid  fault.Fields
}

// PollPatch creates or changes a poll. Options are merged: one with an id changes that option, one without adds a new one; all others stay.
type PollPatch struct {
	Name    Opt[string]
	Enabled Opt[bool]
	EndsAt  Opt[time.Time]
	Options []PollOptionPatch
	Invalid fault.Fields
}

// PollOptionPatch adds or changes one option of a poll.
type PollOptionPatch struct {
	// ID or LegacyID is the option to change; without both it is a new one.
	ID       ID
	LegacyID int64
	Name     Opt[string]
}

// TargetPatch creates or changes a target.
type TargetPatch struct {
	Name   Opt[string]
	Amount Opt[string]
	// Currency changes nothing; if sent, it must be the cause's.
	Currency            Opt[string]
	Enabled             Opt[bool]
	ActivatesAt, EndsAt Opt[time.Time]
	Invalid             fault.Fields
}

// RewardPatch creates or changes a reward.
type RewardPatch struct {
	Name, Description, Image Opt[string]
	Amount                   Opt[string]
	// Currency changes nothing; if sent, it must be the cause's.
	Currency Opt[string]
	Kind     Opt[RewardKind]
	Quantity Opt[*int64]
	// FairMarketValue "" clears it.
	FairMarketValue         Opt[string]
	ShippingAddressRequired Opt[bool]
	ShippingNote            Opt[string]
	CustomQuestion          Opt[string]
	// Asks clears the question if false and requires one if true.
	Asks                  Opt[bool]
	Enabled, AlwaysActive Opt[bool]
	StartsAt, EndsAt      Opt[time.Time]
	Invalid               fault.Fields
}

// SchedulePatch creates or changes a schedule item.
type SchedulePatch struct {
	Name, Description Opt[string]
	StartsAt, EndsAt  Opt[time.Time]
	Invalid           fault.Fields
}

// MilestonePatch creates or changes a milestone.
type MilestonePatch struct {
	Name   Opt[string]
	Amount Opt[string]
	// Currency changes nothing; if sent, it must be the cause's.
	Currency Opt[string]
	Enabled  Opt[bool]
	Invalid  fault.Fields
}

// TeamPatch creates or changes a team.
type TeamPatch struct {
	Name, Slug, About, Avatar Opt[string]
	InviteOnly                Opt[bool]
	Social                    SocialPatch
	// Language is that of CampaignPatch.
	Language language.Tag
	Invalid  fault.Fields
}

// UserPatch changes the caller's own user.
type UserPatch struct {
	Username, Slug, Email, FirstName, LastName, About, Avatar Opt[string]
	Newsletter                                                Opt[*bool]
	Social                                                    SocialPatch
	Invalid                                                   fault.Fields
}

// SocialPatch maps the name of a service in lower case ("twitch") to its new handle.
type SocialPatch map[string]string

// RegistrationPatch creates or changes a registration.
type RegistrationPatch struct {
	Email        Opt[string]
	Subscribed   Opt[bool]
	Address      Opt[*Address]
	ShirtSize    Opt[string]
	ServiceHours Opt[*bool]
	PhoneNumber  Opt[string]
	DateOfBirth  Opt[string]
	Invalid      fault.Fields
}

// VisibilityOptionPatch changes one visibility option; unset fields stay.
type VisibilityOptionPatch struct {
	Visible Opt[bool]
	Type    Opt[string]
	URL     Opt[string]
	Heat    Opt[*bool]
}

// VisibilityPatch changes the options it names, by their name in snake_case.
type VisibilityPatch struct {
	Options map[string]VisibilityOptionPatch
	Invalid fault.Fields
}

// PermissionsPatch changes the switches it names, by their name in snake_case.
type PermissionsPatch struct {
	Switches map[string]bool
	Invalid  fault.Fields
}

// RegistrationFieldPatch changes one registration field; unset fields stay.
type RegistrationFieldPatch struct {
	Enabled, Required Opt[bool]
	Position          Opt[int]
}

// RegistrationFieldsPatch changes the fields it names, by their name in snake_case.
type RegistrationFieldsPatch struct {
	Fields  map[string]RegistrationFieldPatch
	Invalid fault.Fields
}
