package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// match is what a donation match and a donation match have in common. Its times are in seconds, also
// that of its completion.
type match struct {
	ID                string  `json:"id" format:"uuid"`
	Active            bool    `json:"active"`
	MatchType         string  `json:"match_type"`
	MatchedBy         string  `json:"matched_by"`
	Amount            amount  `json:"amount"`
	PledgedAmount     amount  `json:"pledged_amount"`
	StartedAtAmount   amount  `json:"started_at_amount"`
	TotalAmountRaised amount  `json:"total_amount_raised"`
	StartsAt          string  `json:"starts_at" format:"date-time"`
	EndsAt            string  `json:"ends_at" format:"date-time"`
	CompletedAt       *string `json:"completed_at" format:"date-time"`
	InsertedAt        string  `json:"inserted_at" format:"date-time"`
	UpdatedAt         string  `json:"updated_at" format:"date-time"`
}

// donationMatch is a pledge to double what is given to a fact. The id of the matcher's donation is there
// from the beginning, as in the real answers; the donation is once the match has ended.
type donationMatch struct {
	match
	DonationID string `json:"donation_id" format:"uuid"`
}

// giftMatch is a pledge to double what is given to a personal campaign. It names the matcher's own
// contribution once there is one.
type giftMatch struct {
	match
	ContributionID *string `json:"contribution_id" format:"uuid"`
}

func (v *version) toDonationMatch(m fund.DonationMatch) donationMatch {
	return donationMatch{match: v.toMatch(m), DonationID: m.DonationID.String()}
}

func (v *version) toGiftMatch(m fund.DonationMatch) giftMatch {
	made := giftMatch{match: v.toMatch(m)}
	if m.Paid() {
		made.ContributionID = idOrNull(m.DonationID)
	}
	return made
}

// toMatch writes what was pledged as the amount, also when less was raised: the real answers do so.
// A match without a limit has pledged nothing, and its amount is what it comes to.
func (v *version) toMatch(m fund.DonationMatch) match {
	sum := m.Pledged
	if m.Type == fund.MatchAll {
		sum = m.Amount()
	}
	return match{
		ID: m.ID.String(), Active: m.Active(v.now()), MatchType: string(m.Type), MatchedBy: m.DisplayName(),
		Amount: fixed(sum, m.Currency), PledgedAmount: fixed(m.Pledged, m.Currency),
		StartedAtAmount: fixed(m.StartedAt, m.Currency), TotalAmountRaised: fixed(m.Raised, m.Currency),
		StartsAt: seconds(m.StartsAt), EndsAt: seconds(m.EndsAt), CompletedAt: secondsOrNull(m.CompletedAt),
		InsertedAt: seconds(m.CreatedAt), UpdatedAt: seconds(m.UpdatedAt),
	}
}
