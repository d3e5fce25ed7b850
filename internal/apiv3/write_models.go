package apiv3

import (
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

var campaignModel = model[fund.CampaignPatch]{
	names:   []string{"campaign", "team_campaign", "teamCampaign"},
	invalid: func(p *fund.CampaignPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.CampaignPatch, s *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Slug, "slug", "slug"),
			submit.Text(&p.Description, "description", "description"),
			pictureField(&p.Avatar, s, "avatar", "avatar", "thumbnail"),
			submit.Decimal(&p.Goal, "goal", "fundraiserGoalAmount", "goal"),
			submit.Text(&p.Currency, "currency", "causeCurrency", "currency"),
			momentField(&p.StartsAt, "starts_at", "startsAt", "startsOn"),
			momentField(&p.EndsAt, "ends_at", "endsAt", "endsOn"),
			submit.Text(&p.Status, "status", "status"),
			supportableField(&p.Supportable, "supportable", "supportable"),
			livestreamField(&p.Livestream, s),
			referenceField(&p.Cause, "cause", "causeId"),
			referenceField(&p.Event, "event", "fundraisingEventId"),
			referenceField(&p.Parent, "parent", "supportingCampaignId"),
			referenceField(&p.Team, "team", "teamId"),
		}
	},
}

// livestreamField starts from what is shown: who changes the channel keeps the type.
func livestreamField(to *fund.Opt[*fund.Livestream], s *submission) submit.Field {
	var stream fund.Livestream
	if shown, _ := s.now.Get("livestream"); shown != nil {
		stream = fund.Livestream{Type: shownText(shown, "type"), Channel: shownText(shown, "channel")}
	}
	var kind, channel fund.Opt[string]
	return submit.Group{
		Path: "livestream", Keys: []string{"livestream"},
		Fields: []submit.Field{submit.Text(&kind, "type", "type"), submit.Text(&channel, "channel", "channel")},
		Done: func() {
			kind.To(&stream.Type)
			channel.To(&stream.Channel)
			*to = fund.Some(&stream)
		},
		Null: func() { *to = fund.Some[*fund.Livestream](nil) },
	}.Field()
}

func shownText(shown any, key string) string {
	object, _ := shown.(api.Object)
	value, _ := object.Get(key)
	text, _ := value.(string)
	return text
}

var challengeModel = model[fund.TargetPatch]{
	names:   []string{"challenge"},
	invalid: func(p *fund.TargetPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TargetPatch, _ *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Decimal(&p.Amount, "amount", "amount"),
			submit.Flag(&p.Enabled, "enabled", "active", "enabled"),
			momentField(&p.ActivatesAt, "activates_at", "activatesOn", "activatesAt"),
			momentField(&p.EndsAt, "ends_at", "endsAt"),
		}
	},
}

var pollModel = model[fund.PollPatch]{
	names:   []string{"poll"},
	invalid: func(p *fund.PollPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.PollPatch, _ *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Flag(&p.Enabled, "enabled", "active", "enabled"),
			momentField(&p.EndsAt, "ends_at", "endsAt"),
			pollOptionsField(&p.Options),
		}
	},
}

func pollOptionsField(to *[]fund.PollOptionPatch) submit.Field {
	return submit.Items(to, func(option *fund.PollOptionPatch) submit.Group {
		var id fund.Opt[*int64]
		return submit.Group{
			Fields: []submit.Field{submit.Count(&id, "id", "id"), submit.Text(&option.Name, "name", "name")},
			Done: func() {
				if id.Value != nil {
					option.LegacyID = *id.Value
				}
			},
		}
	}, "options", "options")
}

var rewardModel = model[fund.RewardPatch]{
	names:   []string{"reward"},
	invalid: func(p *fund.RewardPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RewardPatch, s *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Description, "description", "description"),
			pictureField(&p.Image, s, "image", "image"),
			submit.Decimal(&p.Amount, "amount", "amount"),
			submit.Text(&p.Currency, "currency", "currency"),
			submit.Text(&p.Kind, "kind", "kind"),
			submit.Count(&p.Quantity, "quantity", "quantity"),
			submit.Decimal(&p.FairMarketValue, "fair_market_value", "fairMarketValue"),
			flagTextField(&p.ShippingAddressRequired, "shipping_address_required", "shippingAddressRequired"),
			submit.Text(&p.ShippingNote, "shipping_note", "shippingNote"),
			submit.Text(&p.CustomQuestion, "custom_question", "customQuestion"),
			customField(p, s),
			submit.Flag(&p.Enabled, "enabled", "active", "enabled"),
			submit.Flag(&p.AlwaysActive, "always_active", "alwaysActive"),
			momentField(&p.StartsAt, "starts_at", "startsAt"),
			momentField(&p.EndsAt, "ends_at", "endsAt"),
		}
	},
}

