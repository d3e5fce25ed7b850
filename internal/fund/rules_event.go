package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// Apply changes a fundraising event and returns all errors. A missing slug is derived from the name.
func (p EventPatch) Apply(e *FundraisingEvent, now time.Time) fault.Fields {
	wrong := CampaignPatch{
		Name: p.Name, Slug: p.Slug, Description: p.Description, Avatar: p.Avatar, Goal: p.Goal, Currency: p.Currency,
		StartsAt: p.StartsAt, EndsAt: p.EndsAt, Status: p.Status, Supportable: p.Supportable,
		Livestream: p.Livestream, Language: p.Language, Invalid: p.Invalid,
	}.Apply(&e.Fact, now)
	p.ShortDescription.To(&e.ShortDescription)
	p.Message.To(&e.Message)
	p.ContactEmail.To(&e.ContactEmail)
	p.Video.To(&e.Video)
	p.Image.To(&e.Image)
	p.Logo.To(&e.Logo)
	p.Banner.To(&e.Banner)
	p.StartSupportingAt.To(&e.StartSupportingAt)
	p.CanPublishSupportingAt.To(&e.CanPublishSupportingAt)
	p.EndSupportingAt.To(&e.EndSupportingAt)
	checkText(&wrong, "short_description", &e.ShortDescription, MaxComment)
	checkLong(&wrong, "message", e.Message, MaxAbout)
	checkOptionalEmail(&wrong, "contact_email", p.ContactEmail, &e.ContactEmail)
	checkAddress(&wrong, "video", &e.Video)
	checkAddress(&wrong, "image", &e.Image)
	checkAddress(&wrong, "logo", &e.Logo)
	checkAddress(&wrong, "banner", &e.Banner)
	if !e.StartSupportingAt.IsZero() && !e.EndSupportingAt.IsZero() && !e.EndSupportingAt.After(e.StartSupportingAt) {
		wrong.Add("end_supporting_at", "must be after start_supporting_at")
	}
	p.Settings.apply(&e.Settings, e.Currency, &wrong)
	return wrong
}

// Apply changes a cause and returns all errors. A missing slug is derived from the name. The currency is required and can be chosen only
// once.
func (p CausePatch) Apply(c *Cause, now time.Time) fault.Fields {
	currency, chosen := p.Currency, c.Currency == ""
	if chosen {
		c.Currency, currency = p.Currency.Value, Opt[string]{}
	}
	wrong := CampaignPatch{
		Name: p.Name, Slug: p.Slug, Description: p.Description, Avatar: p.Avatar, Goal: p.Goal, Currency: currency,
		Status: p.Status, Supportable: p.Supportable, Livestream: p.Livestream, Language: p.Language,
		Invalid: p.Invalid,
	}.Apply(&c.Fact, now)
	if chosen {
		CheckCurrency(&wrong, "currency", c.Currency)
	}
	p.LegalName.To(&c.LegalName)
	p.About.To(&c.About)
	p.Video.To(&c.Video)
	p.Image.To(&c.Image)
	p.Logo.To(&c.Logo)
	p.Banner.To(&c.Banner)
	p.ContactEmail.To(&c.ContactEmail)
	p.PhoneNumber.To(&c.PhoneNumber)
	p.PaypalEmail.To(&c.PaypalEmail)
	p.GovernmentID.To(&c.GovernmentID)
	p.ReceiptProfile.To(&c.ReceiptProfile)
	if c.ReceiptProfile == PlainReceipts {
		c.ReceiptProfile = ""
	}
	checkText(&wrong, "legal_name", &c.LegalName, MaxName)
	checkLong(&wrong, "about", c.About, MaxDescription)
	checkAddress(&wrong, "video", &c.Video)
	checkAddress(&wrong, "image", &c.Image)
	checkAddress(&wrong, "logo", &c.Logo)
	checkAddress(&wrong, "banner", &c.Banner)
	checkOptionalEmail(&wrong, "contact_email", p.ContactEmail, &c.ContactEmail)
	checkPhone(&wrong, "phone_number", &c.PhoneNumber)
	checkOptionalEmail(&wrong, "paypal_email", p.PaypalEmail, &c.PaypalEmail)
	checkText(&wrong, "government_id", &c.GovernmentID, MaxName)
	p.Social.apply(&c.Social, &wrong)
	p.address(c, &wrong)
	p.Settings.apply(&c.Settings, c.Currency, &wrong)
	p.TimeZone.To(&c.TimeZone)
	checkZone(&wrong, "time_zone", &c.TimeZone)
	p.AllowedOrigins.To(&c.AllowedOrigins)
	if p.AllowedOrigins.Set {
		c.AllowedOrigins = checkOrigins(&wrong, "allowed_origins", c.AllowedOrigins)
	}
	return wrong
}

// address changes the address; nil clears it.
func (p CausePatch) address(c *Cause, wrong *fault.Fields) {
	if !p.Address.Set {
		return
	}
	c.Address = Address{}
	if clean := checkPostal(wrong, p.Address.Value); clean != nil {
		c.Address = *clean
	}
}

// checkOptionalEmail checks only an address that the patch sets: a stored one was checked by the rules of its time.
func checkOptionalEmail(wrong *fault.Fields, path string, set Opt[string], email *string) {
	if !set.Set {
		return
	}
	if *email = cleanEmail(*email); *email != "" {
		CheckEmail(wrong, path, email)
	}
}

// settingTexts maps the text fields of s, settingLinks its web addresses.
func settingTexts(s *Settings) map[string]*string {
	return map[string]*string{
		"color_background": &s.ColorBackground, "color_highlight": &s.ColorHighlight,
		"header_intro": &s.HeaderIntro, "header_title": &s.HeaderTitle,
		"footer_copyright": &s.FooterCopyright, "analytics_tracking_id": &s.AnalyticsTrackingID,
	}
}

func settingLinks(s *Settings) map[string]*string {
	return map[string]*string{
		"find_out_more_link": &s.FindOutMoreLink, "footer_coppa": &s.FooterCoppa,
		"footer_privacy": &s.FooterPrivacy, "footer_terms": &s.FooterTerms,
	}
}

// apply changes the settings in the patch, for a fact with the currency.
func (p SettingsPatch) apply(s *Settings, currency string, wrong *fault.Fields) {
	texts, links := settingTexts(s), settingLinks(s)
	for _, name := range sortedKeys(p) {
		path, value := "settings."+name, p[name]
		if text, known := texts[name]; known {
			*text = value
			checkText(wrong, path, text, MaxName)
			if name == "color_highlight" {
				checkAccent(wrong, path, text)
			}
			continue
		}
		if link, known := links[name]; known {
			*link = value
			checkAddress(wrong, path, link)
			continue
		}
		switch {
		case name != "minimum_donation":
			wrong.Add(path, UnknownName)
		case value == "":
			s.MinimumDonation = 0
		default:
			s.MinimumDonation = parseAmount(wrong, path, value, currency)
		}
	}
}
