package apiv3

import (
	"encoding/json"

	"github.com/almoner/almoner/internal/fund"
)

// challenge is a target; the announced and documented activatesOn comes last.
type challenge struct {
	ID                int64       `json:"id"`
	Type              string      `json:"type"`
	Name              string      `json:"name"`
	TotalAmountRaised json.Number `json:"totalAmountRaised"`
	Amount            json.Number `json:"amount"`
	CampaignID        int64       `json:"campaignId"`
	Active            bool        `json:"active"`
	EndsAt            *int64      `json:"endsAt"`
	CreatedAt         int64       `json:"createdAt"`
	UpdatedAt         int64       `json:"updatedAt"`
	ActivatesOn       int64       `json:"activatesOn"`
}

func (v *version) toChallenge(t fund.Target) challenge {
	return challenge{
		ID: t.LegacyID, Type: "Challenge", Name: t.Name, CampaignID: t.FactLegacyID, Active: t.Active(v.now()),
		Amount: decimal(t.Amount, t.Currency), TotalAmountRaised: decimal(t.Raised, t.Currency),
		ActivatesOn: millis(first(t.ActivatesAt, t.CreatedAt)), EndsAt: millisOrNull(t.EndsAt),
		CreatedAt: millis(t.CreatedAt), UpdatedAt: millis(t.UpdatedAt),
	}
}

// milestone was called by one client only and its real answer is not known: the shape is
// that of a challenge that counts the whole campaign.
type milestone struct {
	ID         int64       `json:"id"`
	Type       string      `json:"type"`
	Name       string      `json:"name"`
	Amount     json.Number `json:"amount"`
	CampaignID int64       `json:"campaignId"`
	Active     bool        `json:"active"`
	Reached    bool        `json:"reached"`
	ReachedAt  *int64      `json:"reachedAt"`
	CreatedAt  int64       `json:"createdAt"`
	UpdatedAt  int64       `json:"updatedAt"`
}

func (v *version) toMilestone(m fund.Milestone) milestone {
	return milestone{
		ID: m.LegacyID, Type: "Milestone", Name: m.Name, Amount: decimal(m.Amount, m.Currency),
		CampaignID: m.FactLegacyID, Active: m.Enabled, Reached: !m.ReachedAt.IsZero(), ReachedAt: millisOrNull(m.ReachedAt),
		CreatedAt: millis(m.CreatedAt), UpdatedAt: millis(m.UpdatedAt),
	}
}
