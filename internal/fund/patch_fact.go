package fund

import (
	"time"

	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/fault"
)

// EventPatch creates or changes a fundraising event.
type EventPatch struct {
	Name, Slug, Description, Avatar Opt[string]
	Goal                            Opt[string]
	// Currency changes nothing; if sent, it must be the cause's.
	Currency                                Opt[string]
	StartsAt, EndsAt                        Opt[time.Time]
	Status                                  Opt[Status]
	Supportable                             Opt[Supportable]
	Livestream                              Opt[*Livestream]
	ShortDescription, Message, ContactEmail Opt[string]
	Video, Image, Logo, Banner              Opt[string]
	StartSupportingAt                       Opt[time.Time]
	CanPublishSupportingAt, EndSupportingAt Opt[time.Time]
	Settings                                SettingsPatch
	// Language is that of CampaignPatch.
	Language language.Tag
	Invalid  fault.Fields
}

// CausePatch creates or changes a cause.
type CausePatch struct {
	Name, Slug, Description, Avatar Opt[string]
	Goal                            Opt[string]
	// Currency is chosen when the cause is created and cannot change.
	Currency                                     Opt[string]
	Status                                       Opt[Status]
	Supportable                                  Opt[Supportable]
	Livestream                                   Opt[*Livestream]
	LegalName, About, Video, Image, Logo, Banner Opt[string]
	ContactEmail, PhoneNumber, PaypalEmail       Opt[string]
	GovernmentID                                 Opt[string]
	// ReceiptProfile is the name of a profile of receipts; internal/receipt has them.
	ReceiptProfile Opt[string]
	Social         SocialPatch
	Address        Opt[*Address]
	Settings       SettingsPatch
	// TimeZone is an IANA name; "" is UTC. AllowedOrigins are all of them.
	TimeZone       Opt[string]
	AllowedOrigins Opt[[]string]
	// Language is that of CampaignPatch.
	Language language.Tag
	Invalid  fault.Fields
}

// SettingsPatch maps the name of a setting in snake_case ("color_background") to its new text.
// minimum_donation is a decimal text in major units; "" clears a setting.
type SettingsPatch map[string]string

// PersonalCampaignPatch creates or changes a personal campaign.
type PersonalCampaignPatch struct {
	CampaignPatch
	// ForName "" is the owner.
	ForName Opt[string]
}

// AuctionHousePatch creates or changes an auction house.
type AuctionHousePatch struct {
	CampaignPatch
	Banner Opt[string]
}
