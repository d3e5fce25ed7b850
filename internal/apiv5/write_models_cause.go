package apiv5

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

var eventModel = model[fund.EventPatch]{
	invalid: func(p *fund.EventPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.EventPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Slug, "slug", "slug"),
			submit.Text(&p.Description, "description", "description"),
			submit.Text(&p.ShortDescription, "short_description", "short_description"),
			submit.Text(&p.Message, "message", "message"),
			submit.Text(&p.ContactEmail, "contact_email", "contact_email"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			pictureField(&p.Image, "image", "image"),
			pictureField(&p.Logo, "logo", "logo"),
			pictureField(&p.Banner, "banner", "banner"),
			submit.Text(&p.Video, "video", "video"),
			moneyField(&p.Goal, &p.Currency, "goal", "goal"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
			momentField(&p.StartSupportingAt, "start_supporting_at", "start_supporting_at"),
			momentField(&p.CanPublishSupportingAt, "can_publish_supporting_at", "can_publish_supporting_at"),
			momentField(&p.EndSupportingAt, "end_supporting_at", "end_supporting_at"),
			submit.Text(&p.Status, "status", "status"),
			supportField(&p.Supportable),
			livestreamField(&p.Livestream),
			settingsField(&p.Settings),
		}
	},
}

var causeModel = model[fund.CausePatch]{
	invalid: func(p *fund.CausePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.CausePatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Slug, "slug", "slug"),
			submit.Text(&p.LegalName, "legal_name", "legal_name"),
			submit.Text(&p.About, "about", "description"),
			submit.Text(&p.Description, "description", "short_description"),
			submit.Text(&p.Currency, "currency", "currency_code"),
			submit.Text(&p.GovernmentID, "government_id", "government_id"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			pictureField(&p.Image, "image", "image"),
			pictureField(&p.Logo, "logo", "logo"),
			pictureField(&p.Banner, "banner", "banner"),
			submit.Text(&p.Video, "video", "video"),
			submit.Text(&p.ContactEmail, "contact_email", "contact_email"),
			submit.Text(&p.PhoneNumber, "phone_number", "phone_number"),
			submit.Text(&p.PaypalEmail, "paypal_email", "paypal_email"),
			moneyField(&p.Goal, &p.Currency, "goal", "goal"),
			submit.Text(&p.Status, "status", "status"),
			supportField(&p.Supportable),
			livestreamField(&p.Livestream),
			submit.Social(&p.Social, "social", "social"),
			submit.Address(&p.Address, nil, "address", "address"),
			settingsField(&p.Settings),
			submit.Text(&p.TimeZone, "time_zone", "time_zone"),
			submit.List(&p.AllowedOrigins, "allowed_origins", "allowed_origins"),
		}
	},
}

// settingsField merges what pages look like.
func settingsField(to *fund.SettingsPatch) submit.Field {
	return submit.Texts((*map[string]string)(to), []string{
		"color_background", "color_highlight", "header_intro", "header_title", "find_out_more_link", "footer_copyright",
		"footer_coppa", "footer_privacy", "footer_terms", "minimum_donation", "analytics_tracking_id",
	}, "settings", "settings")
}
