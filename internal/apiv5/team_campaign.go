package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// teamCampaign is a campaign of a team. Both of its addresses are absolute. User and UserID are null
// as in the real answers: it belongs to its team.
type teamCampaign struct {
	ID                     string       `json:"id" format:"uuid"`
	LegacyID               int64        `json:"legacy_id"`
	Name                   string       `json:"name"`
	Slug                   string       `json:"slug"`
	Status                 string       `json:"status" enum:"unpublished,published,retired"`
	Description            *string      `json:"description"`
	URL                    string       `json:"url"`
	DonateURL              string       `json:"donate_url"`
	Avatar                 image        `json:"avatar"`
	Livestream             *livestream  `json:"livestream"`
	HasSchedule            bool         `json:"has_schedule"`
	CurrencyCode           string       `json:"currency_code"`
	Goal                   *amount      `json:"goal"`
	OriginalGoal           amount       `json:"original_goal"`
	AmountRaised           amount       `json:"amount_raised"`
	SupportingAmountRaised amount       `json:"supporting_amount_raised"`
	TotalAmountRaised      amount       `json:"total_amount_raised"`
	Supportable            string       `json:"supportable" enum:"none,public,private,invite_only"`
	Team                   *team        `json:"team"`
	TeamID                 *string      `json:"team_id" format:"uuid"`
	User                   *user        `json:"user"`
	UserID                 *string      `json:"user_id" format:"uuid"`
	CauseID                string       `json:"cause_id" format:"uuid"`
	FundraisingEventID     *string      `json:"fundraising_event_id" format:"uuid"`
	ParentFacts            []simpleFact `json:"parent_facts"`
	StartsAt               *string      `json:"starts_at" format:"date-time"`
	EndsAt                 *string      `json:"ends_at" format:"date-time"`
	PublishedAt            *string      `json:"published_at" format:"date-time"`
	RetiredAt              *string      `json:"retired_at" format:"date-time"`
	InsertedAt             string       `json:"inserted_at" format:"date-time"`
	UpdatedAt              string       `json:"updated_at" format:"date-time"`
}

func (v *version) toTeamCampaign(f fund.Fact, w related) teamCampaign {
	return teamCampaign{
		ID: f.ID.String(), LegacyID: f.LegacyID, Name: f.Name, Slug: f.Slug, Status: string(f.Status),
		Description: textOrNull(f.Description), URL: v.baseURL + factPath(f), DonateURL: v.donateURL(f),
		Avatar: v.factAvatar(f), Livestream: toLivestream(f.Livestream), HasSchedule: f.HasSchedule,
		CurrencyCode: f.Currency, Goal: shortOrNull(f.Goal, f.Currency), OriginalGoal: short(f.OriginalGoal, f.Currency),
		AmountRaised: fixed(f.Raised, f.Currency), SupportingAmountRaised: fixed(f.Supported, f.Currency),
		TotalAmountRaised: fixed(f.Total(), f.Currency), Supportable: supporting(f),
		Team: v.ownerTeam(f, w), TeamID: ownerID(f.Team), CauseID: f.Cause.ID.String(),
		FundraisingEventID: refID(f.Event), ParentFacts: w.parents(f),
		StartsAt: secondsOrNull(f.StartsAt), EndsAt: secondsOrNull(f.EndsAt),
		PublishedAt: secondsOrNull(f.PublishedAt), RetiredAt: secondsOrNull(f.RetiredAt),
		InsertedAt: seconds(f.CreatedAt), UpdatedAt: seconds(f.UpdatedAt),
	}
}

// toEvent is a campaign or a team campaign, whichever it is.
func (v *version) toEvent(f fund.Fact, w related) any {
	if f.Kind == fund.KindTeamCampaign {
		return v.toTeamCampaign(f, w)
	}
	return v.toCampaign(f, w)
}
