package apiv3

import (
	"cmp"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// cause has every key that a real answer ever showed, also those that came and went.
type cause struct {
	ID                         int64         `json:"id"`
	Name                       string        `json:"name"`
	LegalName                  string        `json:"legalName"`
	Slug                       string        `json:"slug"`
	Type                       string        `json:"type"`
	Currency                   string        `json:"currency"`
	About                      string        `json:"about"`
	Video                      *string       `json:"video"`
	Image                      *image        `json:"image"`
	Avatar                     image         `json:"avatar"`
	Logo                       *image        `json:"logo"`
	Banner                     image         `json:"banner"`
	ContactEmail               string        `json:"contactEmail"`
	PhoneNumber                string        `json:"phoneNumber"`
	PaypalEmail                string        `json:"paypalEmail"`
	PaypalCurrencyCode         string        `json:"paypalCurrencyCode"`
	GovernmentID               *string       `json:"governmentId"`
	Social                     causeSocial   `json:"social"`
	Settings                   causeSettings `json:"settings"`
	Status                     string        `json:"status"`
	PlanTier                   int           `json:"planTier"`
	EDD                        bool          `json:"edd"`
	StripeConnected            bool          `json:"stripeConnected"`
	MailchimpConnected         bool          `json:"mailchimpConnected"`
	AmazonPayConnected         bool          `json:"amazonPayConnected"`
	GiftAidConnected           bool          `json:"giftAidConnected"`
	PaypalGivingFundConnected  bool          `json:"paypalGivingFundConnected"`
	PaypalMarketplaceConnected bool          `json:"paypalMarketplaceConnected"`
	PaypalMarketplaceEnabled   bool          `json:"paypalMarketplaceEnabled"`
	Address                    causeAddress  `json:"address"`
}

type causeSocial struct {
	Twitter   *string `json:"twitter"`
	Youtube   *string `json:"youtube"`
	Facebook  *string `json:"facebook"`
	Instagram *string `json:"instagram"`
	Discord   *string `json:"discord"`
	Snapchat  *string `json:"snapchat"`
	Tiktok    *string `json:"tiktok"`
	Website   *string `json:"website"`
}

type causeSettings struct {
	Colors          colors      `json:"colors"`
	HeaderIntro     string      `json:"headerIntro"`
	HeaderTitle     string      `json:"headerTitle"`
	FindOutMoreLink string      `json:"findOutMoreLink"`
	FooterCopyright string      `json:"footerCopyright"`
	FooterLinks     footerLinks `json:"footerLinks"`
	Loading         bool        `json:"loading"`
	Social          *struct{}   `json:"social"`
	MinimumDonation *string     `json:"minimumDonation"`
	Analytics       *string     `json:"googleAnalyticsTrackingCode"`
}

type colors struct {
	Background string `json:"background"`
	Highlight  string `json:"highlight"`
}

type footerLinks struct {
	Coppa              *string `json:"coppa"`
	PrivacyPolicy      *string `json:"privacyPolicy"`
	TermsAndConditions *string `json:"termsAndConditions"`
}

type causeAddress struct {
	AddressLine1 string  `json:"addressLine1"`
	AddressLine2 *string `json:"addressLine2"`
	City         string  `json:"city"`
	Region       string  `json:"region"`
	PostalCode   string  `json:"postalCode"`
	Country      string  `json:"country"`
}

// causeContact is how to reach a cause; the documents named the endpoint but never its keys.
type causeContact struct {
	ID           int64        `json:"id"`
	Name         string       `json:"name"`
	LegalName    string       `json:"legalName"`
	ContactEmail string       `json:"contactEmail"`
	PhoneNumber  string       `json:"phoneNumber"`
	Address      causeAddress `json:"address"`
}

func (v *version) toCause(c fund.Cause) cause {
	connected := func(name string) bool { return slices.Contains(c.Connected, name) }
	return cause{
		ID: c.LegacyID, Name: c.Name, LegalName: c.LegalName, Slug: c.Slug, Type: "Cause", Status: string(c.Status),
		Currency: c.Currency, PaypalCurrencyCode: c.Currency, About: c.About, Video: textOrNull(c.Video),
		Image: v.imageOrNull(cmp.Or(c.Image, c.Cover), sizeImage), Avatar: v.image(c.Avatar, defaultAvatar, sizeCauseAvatar),
		Logo: v.imageOrNull(c.Logo, sizeLogo), Banner: v.image(cmp.Or(c.Banner, c.Cover), defaultBanner, sizeBanner),
		ContactEmail: c.ContactEmail, PhoneNumber: c.PhoneNumber, PaypalEmail: c.PaypalEmail,
		GovernmentID: textOrNull(c.GovernmentID), Social: toCauseSocial(c.Social), Settings: toCauseSettings(c),
		PlanTier: c.PlanTier, Address: toCauseAddress(c.Address),
		StripeConnected: connected("stripe"), MailchimpConnected: connected("mailchimp"),
		AmazonPayConnected: connected("amazon_pay"), GiftAidConnected: connected("gift_aid"),
		PaypalGivingFundConnected:  connected("paypal_giving_fund"),
		PaypalMarketplaceConnected: connected("paypal_marketplace"),
		PaypalMarketplaceEnabled:   connected("paypal_marketplace"),
	}
}

func toCauseSocial(s fund.Social) causeSocial {
	return causeSocial{
		Twitter: textOrNull(s.Twitter), Youtube: textOrNull(s.Youtube), Facebook: textOrNull(s.Facebook),
		Instagram: textOrNull(s.Instagram), Discord: textOrNull(s.Discord), Snapchat: textOrNull(s.Snapchat),
		Tiktok: textOrNull(s.Tiktok), Website: textOrNull(s.Website),
	}
}

func toCauseSettings(c fund.Cause) causeSettings {
	s := c.Settings
	return causeSettings{
		Colors:      toColors(s),
		HeaderIntro: s.HeaderIntro, HeaderTitle: s.HeaderTitle, FindOutMoreLink: s.FindOutMoreLink,
		FooterCopyright: s.FooterCopyright,
		FooterLinks: footerLinks{
			Coppa: textOrNull(s.FooterCoppa), PrivacyPolicy: textOrNull(s.FooterPrivacy),
			TermsAndConditions: textOrNull(s.FooterTerms),
		},
		MinimumDonation: fixed(s.MinimumDonation, c.Currency), Analytics: textOrNull(s.AnalyticsTrackingID),
	}
}

func toColors(s fund.Settings) colors {
	return colors{Background: s.ColorBackground, Highlight: s.ColorHighlight}
}

func toCauseAddress(a fund.Address) causeAddress {
	return causeAddress{
		AddressLine1: a.Line1, AddressLine2: textOrNull(a.Line2), City: a.City, Region: a.Region,
		PostalCode: a.PostalCode, Country: a.Country,
	}
}

func (v *version) toCauseContact(c fund.Cause) causeContact {
	return causeContact{
		ID: c.LegacyID, Name: c.Name, LegalName: c.LegalName, ContactEmail: c.ContactEmail,
		PhoneNumber: c.PhoneNumber, Address: toCauseAddress(c.Address),
	}
}
