package apiv5

import (
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// The models below are what callers may write, in the words of what GET shows. Which values are
// allowed is for the rules of the domain to say.

// campaignModel is a campaign or a team campaign. What it supports has two names because GET shows it
// under one of two; the team of a team campaign is in its address and never changes.
var campaignModel = model[fund.CampaignPatch]{
	invalid: func(p *fund.CampaignPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.CampaignPatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Slug, "slug", "slug"),
			textField(&p.Description, "description", "description"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			moneyField(&p.Goal, &p.Currency, "goal", "goal"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
			textField(&p.Status, "status", "status"),
			supportField(&p.Supportable),
			livestreamField(&p.Livestream),
			referenceField(&p.Cause, "cause", "cause_id"),
			referenceField(&p.Event, "event", "fundraising_event_id"),
			referenceField(&p.Parent, "parent", "team_campaign_id", "campaign_id"),
			referenceField(&p.Team, "team", "team_id"),
		}
	},
}

// supportField has two names because campaigns and team campaigns show it under two.
func supportField(to *fund.Opt[fund.Supportable]) field {
	f := textField(to, "supportable", "supporting_type")
	f.keys = []string{"supporting_type", "supportable"}
	return f
}

// livestreamField takes a livestream as a whole.
func livestreamField(to *fund.Opt[*fund.Livestream]) field {
	var kind, channel fund.Opt[string]
	return group{
		path: "livestream", key: "livestream",
		fields: []field{textField(&kind, "type", "type"), textField(&channel, "channel", "channel")},
		done: func() {
			*to = fund.Some(&fund.Livestream{Type: kind.Value, Channel: channel.Value})
		},
		null: func() { *to = fund.Some[*fund.Livestream](nil) },
	}.field()
}

var pollModel = model[fund.PollPatch]{
	invalid: func(p *fund.PollPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.PollPatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			flagField(&p.Enabled, "enabled", "active"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
			pollOptionsField(&p.Options),
		}
	},
}

// pollOptionsField keeps the spot of every item, also of one that cannot be read: the rules report
// by spot.
func pollOptionsField(to *[]fund.PollOptionPatch) field {
	return field{path: "options", keys: []string{"options"}, read: func(s *submission, at spot, value any) {
		s.list(at, value, func(at spot, value any) {
			var id fund.Opt[fund.Key]
			var option fund.PollOptionPatch
			group{
				fields: []field{referenceField(&id, "id", "id"), textField(&option.Name, "name", "name")},
				done:   func() { option.ID, option.LegacyID = id.Value.ID, id.Value.LegacyID },
			}.field().read(s, at, value)
			*to = append(*to, option)
		})
	}}
}

var targetModel = model[fund.TargetPatch]{
	invalid: func(p *fund.TargetPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TargetPatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			moneyField(&p.Amount, &p.Currency, "amount", "amount"),
			flagField(&p.Enabled, "enabled", "active"),
			momentField(&p.ActivatesAt, "activates_at", "activates_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
		}
	},
}

var rewardModel = model[fund.RewardPatch]{
	invalid: func(p *fund.RewardPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RewardPatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Description, "description", "description"),
			pictureField(&p.Image, "image", "image"),
			moneyField(&p.Amount, &p.Currency, "amount", "amount"),
			textField(&p.Kind, "kind", "kind"),
			countField(&p.Quantity, "quantity", "quantity"),
			moneyField(&p.FairMarketValue, &p.Currency, "fair_market_value", "fair_market_value"),
			flagField(&p.ShippingAddressRequired, "shipping_address_required", "shipping_address_required"),
			textField(&p.ShippingNote, "shipping_note", "shipping_note"),
			textField(&p.CustomQuestion, "custom_question", "custom_question"),
			flagField(&p.Enabled, "enabled", "active"),
			flagField(&p.AlwaysActive, "always_active", "always_active"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
		}
	},
}

var milestoneModel = model[fund.MilestonePatch]{
	invalid: func(p *fund.MilestonePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.MilestonePatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			moneyField(&p.Amount, &p.Currency, "amount", "amount"),
			flagField(&p.Enabled, "enabled", "active"),
		}
	},
}

var matchModel = model[fund.MatchPatch]{
	invalid: func(p *fund.MatchPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.MatchPatch) []field {
		return []field{
			textField(&p.MatchedBy, "matched_by", "matched_by"),
			textField(&p.Type, "type", "match_type"),
			moneyField(&p.Pledged, &p.Currency, "pledged", "pledged_amount"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
		}
	},
}

var scheduleModel = model[fund.SchedulePatch]{
	invalid: func(p *fund.SchedulePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.SchedulePatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Description, "description", "description"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
		}
	},
}

var fitnessGoalModel = model[fund.FitnessGoalPatch]{
	invalid: func(p *fund.FitnessGoalPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.FitnessGoalPatch) []field {
		return []field{
			textField(&p.Type, "type", "type"),
			textField(&p.Unit, "unit", "distance_unit"),
			decimalField(&p.Goal, "goal", "goal"),
		}
	},
}

var teamModel = model[fund.TeamPatch]{
	invalid: func(p *fund.TeamPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TeamPatch) []field {
		return []field{
			textField(&p.Name, "name", "name"),
			textField(&p.Slug, "slug", "slug"),
			textField(&p.About, "about", "description"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			flagField(&p.InviteOnly, "invite_only", "invite_only"),
			socialField(&p.Social),
		}
	},
}

// rolePatch is the place of a member in a team.
type rolePatch struct {
	role    fund.Opt[fund.Role]
	invalid fault.Fields
}

// rolePrefix is what this wire puts before the names of roles.
const rolePrefix = "team_"

var roleModel = model[rolePatch]{
	invalid: func(p *rolePatch) *fault.Fields { return &p.invalid },
	fields: func(p *rolePatch) []field {
		return []field{leaf("role", "role", func(value any) string {
			key, ok := value.(string)
			if !ok {
				return notAText
			}
			name, known := strings.CutPrefix(key, rolePrefix)
			if !known {
				return fund.NotAllowed
			}
			p.role = fund.Some(fund.Role(name))
			return ""
		})}
	},
}

var userModel = model[fund.UserPatch]{
	invalid: func(p *fund.UserPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.UserPatch) []field {
		return []field{
			textField(&p.Username, "username", "username"),
			textField(&p.Slug, "slug", "slug"),
			textField(&p.Email, "email", "email"),
			textField(&p.FirstName, "first_name", "first_name"),
			textField(&p.LastName, "last_name", "last_name"),
			textField(&p.About, "about", "description"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			choiceField(&p.Newsletter, "newsletter", "newsletter"),
			socialField(&p.Social),
		}
	},
}

// socialField merges: a service that is not named keeps its handle.
func socialField(to *fund.SocialPatch) field {
	return textsField((*map[string]string)(to), "social", []string{
		"discord", "facebook", "instagram", "mixer", "snapchat", "tiktok", "twitch", "twitter", "website", "youtube",
	})
}

// textsField is an object of texts that merges, under the same name on both sides.
func textsField(to *map[string]string, name string, keys []string) field {
	texts := make([]fund.Opt[string], len(keys))
	fields := make([]field, len(keys))
	for i, key := range keys {
		fields[i] = textField(&texts[i], key, key)
	}
	return group{path: name, key: name, fields: fields, done: func() {
		*to = map[string]string{}
		for i, text := range texts {
			if text.Set {
				(*to)[keys[i]] = text.Value
			}
		}
	}}.field()
}
