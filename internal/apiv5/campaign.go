package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// campaign is a user's campaign, its keys in the order of the real answers. Its url is a path, its
// donate_url is absolute.
type campaign struct {
	ID                 string       `json:"id" format:"uuid"`
	Name               string       `json:"name"`
	Status             string       `json:"status" enum:"unpublished,published,retired"`
	User               *user        `json:"user"`
	Description        *string      `json:"description"`
	URL                string       `json:"url"`
	CauseID            string       `json:"cause_id" format:"uuid"`
	InsertedAt         string       `json:"inserted_at" format:"date-time"`
	UpdatedAt          string       `json:"updated_at" format:"date-time"`
	UserID             *string      `json:"user_id" format:"uuid"`
	Slug               string       `json:"slug"`
	CampaignID         *string      `json:"campaign_id" format:"uuid"`
	Avatar             image        `json:"avatar"`
	FundraisingEventID *string      `json:"fundraising_event_id" format:"uuid"`
	SupportingType     string       `json:"supporting_type" enum:"none,public,private,invite_only"`
	RetiredAt          *string      `json:"retired_at" format:"date-time"`
	PublishedAt        *string      `json:"published_at" format:"date-time"`
	ParentFacts        []simpleFact `json:"parent_facts"`
	OriginalGoal       amount       `json:"original_goal"`
	Goal               amount       `json:"goal"`
	AmountRaised       amount       `json:"amount_raised"`
	TotalAmountRaised  amount       `json:"total_amount_raised"`
	Livestream         *livestream  `json:"livestream"`
	LegacyID           int64        `json:"legacy_id"`
	DonateURL          string       `json:"donate_url"`
	HasSchedule        bool         `json:"has_schedule"`
	TeamCampaignID     *string      `json:"team_campaign_id" format:"uuid"`
	StartsAt           *string      `json:"starts_at" format:"date-time"`
	EndsAt             *string      `json:"ends_at" format:"date-time"`
}

func (v *version) toCampaign(f fund.Fact, w related) campaign {
	return campaign{
		ID: f.ID.String(), LegacyID: f.LegacyID, Name: f.Name, Slug: f.Slug, Status: string(f.Status),
		Description: textOrNull(f.Description), URL: factPath(f), DonateURL: v.donateURL(f),
		User: v.ownerUser(f, w), UserID: ownerID(f.User), CauseID: f.Cause.ID.String(),
		FundraisingEventID: refID(f.Event), CampaignID: parentID(f, fund.KindCampaign),
		TeamCampaignID: parentID(f, fund.KindTeamCampaign), ParentFacts: w.parents(f),
		Avatar: v.factAvatar(f), SupportingType: supporting(f), Livestream: toLivestream(f.Livestream),
		HasSchedule: f.HasSchedule, Goal: short(f.Goal, f.Currency), OriginalGoal: short(f.OriginalGoal, f.Currency),
		AmountRaised: fixed(f.Raised, f.Currency), TotalAmountRaised: fixed(f.Total(), f.Currency),
		StartsAt: secondsOrNull(f.StartsAt), EndsAt: secondsOrNull(f.EndsAt),
		PublishedAt: secondsOrNull(f.PublishedAt), RetiredAt: secondsOrNull(f.RetiredAt),
		InsertedAt: seconds(f.CreatedAt), UpdatedAt: seconds(f.UpdatedAt),
	}
}

// parentID is what the fact supports directly, if it is of that kind.
func parentID(f fund.Fact, kind fund.Kind) *string {
	if f.ParentKind != kind {
		return nil
	}
	return refID(f.Parent)
}
