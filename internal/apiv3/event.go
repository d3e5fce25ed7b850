package apiv3

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// fundraisingEvent writes its times as days, unlike a campaign; after the keys of the real
// answers come those of the documents.
type fundraisingEvent struct {
	ID                   int64         `json:"id"`
	Name                 string        `json:"name"`
	Slug                 string        `json:"slug"`
	Type                 string        `json:"type"`
	Status               string        `json:"status"`
	CauseID              int64         `json:"causeId"`
	Parent               eventParent   `json:"parent"`
	Description          string        `json:"description"`
	ShortDescription     *string       `json:"shortDescription"`
	Message              *string       `json:"message"`
	ContactEmail         *string       `json:"contactEmail"`
	Video                *string       `json:"video"`
	Image                *image        `json:"image"`
	Avatar               image         `json:"avatar"`
	Logo                 image         `json:"logo"`
	Banner               image         `json:"banner"`
	FundraiserGoalAmount json.Number   `json:"fundraiserGoalAmount"`
	TotalAmountRaised    json.Number   `json:"totalAmountRaised"`
	StartsAt             string        `json:"startsAt"`
	EndsAt               string        `json:"endsAt"`
	Settings             eventSettings `json:"settings"`
	URL                  string        `json:"url"`
	BannerTitle          string        `json:"bannerTitle"`
	BannerIntro          string        `json:"bannerIntro"`
	Currency             string        `json:"currency"`
	Goal                 json.Number   `json:"goal"`
	AmountRaised         json.Number   `json:"amountRaised"`
	StartsOn             string        `json:"startsOn"`
	EndsOn               string        `json:"endsOn"`
}

type eventParent struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Slug string `json:"slug"`
}

type eventSettings struct {
	Colors             colors                     `json:"colors"`
	HeaderIntro        string                     `json:"headerIntro"`
	HeaderTitle        string                     `json:"headerTitle"`
	MinimumDonation    *string                    `json:"minimumDonation"`
	Analytics          *string                    `json:"googleAnalyticsTrackingCode"`
	RegistrationFields embeddedRegistrationFields `json:"registrationFields"`
	VisibilityOptions  eventVisibility            `json:"visibilityOptions"`
}

func (v *version) toFundraisingEvent(e fund.FundraisingEvent) fundraisingEvent {
	starts, ends := date(first(e.StartsAt, e.CreatedAt)), date(e.EndsAt)
	goal, total := decimal(e.Goal, e.Currency), decimal(e.Total(), e.Currency)
	return fundraisingEvent{
		ID: e.LegacyID, Name: e.Name, Slug: e.Slug, Type: "FundraisingEvent", Status: string(e.Status),
		CauseID: e.Cause.LegacyID, Parent: toEventParent(e), URL: v.baseURL + "/" + e.Cause.Slug + "/" + e.Slug,
		Description: e.Description, ShortDescription: textOrNull(e.ShortDescription), Message: textOrNull(e.Message),
		ContactEmail: textOrNull(e.ContactEmail), Video: textOrNull(e.Video),
		Image: v.imageOrNull(cmp.Or(e.Image, e.Cover), sizeImage), Avatar: v.image(avatarOf(e.Fact), defaultAvatar, sizeCauseAvatar),
		Logo: v.image(e.Logo, defaultLogo, sizeLogo), Banner: v.image(cmp.Or(e.Banner, e.Cover), defaultBanner, sizeBanner),
		FundraiserGoalAmount: goal, Goal: goal, TotalAmountRaised: total, AmountRaised: total, Currency: e.Currency,
		StartsAt: starts, StartsOn: starts, EndsAt: ends, EndsOn: ends, Settings: toEventSettings(e),
		BannerTitle: e.Settings.HeaderTitle, BannerIntro: e.Settings.HeaderIntro,
	}
}

// toEventParent is the cause, unless the event is part of something between the two.
func toEventParent(e fund.FundraisingEvent) eventParent {
	parent := e.Cause
	if e.Parent != nil {
		parent = *e.Parent
	}
	return eventParent{ID: parent.LegacyID, Name: parent.Name, Slug: parent.Slug}
}

func toEventSettings(e fund.FundraisingEvent) eventSettings {
	s := e.Settings
	return eventSettings{
		Colors: toColors(s), HeaderIntro: s.HeaderIntro, HeaderTitle: s.HeaderTitle,
		MinimumDonation: fixed(s.MinimumDonation, e.Currency), Analytics: textOrNull(s.AnalyticsTrackingID),
		RegistrationFields: toEmbeddedRegistrationFields(e.RegistrationFields),
		VisibilityOptions:  toEventVisibility(e.Visibility),
	}
}

type incentive struct {
	ID                 int64  `json:"id"`
	Title              string `json:"title"`
	Description        string `json:"description"`
	Image              image  `json:"image"`
	FundraisingEventID int64  `json:"fundraisingEventId"`
	CreatedAt          int64  `json:"createdAt"`
}

func (v *version) toIncentive(i fund.Incentive) incentive {
	return incentive{
		ID: i.LegacyID, Title: i.Title, Description: i.Description,
		Image:              v.image(i.Image, defaultIncentive, sizeIncentive),
		FundraisingEventID: i.EventLegacyID,
		CreatedAt:          i.CreatedAt.Unix() * 100, // as documented and in all real answers, unlike every other time
	}
}

type registration struct {
	ID           int64                `json:"id"`
	UserID       int64                `json:"userId"`
	Email        string               `json:"email"`
	Subscribed   bool                 `json:"subscribed"`
	RegisteredAt string               `json:"registeredAt"`
	Address      *registrationAddress `json:"address"`
	ShirtSize    *string              `json:"shirtSize"`
	ServiceHours *bool                `json:"serviceHours"`
	PhoneNumber  *string              `json:"phoneNumber"`
	DateOfBirth  *string              `json:"dateOfBirth"`
}

// registrationAddress says state where the address of a cause says region.
type registrationAddress struct {
	AddressLine1 string `json:"addressLine1"`
	AddressLine2 string `json:"addressLine2"`
	City         string `json:"city"`
	State        string `json:"state"`
	PostalCode   string `json:"postalCode"`
	Country      string `json:"country"`
}

// registeredFormat is ISO 8601 with milliseconds and an offset in digits, never Z.
const registeredFormat = "2006-01-02T15:04:05.000-07:00"

func (v *version) toRegistration(r fund.Registration) registration {
	made := registration{
		ID: r.LegacyID, UserID: r.UserLegacyID, Email: r.Email, Subscribed: r.Subscribed,
		RegisteredAt: r.RegisteredAt.In(time.UTC).Format(registeredFormat), ShirtSize: textOrNull(r.ShirtSize),
		ServiceHours: r.ServiceHours, PhoneNumber: textOrNull(r.PhoneNumber), DateOfBirth: textOrNull(r.DateOfBirth),
	}
	if a := r.Address; a != nil {
		made.Address = &registrationAddress{
			AddressLine1: a.Line1, AddressLine2: a.Line2, City: a.City, State: a.Region,
			PostalCode: a.PostalCode, Country: a.Country,
		}
	}
	return made
}
