package apiv3

import (
	"encoding/json"

	"github.com/almoner/almoner/internal/fund"
)

// donation leaves out the voices and the reward that were not given: clients test whether
// the key is there.
type donation struct {
	ID           int64       `json:"id"`
	Amount       json.Number `json:"amount"`
	Name         string      `json:"name"`
	Comment      *string     `json:"comment"`
	CompletedAt  int64       `json:"completedAt"`
	UpdatedAt    int64       `json:"updatedAt"`
	PollOptionID int64       `json:"pollOptionId,omitempty"`
	RewardID     int64       `json:"rewardId,omitempty"`
	ChallengeID  int64       `json:"challengeId,omitempty"`
	Sustained    bool        `json:"sustained"`
}

// causeDonation is the donation in the lists of causes and events, which had names of their
// own in the documents.
type causeDonation struct {
	donation
	DonorComment *string `json:"donorComment"`
	CreatedAt    int64   `json:"createdAt"`
}

func (v *version) toDonation(d fund.Donation) donation {
	made := donation{
		ID: d.LegacyID, Amount: decimal(d.Net(), d.Currency), Name: d.DisplayName(),
		Comment: textOrNull(d.DisplayComment()), CompletedAt: millis(d.CompletedAt),
		UpdatedAt: millis(first(d.UpdatedAt, d.CompletedAt)), Sustained: d.Sustained,
		PollOptionID: legacyID(d.PollOption), ChallengeID: legacyID(d.Target),
	}
	if len(d.Claims) > 0 {
		made.RewardID = d.Claims[0].Reward.LegacyID // V3 has room for one
	}
	return made
}

func (v *version) toCauseDonation(d fund.Donation) causeDonation {
	return causeDonation{donation: v.toDonation(d), DonorComment: textOrNull(d.DisplayComment()), CreatedAt: millis(d.CreatedAt)}
}
