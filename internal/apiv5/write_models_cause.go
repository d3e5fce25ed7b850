package apiv5

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

var eventModel = model[fund.EventPatch]{
	invalid: func(p *fund.EventPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.EventPatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Slug, "slug", "slug"),
			textField(&p.Description, "description", "description"),
			textField(&p.ShortDescription, "short_description", "short_description"),
			textField(&p.Message, "message", "message"),
			textField(&p.ContactEmail, "contact_email", "contact_email"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			pictureField(&p.Image, "image", "image"),
			pictureField(&p.Logo, "logo", "logo"),
			pictureField(&p.Banner, "banner", "banner"),
			textField(&p.Video, "video", "video"),
			moneyField(&p.Goal, &p.Currency, "goal", "goal"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
			momentField(&p.StartSupportingAt, "start_supporting_at", "start_supporting_at"),
			momentField(&p.CanPublishSupportingAt, "can_publish_supporting_at", "can_publish_supporting_at"),
			momentField(&p.EndSupportingAt, "end_supporting_at", "end_supporting_at"),
			textField(&p.Status, "status", "status"),
			supportField(&p.Supportable),
			livestreamField(&p.Livestream),
			settingsField(&p.Settings),
		}
	},
}

var causeModel = model[fund.CausePatch]{
	invalid: func(p *fund.CausePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.CausePatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Slug, "slug", "slug"),
			textField(&p.LegalName, "legal_name", "legal_name"),
			textField(&p.Description, "description", "description"),
			textField(&p.About, "about", "short_description"),
			textField(&p.Currency, "currency", "currency_code"),
			textField(&p.GovernmentID, "government_id", "government_id"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			pictureField(&p.Image, "image", "image"),
			pictureField(&p.Logo, "logo", "logo"),
			pictureField(&p.Banner, "banner", "banner"),
			textField(&p.Video, "video", "video"),
			textField(&p.ContactEmail, "contact_email", "contact_email"),
			textField(&p.PhoneNumber, "phone_number", "phone_number"),
			textField(&p.PaypalEmail, "paypal_email", "paypal_email"),
			moneyField(&p.Goal, &p.Currency, "goal", "goal"),
			textField(&p.Status, "status", "status"),
			supportField(&p.Supportable),
			livestreamField(&p.Livestream),
			socialField(&p.Social),
			addressField(&p.Address),
			settingsField(&p.Settings),
		}
	},
}

// settingsField merges what pages look like.
func settingsField(to *fund.SettingsPatch) field {
	return textsField((*map[string]string)(to), "settings", []string{
		"color_background", "color_highlight", "header_intro", "header_title", "find_out_more_link", "footer_copyright",
		"footer_coppa", "footer_privacy", "footer_terms", "minimum_donation", "analytics_tracking_id",
	})
}

// addressField takes an address as a whole: half an old and half a new one is none.
func addressField(to *fund.Opt[*fund.Address]) field {
	var line1, line2, city, region, postalCode, country fund.Opt[string]
	return group{
		path: "address", key: "address",
		fields: []field{
			textField(&line1, "line1", "line1"),
			textField(&line2, "line2", "line2"),
			textField(&city, "city", "city"),
			textField(&region, "region", "region"),
			textField(&postalCode, "postal_code", "postal_code"),
			textField(&country, "country", "country"),
		},
		done: func() {
			*to = fund.Some(&fund.Address{
				Line1: line1.Value, Line2: line2.Value, City: city.Value,
				Region: region.Value, PostalCode: postalCode.Value, Country: country.Value,
			})
		},
		null: func() { *to = fund.Some[*fund.Address](nil) },
	}.field()
}
