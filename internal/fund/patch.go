package fund

import (
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// The patches below are partial changes as a caller submitted them; the same patch makes a
// new thing, applied to an empty one. Amounts are decimal texts in major units, because only
// the fact's currency says what they mean. Invalid are fields that the wire could not read at
// all (a text where a number is due): they are reported together with what the rules find.

// CampaignPatch changes or makes a campaign or team campaign.
type CampaignPatch struct {
	Name, Slug, Description, Avatar Opt[string]
	Goal                            Opt[string]
	// Currency changes nothing: when it is sent, it must be that of the cause.
	Currency         Opt[string]
	StartsAt, EndsAt Opt[time.Time]
	Status           Opt[Status]
	Supportable      Opt[Supportable]
	Livestream       Opt[*Livestream]
	// Cause is taken when the campaign is made and cannot change. Event and Parent are what
	// it takes part in and supports; the zero key for nothing. Team is the team that a
	// member's campaign is for.
	Cause, Event, Parent, Team Opt[Key]
	Invalid                    fault.Fields
}

// PollPatch changes or makes a poll. Options are merged: one with an id changes that option,
// one without makes a new one; options that are not named stay.
type PollPatch struct {
	Name    Opt[string]
	Enabled Opt[bool]
	EndsAt  Opt[time.Time]
	Options []PollOptionPatch
	Invalid fault.Fields
}

// PollOptionPatch changes or makes one option of a poll.
type PollOptionPatch struct {
	// ID or LegacyID is the option to change; without both it is a new one.
	ID       ID
	LegacyID int64
	Name     Opt[string]
}

// TargetPatch changes or makes a target.
type TargetPatch struct {
	Name   Opt[string]
	Amount Opt[string]
	// Currency changes nothing: when it is sent, it must be that of the cause.
	Currency            Opt[string]
	Enabled             Opt[bool]
	ActivatesAt, EndsAt Opt[time.Time]
	Invalid             fault.Fields
}

// RewardPatch changes or makes a reward.
type RewardPatch struct {
	Name, Description, Image Opt[string]
	Amount                   Opt[string]
	// Currency changes nothing: when it is sent, it must be that of the cause.
	Currency Opt[string]
	Kind     Opt[RewardKind]
	Quantity Opt[*int64]
	// FairMarketValue "" clears it.
	FairMarketValue         Opt[string]
	ShippingAddressRequired Opt[bool]
	ShippingNote            Opt[string]
	CustomQuestion          Opt[string]
	// Asks clears the question when it is false, and wants one when it is true.
	Asks                  Opt[bool]
	Enabled, AlwaysActive Opt[bool]
	StartsAt, EndsAt      Opt[time.Time]
	Invalid               fault.Fields
}

// SchedulePatch changes or makes a schedule item.
type SchedulePatch struct {
	Name, Description Opt[string]
	StartsAt, EndsAt  Opt[time.Time]
	Invalid           fault.Fields
}

// MilestonePatch changes or makes a milestone.
type MilestonePatch struct {
	Name   Opt[string]
	Amount Opt[string]
	// Currency changes nothing: when it is sent, it must be that of the cause.
	Currency Opt[string]
	Enabled  Opt[bool]
	Invalid  fault.Fields
}

// TeamPatch changes or makes a team.
type TeamPatch struct {
	Name, Slug, About, Avatar Opt[string]
	InviteOnly                Opt[bool]
	Social                    SocialPatch
	Invalid                   fault.Fields
}

// UserPatch changes the own user.
type UserPatch struct {
	Username, Slug, Email, FirstName, LastName, About, Avatar Opt[string]
	Newsletter                                                Opt[*bool]
	Social                                                    SocialPatch
	Invalid                                                   fault.Fields
}

// SocialPatch maps the name of a service in lower case ("twitch") to its new handle.
type SocialPatch map[string]string

// RegistrationPatch changes or makes a registration.
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

// VisibilityOptionPatch changes one visibility option; what is not set stays.
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

// RegistrationFieldPatch changes one registration field; what is not set stays.
type RegistrationFieldPatch struct {
	Enabled, Required Opt[bool]
	Position          Opt[int]
}

// RegistrationFieldsPatch changes the fields it names, by their name in snake_case.
type RegistrationFieldsPatch struct {
	Fields  map[string]RegistrationFieldPatch
	Invalid fault.Fields
}

// DonationInput is a donation as its donor or the sandbox submits it.
type DonationInput struct {
	Fact Key
	// FactOwner is set when Fact is a slug: the slug of its owner, "@user" or "+team".
	FactOwner string
	// Amount is a decimal text in major units of the fact's currency. Currency, when not "",
	// must be that currency.
	Amount, Currency     string
	Name, Comment, Email string
	Anonymous, Sustained bool
	PollOption, Target   *Key
	Claims               []ClaimInput
	// Reference is the provider's own id of the payment; the same reference is recorded once.
	Reference string
	// RelayClientKey is the client key of the relay key that brought the donor; "" for none.
	RelayClientKey string
	Invalid        fault.Fields
}

// ClaimInput asks for a reward.
type ClaimInput struct {
	Reward   Key
	Quantity int64
	// Answer is to the reward's question, Address where to send it; both only for donors who were asked.
	Answer  string
	Address Address
}

// CheckoutInput is what a donor asks for on a donate page.
type CheckoutInput struct {
	DonationInput
	// ID is the id that the donation will have, so that a form that is sent twice gives once; the zero id
	// for a new one.
	ID ID
	// CoverFee adds the provider's fee to what is paid.
	CoverFee bool
	// Session and Address tell one donor's browser and network from others.
	Session string
	Address netip.Addr
	// Captcha is what the form's captcha says of who sent it; "" for nothing.
	Captcha string
	// BackURL is where a donor who does not pay comes back to.
	BackURL string
}

// DonationSettingsPatch changes how a fact takes donations.
type DonationSettingsPatch struct {
	// Minimum, Maximum and Presets are decimal texts in major units of the fact's currency; "" and an empty
	// list take what is set above.
	Minimum, Maximum Opt[string]
	Presets          Opt[[]string]
	Screening        Opt[ScreeningMode]
	Words            Opt[[]string]
	// ReleaseAfter is in seconds; 0 for never.
	ReleaseAfter Opt[int64]
	Invalid      fault.Fields
}
