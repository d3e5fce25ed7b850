package apiv3

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// Socket writes what version 3 pushed on its socket. It shows what everybody may see.
type Socket struct{ v *version }

// NewSocket makes a Socket. It uses the BaseURL, the Sunset and the clock of the options.
func NewSocket(o Options) Socket { return Socket{newVersion(o)} }

// Gate is the error of a connection that is made at now: Gone after the sunset.
func (s Socket) Gate(now time.Time) error { return s.v.gate(now) }

// Header sets the headers with which every answer of the version says that it is the old one.
func (s Socket) Header(h http.Header) { s.v.header(h) }

// socketDonation is not the donation of the API: all keys are always there, in the order of the alphabet, and some are in snake_case.
type socketDonation struct {
	Amount       json.Number `json:"amount"`
	ChallengeID  *int64      `json:"challenge_id"`
	Comment      *string     `json:"comment"`
	CompletedAt  int64       `json:"completedAt"`
	EventID      int64       `json:"event_id"` // of the campaign: version 3 called campaigns events
	ID           int64       `json:"id"`
	Name         string      `json:"name"`
	PollOptionID *int64      `json:"poll_option_id"`
	RewardID     *int64      `json:"reward_id"`
	UpdatedAt    int64       `json:"updatedAt"`
}

// Donation writes a donation.
func (s Socket) Donation(d fund.Donation) (json.RawMessage, error) {
	of := s.v.toDonation(d)
	return api.Marshal(socketDonation{
		Amount: float(of.Amount), ChallengeID: numberOrNull(of.ChallengeID), Comment: of.Comment, CompletedAt: of.CompletedAt,
		EventID: d.Fact.LegacyID, ID: of.ID, Name: of.Name, PollOptionID: numberOrNull(of.PollOptionID),
		RewardID: numberOrNull(of.RewardID), UpdatedAt: of.UpdatedAt,
	})
}

// Campaign writes a fact of any kind as a campaign, with the keys of the API.
func (s Socket) Campaign(f fund.Fact) (json.RawMessage, error) { return api.Marshal(s.v.toCampaign(f)) }

// Reward writes a reward, with the keys of the API.
func (s Socket) Reward(r fund.Reward) (json.RawMessage, error) { return api.Marshal(s.v.toReward(r)) }

// float writes an amount as real pushes did: with a point, also where there are no decimals.
func float(amount json.Number) json.Number {
	if strings.Contains(string(amount), ".") {
		return amount
	}
	return amount + ".0"
}

func numberOrNull(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
