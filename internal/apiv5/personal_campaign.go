package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// personalCampaign is a campaign for a person. No real answer is known: its addresses are absolute
// as in the documents.
type personalCampaign struct {
	ID                 string  `json:"id" format:"uuid"`
	Name               string  `json:"name"`
	Slug               string  `json:"slug"`
	Status             string  `json:"status" enum:"unpublished,published,retired"`
	Description        string  `json:"description"`
	URL                string  `json:"url"`
	DonateURL          string  `json:"donate_url"`
	Avatar             image   `json:"avatar"`
	FundraisingForName *string `json:"fundraising_for_name"`
	FundraisingForSelf bool    `json:"fundraising_for_self"`
	Goal               amount  `json:"goal"`
	OriginalGoal       amount  `json:"original_goal"`
	AmountRaised       amount  `json:"amount_raised"`
	TotalAmountRaised  amount  `json:"total_amount_raised"`
	SupportingType     string  `json:"supporting_type" enum:"none,public,private,invite_only"`
	User               *user   `json:"user"`
	UserID             *string `json:"user_id" format:"uuid"`
	PublishedAt        *string `json:"published_at" format:"date-time"`
	RetiredAt          *string `json:"retired_at" format:"date-time"`
	InsertedAt         string  `json:"inserted_at" format:"date-time"`
	UpdatedAt          string  `json:"updated_at" format:"date-time"`
}

func (v *version) toPersonalCampaign(p fund.PersonalCampaign, w related) personalCampaign {
	f := p.Fact
	return personalCampaign{
		ID: f.ID.String(), Name: f.Name, Slug: f.Slug, Status: string(f.Status), Description: f.Description,
		URL: v.baseURL + factPath(f), DonateURL: v.donateURL(f), Avatar: v.factAvatar(f),
		FundraisingForName: textOrNull(p.ForName), FundraisingForSelf: p.ForName == "",
		Goal: short(f.Goal, f.Currency), OriginalGoal: short(f.OriginalGoal, f.Currency),
		AmountRaised: fixed(f.Raised, f.Currency), TotalAmountRaised: fixed(f.Total(), f.Currency),
		SupportingType: supporting(f), User: v.ownerUser(f, w), UserID: ownerID(f.User),
		PublishedAt: secondsOrNull(f.PublishedAt), RetiredAt: secondsOrNull(f.RetiredAt),
		InsertedAt: seconds(f.CreatedAt), UpdatedAt: seconds(f.UpdatedAt),
	}
}