// customField is what GET shows of the question and the shipping address of a reward: a switch for
// each. One that is off as it was says nothing about a question that comes beside it, and the
// address has a key of its own, which counts first.
func customField(p *fund.RewardPatch, s *submission) submit.Field {
	var asks, ships fund.Opt[bool]
	enabled := func(to *fund.Opt[bool], path string, keys ...string) submit.Field {
		fields := []submit.Field{flagTextField(to, "enabled", "enabled")}
		return submit.Group{Path: path, Keys: keys, Fields: fields, Done: func() {}}.Field()
	}
	return submit.Group{
		Path: "custom", Keys: []string{"custom"},
		Fields: []submit.Field{
			enabled(&asks, "custom_question", "custom_question", "customQuestion"),
			enabled(&ships, "shipping_address", "shipping_address", "shippingAddress"),
		},
		Done: func() {
			if asks.Value || shownSwitch(s.now, "custom_question") != word(asks.Value) {
				p.Asks = asks
			}
			if !p.ShippingAddressRequired.Set {
				p.ShippingAddressRequired = ships
			}
		},
	}.Field()
}

// shownSwitch is the text of a switch of a reward as GET shows it; "" for a new reward.
func shownSwitch(now api.Object, name string) string {
	custom, _ := now.Get("custom")
	object, _ := custom.(api.Object)
	one, _ := object.Get(name)
	return shownText(one, "enabled")
}

var milestoneModel = model[fund.MilestonePatch]{
	names:   []string{"milestone"},
	invalid: func(p *fund.MilestonePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.MilestonePatch, _ *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Decimal(&p.Amount, "amount", "amount"),
			submit.Flag(&p.Enabled, "enabled", "active", "enabled"),
		}
	},
}

var scheduleModel = model[fund.SchedulePatch]{
	names:   []string{"schedule", "schedule_item", "scheduleItem"},
	invalid: func(p *fund.SchedulePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.SchedulePatch, _ *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Description, "description", "description"),
			momentField(&p.StartsAt, "starts_at", "startsAt"),
			momentField(&p.EndsAt, "ends_at", "endsAt"),
		}
	},
}

var teamModel = model[fund.TeamPatch]{
	names:   []string{"team"},
	invalid: func(p *fund.TeamPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TeamPatch, s *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Slug, "slug", "slug"),
			submit.Text(&p.About, "about", "about", "bio"),
			pictureField(&p.Avatar, s, "avatar", "avatar"),
			submit.Flag(&p.InviteOnly, "invite_only", "inviteOnly"),
			submit.Social(&p.Social, "social", "social"),
		}
	},
}

var userModel = model[fund.UserPatch]{
	names:   []string{"user"},
	invalid: func(p *fund.UserPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.UserPatch, s *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Username, "username", "username"),
			submit.Text(&p.Slug, "slug", "slug"),
			submit.Text(&p.Email, "email", "email"),
			submit.Text(&p.FirstName, "first_name", "firstName"),
			submit.Text(&p.LastName, "last_name", "lastName"),
			submit.Text(&p.About, "about", "about"),
			pictureField(&p.Avatar, s, "avatar", "avatar", "thumbnail"),
			submit.Choice(&p.Newsletter, "newsletter", "newsletter"),
			submit.Social(&p.Social, "social", "social"),
		}
	},
}

var registrationModel = model[fund.RegistrationPatch]{
	names:   []string{"registration"},
	invalid: func(p *fund.RegistrationPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RegistrationPatch, _ *submission) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Email, "email", "email"),
			submit.Flag(&p.Subscribed, "subscribed", "subscribed"),
			addressField(&p.Address),
			submit.Text(&p.ShirtSize, "shirt_size", "shirtSize"),
			submit.Choice(&p.ServiceHours, "service_hours", "serviceHours"),
			submit.Text(&p.PhoneNumber, "phone_number", "phoneNumber"),
			submit.Text(&p.DateOfBirth, "date_of_birth", "dateOfBirth"),
		}
	},
}

// addressField knows that a registration calls the region a state, and a cause calls it a region.
func addressField(to *fund.Opt[*fund.Address]) submit.Field {
	return submit.Address(to, map[string][]string{
		"line1":       {"addressLine1", "line1"},
		"line2":       {"addressLine2", "line2"},
		"region":      {"state", "region"},
		"postal_code": {"postalCode"},
	}, "address", "address")
}
