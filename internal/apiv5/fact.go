package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// simpleFact names a fact above another.
type simpleFact struct {
	ID        string `json:"id" format:"uuid"`
	Name      string `json:"name"`
	UsageType string `json:"usage_type" enum:"auction_house,campaign,cause,fundraising_event_activation,personal_campaign,team_campaign,team_event"`
}

// fact is any thing that can be given to, in the keys that all of them have.
type fact struct {
	ID                     string       `json:"id" format:"uuid"`
	Name                   string       `json:"name"`
	Slug                   string       `json:"slug"`
	Description            *string      `json:"description"`
	Status                 string       `json:"status" enum:"unpublished,published,retired"`
	SupportingType         string       `json:"supporting_type" enum:"none,public,private,invite_only"`
	FactURL                string       `json:"fact_url"`
	DonateURL              string       `json:"donate_url"`
	Avatar                 image        `json:"avatar"`
	Livestream             *livestream  `json:"livestream"`
	HasSchedule            bool         `json:"has_schedule"`
	Goal                   amount       `json:"goal"`
	OriginalGoal           amount       `json:"original_goal"`
	AmountRaised           amount       `json:"amount_raised"`
	TotalAmountRaised      amount       `json:"total_amount_raised"`
	ParentFacts            []simpleFact `json:"parent_facts"`
	User                   *user        `json:"user"`
	Team                   *team        `json:"team"`
	StartsAt               *string      `json:"starts_at" format:"date"`
	EndsAt                 *string      `json:"ends_at" format:"date"`
	StartSupportingAt      *string      `json:"start_supporting_at" format:"date-time"`
	CanPublishSupportingAt *string      `json:"can_publish_supporting_at" format:"date-time"`
	EndSupportingAt        *string      `json:"end_supporting_at" format:"date-time"`
	PublishedAt            *string      `json:"published_at" format:"date-time"`
	RetiredAt              *string      `json:"retired_at" format:"date-time"`
	InsertedAt             string       `json:"inserted_at" format:"date-time"`
	UpdatedAt              string       `json:"updated_at" format:"date-time"`
}

type livestream struct {
	Type    string `json:"type"`
	Channel string `json:"channel"`
}

func (v *version) toFact(f fund.Fact, w related) fact {
	made := fact{
		ID: f.ID.String(), Name: f.Name, Slug: f.Slug, Description: textOrNull(f.Description),
		Status: string(f.Status), SupportingType: supporting(f),
		FactURL: v.baseURL + factPath(f), DonateURL: v.donateURL(f), Avatar: v.factAvatar(f),
		Livestream: toLivestream(f.Livestream), HasSchedule: f.HasSchedule,
		Goal: short(f.Goal, f.Currency), OriginalGoal: short(f.OriginalGoal, f.Currency),
		AmountRaised: fixed(f.Raised, f.Currency), TotalAmountRaised: fixed(f.Total(), f.Currency),
		StartsAt: dateOrNull(f.StartsAt), EndsAt: dateOrNull(f.EndsAt),
		ParentFacts: w.parents(f), User: v.ownerUser(f, w), Team: v.ownerTeam(f, w),
		PublishedAt: secondsOrNull(f.PublishedAt), RetiredAt: secondsOrNull(f.RetiredAt),
		InsertedAt: seconds(f.CreatedAt), UpdatedAt: seconds(f.UpdatedAt),
	}
	if f.Kind == fund.KindFundraisingEvent {
		e := w.Events[f.ID]
		made.StartSupportingAt, made.EndSupportingAt = secondsOrNull(e.StartSupportingAt), secondsOrNull(e.EndSupportingAt)
		made.CanPublishSupportingAt = secondsOrNull(e.CanPublishSupportingAt)
	}
	return made
}

// toSimpleFact names a fact. The wire calls an event by what it was activated as.
func toSimpleFact(a fund.Ancestor) simpleFact {
	usage := string(a.Kind)
	if a.Kind == fund.KindFundraisingEvent {
		usage = "fundraising_event_activation"
	}
	return simpleFact{ID: a.ID.String(), Name: a.Name, UsageType: usage}
}

// factPath is the public page of a fact: below the team for a team campaign, below the cause for an
// event, below its user for everything else that has one.
func factPath(f fund.Fact) string {
	switch {
	case f.Kind == fund.KindCause:
		return "/" + f.Slug
	case f.Kind == fund.KindTeamCampaign && f.Team != nil:
		return teamPath(f.Team.Slug) + "/" + f.Slug
	case f.Kind != fund.KindFundraisingEvent && f.User != nil:
		return userPath(f.User.Slug) + "/" + f.Slug
	default:
		return "/" + f.Cause.Slug + "/" + f.Slug
	}
}

// donateURL is where a fact is given to.
func (v *version) donateURL(f fund.Fact) string { return v.baseURL + factPath(f) + "/donate" }

// factAvatar falls back to the picture of the event or cause.
func (v *version) factAvatar(f fund.Fact) image {
	address := f.Avatar
	if address == "" {
		address = f.AvatarFallback
	}
	return v.image(address, defaultAvatar, sizeFact)
}

func supporting(f fund.Fact) string {
	if f.Supportable == "" {
		return string(fund.SupportNone)
	}
	return string(f.Supportable)
}

func toLivestream(l *fund.Livestream) *livestream {
	if l == nil {
		return nil
	}
	return &livestream{Type: l.Type, Channel: l.Channel}
}
