package fund

import (
	"strings"
	"time"
)

// Kind is the kind of a fact.
type Kind string

// The kinds of facts.
const (
	KindCause            Kind = "cause"
	KindFundraisingEvent Kind = "fundraising_event"
	KindTeamCampaign     Kind = "team_campaign"
	KindCampaign         Kind = "campaign"
	KindPersonalCampaign Kind = "personal_campaign"
	KindAuctionHouse     Kind = "auction_house"
)

// LegacySpace names the sequence that gives a kind its legacy ids. Campaigns and team
// campaigns share one, because V3 looks both up under /campaigns.
func (k Kind) LegacySpace() string {
	if k == KindTeamCampaign {
		return string(KindCampaign)
	}
	return string(k)
}

// CountsForUser reports whether donations to facts of the kind count for their user: a user is credited with their own campaigns, not with
// team campaigns they created.
func (k Kind) CountsForUser() bool { return k == KindCampaign || k == KindPersonalCampaign }

// Status is the publication state of a fact.
type Status string

// The states of a fact. Only its owner sees an unpublished fact; everybody sees a retired one, which takes no more donations and can no
// longer be changed.
const (
	Unpublished Status = "unpublished"
	Published   Status = "published"
	Retired     Status = "retired"
)

// Supportable says who may support a fact with a fact of their own.
type Supportable string

// The values of Supportable.
const (
	SupportNone       Supportable = "none"
	SupportPublic     Supportable = "public"
	SupportPrivate    Supportable = "private"
	SupportInviteOnly Supportable = "invite_only"
)

// Livestream is where a fact is streamed.
type Livestream struct {
	// Type is one of LivestreamTypes; Channel is the channel's name on that service.
	Type, Channel string
}

// LivestreamTypes are the known streaming services.
func LivestreamTypes() []string {
	return []string{"twitch", "youtube", "smashcast", "mixer", "mlg", "image"}
}

// Fact holds what all kinds of facts have in common. Campaigns and team campaigns have nothing else.
type Fact struct {
	ID       ID
	LegacyID int64
	Kind     Kind
	// Slug is lower case and unique among the facts of one owner (user, team, or cause).
	Slug string
	Name string
	// Description is Markdown as its owner typed it.
	Description string
	Status      Status
	// Currency is the ISO 4217 code of the cause; all amounts are in its minor units.
	Currency string
	// Goal is the current goal, OriginalGoal the first one.
	Goal, OriginalGoal int64
	// Raised is the sum of direct donations, Supported the total that its supporters raised.
	Raised, Supported int64
	// Cause is the cause that the money is for; of a cause, itself. Approval is the cause's, and
	// Suspended where an operator took the fact itself down.
	Cause    Ref
	Approval Approval
	// Suspension is why an operator suspended the fact itself, for those who look after it; "" while nobody did.
	Suspension string
	// Event is the fundraising event that the fact takes part in.
	Event *Ref
	// Parent is the fact that this one supports directly; ParentKind is its kind.
	Parent     *Ref
	ParentKind Kind
	// User is the owner of a campaign and the creator of a team campaign.
	User *Owner
	// Team is the owner of a team campaign, and the team that a member's campaign is for.
	Team *Owner
	// Avatar is the fact's own picture, AvatarFallback that of its event or cause; "" for none.
	Avatar, AvatarFallback string
	// Cover is the fact's own wide picture, CoverFallback that of its event or cause; "" for none.
	Cover, CoverFallback string
	// Color is the fact's own accent color, ColorFallback that of its event or cause: "#rrggbb" as somebody typed it; "" for none.
	Color, ColorFallback string
	// TimeZone is the IANA name of the zone that people read the times of the cause in; "" is UTC.
	TimeZone string
	// AllowedOrigins are the sites of the cause, as origins ("https://example.org"): they may show its embeds, and donors may return there.
	AllowedOrigins []string
	Supportable    Supportable
	Livestream     *Livestream
	// HasSchedule reports whether the fact has any schedule item.
	HasSchedule            bool
	StartsAt, EndsAt       time.Time
	PublishedAt, RetiredAt time.Time
	// LiveFrom is since when its streamer is live, as they said, and LiveUntil until when that counts; the zero time while they are not. See Live.
	LiveFrom, LiveUntil  time.Time
	CreatedAt, UpdatedAt time.Time
}

// Public reports whether everybody may see the fact: published or retired, and of an approved cause.
func (f Fact) Public() bool { return f.Status != Unpublished && f.Approval == Approved }

// TakesDonations reports whether the fact may take donations now.
func (f Fact) TakesDonations() bool { return f.Status == Published && f.Approval == Approved }

// Total is everything the fact raised: directly and through its supporters.
func (f Fact) Total() int64 { return f.Raised + f.Supported }

// OwnerID is the scope in which the fact's slug is unique: the team of a team campaign, the cause of an event, none for a cause, otherwise
// the user.
func (f Fact) OwnerID() ID {
	switch {
	case f.Kind == KindCause:
		return ID{}
	case f.Kind == KindFundraisingEvent:
		return f.Cause.ID
	case f.Kind == KindTeamCampaign && f.Team != nil:
		return f.Team.ID
	case f.User != nil:
		return f.User.ID
	default:
		return f.Cause.ID
	}
}

