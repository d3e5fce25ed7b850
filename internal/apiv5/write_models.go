package apiv5

import (
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// The models below are what callers may write, in the words of what GET shows. Which values are
// allowed is for the rules of the domain to say.

// campaignModel is a campaign or a team campaign. What it supports has two names because GET shows it
// under one of two; the team of a team campaign is in its address and never changes.
var campaignModel = model[fund.CampaignPatch]{
	invalid: func(p *fund.CampaignPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.CampaignPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Slug, "slug", "slug"),
			submit.Text(&p.Description, "description", "description"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			moneyField(&p.Goal, &p.Currency, "goal", "goal"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
			submit.Text(&p.Status, "status", "status"),
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
func supportField(to *fund.Opt[fund.Supportable]) submit.Field {
	return submit.Text(to, "supportable", "supporting_type", "supportable")
}

// livestreamField takes a livestream as a whole.
func livestreamField(to *fund.Opt[*fund.Livestream]) submit.Field {
	var kind, channel fund.Opt[string]
	return submit.Group{
		Path: "livestream", Keys: []string{"livestream"},
		Fields: []submit.Field{submit.Text(&kind, "type", "type"), submit.Text(&channel, "channel", "channel")},
		Done: func() {
			*to = fund.Some(&fund.Livestream{Type: kind.Value, Channel: channel.Value})
		},
		Null: func() { *to = fund.Some[*fund.Livestream](nil) },
	}.Field()
}

var pollModel = model[fund.PollPatch]{
	invalid: func(p *fund.PollPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.PollPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			activeField(&p.Enabled),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
			pollOptionsField(&p.Options),
		}
	},
}

func pollOptionsField(to *[]fund.PollOptionPatch) submit.Field {
	return submit.Items(to, func(option *fund.PollOptionPatch) submit.Group {
		var id fund.Opt[fund.Key]
		return submit.Group{
			Fields: []submit.Field{referenceField(&id, "id", "id"), submit.Text(&option.Name, "name", "name")},
			Done:   func() { option.ID, option.LegacyID = id.Value.ID, id.Value.LegacyID },
		}
	}, "options", "options")
}

var targetModel = model[fund.TargetPatch]{
	invalid: func(p *fund.TargetPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TargetPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			moneyField(&p.Amount, &p.Currency, "amount", "amount"),
			activeField(&p.Enabled),
			momentField(&p.ActivatesAt, "activates_at", "activates_at"),
			targetEndField(&p.EndsAt),
		}
	},
}

// targetEndField takes the end that a target without one shows for none.
func targetEndField(to *fund.Opt[time.Time]) submit.Field {
	f := momentField(to, "ends_at", "ends_at")
	read := f.Read
	f.Read = func(s *submit.Submission, at submit.Spot, value any) {
		if read(s, at, value); to.Value.Equal(endless) {
			to.Value = time.Time{}
		}
	}
	return f
}

var rewardModel = model[fund.RewardPatch]{
	invalid: func(p *fund.RewardPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RewardPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Description, "description", "description"),
			pictureField(&p.Image, "image", "image"),
			moneyField(&p.Amount, &p.Currency, "amount", "amount"),
			submit.Text(&p.Kind, "kind", "kind"),
			submit.Count(&p.Quantity, "quantity", "quantity"),
			moneyField(&p.FairMarketValue, &p.Currency, "fair_market_value", "fair_market_value"),
			submit.Flag(&p.ShippingAddressRequired, "shipping_address_required", "shipping_address_required"),
			submit.Text(&p.ShippingNote, "shipping_note", "shipping_note"),
			submit.Text(&p.CustomQuestion, "custom_question", "custom_question"),
			activeField(&p.Enabled),
			submit.Flag(&p.AlwaysActive, "always_active", "always_active"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
		}
	},
}

var milestoneModel = model[fund.MilestonePatch]{
	invalid: func(p *fund.MilestonePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.MilestonePatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			moneyField(&p.Amount, &p.Currency, "amount", "amount"),
			activeField(&p.Enabled),
		}
	},
}

var matchModel = model[fund.MatchPatch]{
	invalid: func(p *fund.MatchPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.MatchPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.MatchedBy, "matched_by", "matched_by"),
			submit.Text(&p.Type, "type", "match_type"),
			moneyField(&p.Pledged, &p.Currency, "pledged", "pledged_amount"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
		}
	},
}

var scheduleModel = model[fund.SchedulePatch]{
	invalid: func(p *fund.SchedulePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.SchedulePatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Description, "description", "description"),
			momentField(&p.StartsAt, "starts_at", "starts_at"),
			momentField(&p.EndsAt, "ends_at", "ends_at"),
		}
	},
}

var fitnessGoalModel = model[fund.FitnessGoalPatch]{
	invalid: func(p *fund.FitnessGoalPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.FitnessGoalPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Type, "type", "type"),
			submit.Text(&p.Unit, "unit", "distance_unit"),
			submit.Decimal(&p.Goal, "goal", "goal"),
		}
	},
}

var teamModel = model[fund.TeamPatch]{
	invalid: func(p *fund.TeamPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TeamPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			submit.Text(&p.Slug, "slug", "slug"),
			submit.Text(&p.About, "about", "description"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			submit.Flag(&p.InviteOnly, "invite_only", "invite_only"),
			submit.Social(&p.Social, "social", "social"),
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
	fields: func(p *rolePatch) []submit.Field {
		return []submit.Field{submit.Value(&p.role, readRole, "role", "role")}
	},
}

func readRole(value any) (fund.Role, string) {
	key, problem := submit.ReadText(value)
	if problem != "" {
		return "", problem
	}
	name, known := strings.CutPrefix(key, rolePrefix)
	if !known {
		return "", fund.NotAllowed
	}
	return fund.Role(name), ""
}

var userModel = model[fund.UserPatch]{
	invalid: func(p *fund.UserPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.UserPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Username, "username", "username"),
			submit.Text(&p.Slug, "slug", "slug"),
			submit.Text(&p.Email, "email", "email"),
			submit.Text(&p.FirstName, "first_name", "first_name"),
			submit.Text(&p.LastName, "last_name", "last_name"),
			submit.Text(&p.About, "about", "description"),
			pictureField(&p.Avatar, "avatar", "avatar"),
			submit.Choice(&p.Newsletter, "newsletter", "newsletter"),
			submit.Social(&p.Social, "social", "social"),
		}
	},
}
