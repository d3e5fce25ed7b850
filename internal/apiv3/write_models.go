package apiv3

import (
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

var campaignModel = model[fund.CampaignPatch]{
	names:   []string{"campaign", "team_campaign", "teamCampaign"},
	invalid: func(p *fund.CampaignPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.CampaignPatch, s *submission) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Slug, "slug", "slug"),
			textField(&p.Description, "description", "description"),
			pictureField(&p.Avatar, "avatar", "avatar", "thumbnail"),
			decimalField(&p.Goal, "goal", "fundraiserGoalAmount", "goal"),
			textField(&p.Currency, "currency", "causeCurrency", "currency"),
			momentField(&p.StartsAt, "starts_at", "startsAt", "startsOn"),
			momentField(&p.EndsAt, "ends_at", "endsAt", "endsOn"),
			textField(&p.Status, "status", "status"),
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
func livestreamField(to *fund.Opt[*fund.Livestream], s *submission) field {
	var stream fund.Livestream
	if shown, _ := s.now.Get("livestream"); shown != nil {
		stream = fund.Livestream{Type: shownText(shown, "type"), Channel: shownText(shown, "channel")}
	}
	var kind, channel fund.Opt[string]
	return group{
		path: "livestream", keys: []string{"livestream"},
		fields: []field{textField(&kind, "type", "type"), textField(&channel, "channel", "channel")},
		done: func() {
			kind.To(&stream.Type)
			channel.To(&stream.Channel)
			*to = fund.Some(&stream)
		},
		null: func() { *to = fund.Some[*fund.Livestream](nil) },
	}.field()
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
	fields: func(p *fund.TargetPatch, _ *submission) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			decimalField(&p.Amount, "amount", "amount"),
			flagField(&p.Enabled, "enabled", "active", "enabled"),
			momentField(&p.ActivatesAt, "activates_at", "activatesOn", "activatesAt"),
			momentField(&p.EndsAt, "ends_at", "endsAt"),
		}
	},
}

var pollModel = model[fund.PollPatch]{
	names:   []string{"poll"},
	invalid: func(p *fund.PollPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.PollPatch, _ *submission) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			flagField(&p.Enabled, "enabled", "active", "enabled"),
			momentField(&p.EndsAt, "ends_at", "endsAt"),
			pollOptionsField(&p.Options),
		}
	},
}

// pollOptionsField keeps the spot of every item, also of one that cannot be read: the
// rules report by spot.
func pollOptionsField(to *[]fund.PollOptionPatch) field {
	return field{path: "options", keys: []string{"options"}, read: func(s *submission, at spot, value any) {
		s.list(at, value, func(at spot, value any) {
			var id fund.Opt[*int64]
			var option fund.PollOptionPatch
			group{
				fields: []field{countField(&id, "id", "id"), textField(&option.Name, "name", "name")},
				done: func() {
					if id.Value != nil {
						option.LegacyID = *id.Value
					}
				},
			}.field().read(s, at, value)
			*to = append(*to, option)
		})
	}}
}

var rewardModel = model[fund.RewardPatch]{
	names:   []string{"reward"},
	invalid: func(p *fund.RewardPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RewardPatch, s *submission) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Description, "description", "description"),
			pictureField(&p.Image, "image", "image"),
			decimalField(&p.Amount, "amount", "amount"),
			textField(&p.Currency, "currency", "currency"),
			textField(&p.Kind, "kind", "kind"),
			countField(&p.Quantity, "quantity", "quantity"),
			decimalField(&p.FairMarketValue, "fair_market_value", "fairMarketValue"),
			flagTextField(&p.ShippingAddressRequired, "shipping_address_required", "shippingAddressRequired"),
			textField(&p.ShippingNote, "shipping_note", "shippingNote"),
			textField(&p.CustomQuestion, "custom_question", "customQuestion"),
			customField(p, s),
			flagField(&p.Enabled, "enabled", "active", "enabled"),
			flagField(&p.AlwaysActive, "always_active", "alwaysActive"),
			momentField(&p.StartsAt, "starts_at", "startsAt"),
			momentField(&p.EndsAt, "ends_at", "endsAt"),
		}
	},
}