// QuotaOwner is whose quotas the fact counts against, of pictures and of live streams: its cause, its team or its user, by whom it belongs to.
func (f Fact) QuotaOwner() ID {
	if f.Kind == KindCause {
		return f.ID
	}
	return f.OwnerID()
}

// Cause is a charity.
type Cause struct {
	Fact
	LegalName, About, Video, Image, Logo, Banner string
	ContactEmail, PhoneNumber, PaypalEmail       string
	// GovernmentID is the charity's number with its tax office or register.
	GovernmentID string
	Social       Social
	Address      Address
	Settings     Settings
	Permissions  map[string]bool
	Visibility   Visibility
	PlanTier     int
	// ReceiptProfile is the profile of its receipts; "" is PlainReceipts.
	ReceiptProfile string
	// Proposed is what the cause would be by law if an operator approved it; nil if nothing was proposed.
	Proposed *LegalIdentity
	// ProposedAccount is the account at a payment provider that the cause would be paid to if an operator approved it; "" if nothing was proposed.
	ProposedAccount string
	// Connected names the services that the cause is connected to, such as "stripe" or "gift_aid".
	Connected []string
}

// Receiver is what donors see of the cause that gets their money, before they pay; each is "" where it is not known. ReceiptProfile is that of its
// receipts, as causes have it.
type Receiver struct{ LegalName, GovernmentID, Country, ContactEmail, ReceiptProfile string }

// Identity is who the cause is by law.
func (c Cause) Identity() LegalIdentity {
	return LegalIdentity{c.LegalName, c.GovernmentID, c.ReceiptProfile}
}

// Profile is the profile of the receipts that the cause gives.
func (c Cause) Profile() string { return c.Identity().Profile() }

// SetIdentity changes who the cause is by law.
func (c *Cause) SetIdentity(to LegalIdentity) {
	c.LegalName, c.GovernmentID, c.ReceiptProfile = to.LegalName, to.GovernmentID, to.ReceiptProfile
}

// FundraisingEvent is an occasion of a cause that campaigns take part in.
type FundraisingEvent struct {
	Fact
	ShortDescription, Message, ContactEmail string
	Video, Image, Logo, Banner              string
	Settings                                Settings
	RegistrationFields                      RegistrationFields
	Visibility                              Visibility
	// StartSupportingAt and EndSupportingAt bound when others may support the event; CanPublishSupportingAt is when they may begin to
	// publish supporting facts.
	StartSupportingAt, CanPublishSupportingAt, EndSupportingAt time.Time
}

// TakesSupport reports whether others may join the event at now.
func (e FundraisingEvent) TakesSupport(now time.Time) bool {
	return within(now, e.StartSupportingAt, e.EndSupportingAt)
}

// Settings hold the look and the texts of a cause's or event's pages.
type Settings struct {
	ColorBackground, ColorHighlight string
	HeaderIntro, HeaderTitle        string
	FindOutMoreLink                 string
	FooterCopyright                 string
	FooterCoppa, FooterPrivacy      string
	FooterTerms                     string
	// MinimumDonation is in minor units; 0 for none.
	MinimumDonation     int64
	AnalyticsTrackingID string
}

// Address is a postal address.
type Address struct {
	Line1, Line2, City, Region, PostalCode, Country string
}

// ShippingAddress is where a reward is sent.
type ShippingAddress struct {
	Recipient string
	Address
	// Phone and Email are for questions of those who send it; "" for none.
	Phone string
	Email string `json:",omitempty"`
}

// InUS reports whether the country, which is free text, is the United States.
func (a Address) InUS() bool {
	switch strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(a.Country), ".", "")) {
	case "US", "USA", "UNITED STATES", "UNITED STATES OF AMERICA":
		return true
	default:
		return false
	}
}

// Social are handles or addresses at other services, as typed by their owner.
type Social struct {
	Discord, Facebook, Instagram, Mixer, Snapchat, Tiktok, Twitch, Twitter, Website, Youtube string
}

// ScheduleItem is one entry of a fact's schedule.
type ScheduleItem struct {
	ID                ID
	LegacyID          int64
	FactID            ID
	FactLegacyID      int64
	Name, Description string
	StartsAt, EndsAt  time.Time
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// Incentive is a thank-you that a fundraising event offers to its fundraisers.
type Incentive struct {
	ID                 ID
	LegacyID           int64
	EventID            ID
	EventLegacyID      int64
	Title, Description string
	Image              string
	CreatedAt          time.Time
}

// PersonalCampaign is a campaign that a user runs for another person or for themselves.
type PersonalCampaign struct {
	Fact
	// ForName is the beneficiary; "" is the owner.
	ForName string
}

// AuctionHouse is a fact that auctions items.
type AuctionHouse struct {
	Fact
	Banner string
	// Pledged is the sum of the winning bids that are not paid yet, in minor units.
	Pledged int64
}

// Ancestor is a fact in the chain above another.
type Ancestor struct {
	ID   ID
	Name string
	Kind Kind
}
