package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// donation is money for a fact. Its amount is what is left of it after refunds.
type donation struct {
	donationMoney
	donationPlace

	Facts []simpleFact `json:"facts"`

	donationRest
}

// donationMoney, donationPlace and donationRest are what all donations show, in this order; relays show something else
// between them. A new key belongs to the rest.
type donationMoney struct {
	ID       string `json:"id" format:"uuid"`
	LegacyID int64  `json:"legacy_id"`
	Amount   amount `json:"amount"`
}

type donationPlace struct {
	DonorName          string  `json:"donor_name"`
	DonorComment       *string `json:"donor_comment"`
	CampaignID         *string `json:"campaign_id" format:"uuid"`
	TeamEventID        *string `json:"team_event_id" format:"uuid"`
	FundraisingEventID *string `json:"fundraising_event_id" format:"uuid"`
	CauseID            string  `json:"cause_id" format:"uuid"`
}

type donationRest struct {
	PollID          *string         `json:"poll_id" format:"uuid"`
	PollOptionID    *string         `json:"poll_option_id" format:"uuid"`
	TargetID        *string         `json:"target_id" format:"uuid"`
	RewardID        *string         `json:"reward_id" format:"uuid"`
	RewardClaims    []rewardClaim   `json:"reward_claims" null:"true"`
	DonationMatches []donationMatch `json:"donation_matches" null:"true"`
	IsMatch         bool            `json:"is_match"`
	Sustained       bool            `json:"sustained"`
	CompletedAt     *string         `json:"completed_at" format:"date-time"`
	CreatedAt       string          `json:"created_at" format:"date-time"`
}

type rewardClaim struct {
	ID       string `json:"id" format:"uuid"`
	RewardID string `json:"reward_id" format:"uuid"`
	Quantity int64  `json:"quantity"`
}

// contribution is money for a personal campaign.
type contribution struct {
	ID                 string        `json:"id" format:"uuid"`
	Amount             amount        `json:"amount"`
	DonorName          string        `json:"donor_name"`
	DonorComment       *string       `json:"donor_comment"`
	PersonalCampaignID *string       `json:"personal_campaign_id" format:"uuid"`
	PollID             *string       `json:"poll_id" format:"uuid"`
	PollOptionID       *string       `json:"poll_option_id" format:"uuid"`
	TargetID           *string       `json:"target_id" format:"uuid"`
	RewardClaims       []rewardClaim `json:"reward_claims" null:"true"`
	GiftMatches        []giftMatch   `json:"gift_matches"`
	IsMatch            bool          `json:"is_match"`
	CompletedAt        *string       `json:"completed_at" format:"date-time"`
}

// toDonation takes the facts that the donation counts for: everything above its own, and its own.
func (v *version) toDonation(d fund.Donation, facts []simpleFact) donation {
	made := donation{
		donationMoney: donationMoney{ID: d.ID.String(), LegacyID: d.LegacyID, Amount: fixed(d.Net(), d.Currency)},
		donationPlace: donationPlace{
			DonorName: d.DisplayName(), DonorComment: textOrNull(d.DisplayComment()),
			FundraisingEventID: idOrNull(d.EventID), CauseID: d.CauseID.String(),
		},
		Facts: facts,
		donationRest: donationRest{
			PollID: refID(d.Poll), PollOptionID: refID(d.PollOption), TargetID: refID(d.Target),
			RewardClaims: toClaims(d.Claims), IsMatch: d.IsMatch, Sustained: d.Sustained,
			CompletedAt: written(d.CompletedAt, microseconds), CreatedAt: seconds(d.CreatedAt),
		},
	}
	switch d.FactKind {
	case fund.KindCampaign:
		made.CampaignID = idOrNull(d.Fact.ID)
	case fund.KindTeamCampaign:
		made.TeamEventID = idOrNull(d.Fact.ID)
	}
	if len(made.RewardClaims) > 0 {
		made.RewardID = &made.RewardClaims[0].RewardID
	}
	if len(d.Matches) > 0 {
		made.DonationMatches = list(d.Matches, v.toDonationMatch)
	}
	return made
}

func (v *version) toContribution(d fund.Donation) contribution {
	made := contribution{
		ID: d.ID.String(), Amount: fixed(d.Net(), d.Currency), DonorName: d.DisplayName(),
		DonorComment: textOrNull(d.DisplayComment()), PollID: refID(d.Poll), PollOptionID: refID(d.PollOption),
		TargetID: refID(d.Target), RewardClaims: toClaims(d.Claims), GiftMatches: list(d.Matches, v.toGiftMatch),
		IsMatch: d.IsMatch, CompletedAt: written(d.CompletedAt, microseconds),
	}
	if d.FactKind == fund.KindPersonalCampaign {
		made.PersonalCampaignID = idOrNull(d.Fact.ID)
	}
	return made
}

// toClaims is null, and no empty list, for none.
func toClaims(claims []fund.Claim) []rewardClaim {
	if len(claims) == 0 {
		return nil
	}
	return list(claims, func(c fund.Claim) rewardClaim {
		return rewardClaim{ID: c.ID.String(), RewardID: c.Reward.ID.String(), Quantity: c.Quantity}
	})
}