// customField is what GET shows of the question and the shipping address of a reward: a switch for
// each. One that is off as it was says nothing about a question that comes beside it, and the
// address has a key of its own, which counts first.
func customField(p *fund.RewardPatch, s *submission) field {
	var asks, ships fund.Opt[bool]
	enabled := func(to *fund.Opt[bool], path string, keys ...string) field {
		fields := []field{flagTextField(to, "enabled", "enabled")}
		return group{path: path, keys: keys, fields: fields, done: func() {}}.field()
	}
	return group{
		path: "custom", keys: []string{"custom"},
		fields: []field{
			enabled(&asks, "custom_question", "custom_question", "customQuestion"),
			enabled(&ships, "shipping_address", "shipping_address", "shippingAddress"),
		},
		done: func() {
			if asks.Value || shownSwitch(s.now, "custom_question") != word(asks.Value) {
				p.Asks = asks
			}
			if !p.ShippingAddressRequired.Set {
				p.ShippingAddressRequired = ships
			}
		},
	}.field()
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
	fields: func(p *fund.MilestonePatch, _ *submission) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			decimalField(&p.Amount, "amount", "amount"),
			flagField(&p.Enabled, "enabled", "active", "enabled"),
		}
	},
}

var scheduleModel = model[fund.SchedulePatch]{
	names:   []string{"schedule", "schedule_item", "scheduleItem"},
	invalid: func(p *fund.SchedulePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.SchedulePatch, _ *submission) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Description, "description", "description"),
			momentField(&p.StartsAt, "starts_at", "startsAt"),
			momentField(&p.EndsAt, "ends_at", "endsAt"),
		}
	},
}

var teamModel = model[fund.TeamPatch]{
	names:   []string{"team"},
	invalid: func(p *fund.TeamPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TeamPatch, _ *submission) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Slug, "slug", "slug"),
			textField(&p.About, "about", "about", "bio"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			flagField(&p.InviteOnly, "invite_only", "inviteOnly"),
			socialField(&p.Social),
		}
	},
}

var userModel = model[fund.UserPatch]{
	names:   []string{"user"},
	invalid: func(p *fund.UserPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.UserPatch, _ *submission) []field {
		return []field{
			textField(&p.Username, "username", "username"),
			textField(&p.Slug, "slug", "slug"),
			textField(&p.Email, "email", "email"),
			textField(&p.FirstName, "first_name", "firstName"),
			textField(&p.LastName, "last_name", "lastName"),
			textField(&p.About, "about", "about"),
			pictureField(&p.Avatar, "avatar", "avatar", "thumbnail"),
			choiceField(&p.Newsletter, "newsletter", "newsletter"),
			socialField(&p.Social),
		}
	},
}

// socialField merges: a service that is not named keeps its handle.
func socialField(to *fund.SocialPatch) field {
	services := []string{
		"discord", "facebook", "instagram", "mixer", "snapchat", "tiktok", "twitch", "twitter", "website", "youtube",
	}
	handles := make([]fund.Opt[string], len(services))
	fields := make([]field, len(services))
	for i, service := range services {
		fields[i] = textField(&handles[i], service, service)
	}
	return group{path: "social", keys: []string{"social"}, fields: fields, done: func() {
		*to = fund.SocialPatch{}
		for i, handle := range handles {
			if handle.Set {
				(*to)[services[i]] = handle.Value
			}
		}
	}}.field()
}

var registrationModel = model[fund.RegistrationPatch]{
	names:   []string{"registration"},
	invalid: func(p *fund.RegistrationPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RegistrationPatch, _ *submission) []field {
		return []field{
			textField(&p.Email, "email", "email"),
			flagField(&p.Subscribed, "subscribed", "subscribed"),
			addressField(&p.Address),
			textField(&p.ShirtSize, "shirt_size", "shirtSize"),
			choiceField(&p.ServiceHours, "service_hours", "serviceHours"),
			textField(&p.PhoneNumber, "phone_number", "phoneNumber"),
			textField(&p.DateOfBirth, "date_of_birth", "dateOfBirth"),
		}
	},
}

// addressField takes an address as a whole: half an old and half a new one is none. A
// registration calls the region a state, a cause calls it a region.
func addressField(to *fund.Opt[*fund.Address]) field {
	var line1, line2, city, region, postalCode, country fund.Opt[string]
	return group{
		path: "address", keys: []string{"address"},
		fields: []field{
			textField(&line1, "line1", "addressLine1", "line1"),
			textField(&line2, "line2", "addressLine2", "line2"),
			textField(&city, "city", "city"),
			textField(&region, "region", "state", "region"),
			textField(&postalCode, "postal_code", "postalCode"),
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
