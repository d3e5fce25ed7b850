package apiv3

import (
	"encoding/json"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

type poll struct {
	ID         int64        `json:"id"`
	Type       string       `json:"type"`
	Name       string       `json:"name"`
	Active     bool         `json:"active"`
	CampaignID int64        `json:"campaignId"`
	CreatedAt  int64        `json:"createdAt"`
	UpdatedAt  int64        `json:"updatedAt"`
	Options    []pollOption `json:"options"`
}

type pollOption struct {
	ID                int64       `json:"id"`
	Type              string      `json:"type"`
	PollID            int64       `json:"pollId"`
	Name              string      `json:"name"`
	TotalAmountRaised json.Number `json:"totalAmountRaised"`
	CreatedAt         int64       `json:"createdAt"`
	UpdatedAt         int64       `json:"updatedAt"`
}

// upcomingPoll is the poll of the announced endpoints.
type upcomingPoll struct {
	poll
	Options []upcomingPollOption `json:"options"`
}

// upcomingPollOption has the announced keys beside the ones of every option.
type upcomingPollOption struct {
	pollOption
	Amount     json.Number `json:"amount"`
	Percentage json.Number `json:"percentage"`
}

func (v *version) toPoll(p fund.Poll) poll {
	return poll{
		ID: p.LegacyID, Type: "Poll", Name: p.Name, Active: p.Active(v.now()), CampaignID: p.FactLegacyID,
		CreatedAt: millis(p.CreatedAt), UpdatedAt: millis(p.UpdatedAt),
		Options: list(p.Options, func(o fund.PollOption) pollOption { return v.toPollOption(o, p.Currency) }),
	}
}

func (v *version) toPollOption(o fund.PollOption, currency string) pollOption {
	return pollOption{
		ID: o.LegacyID, Type: "PollOption", PollID: o.PollLegacyID, Name: o.Name,
		TotalAmountRaised: decimal(o.Raised, currency), CreatedAt: millis(o.CreatedAt), UpdatedAt: millis(o.UpdatedAt),
	}
}

func (v *version) toUpcomingPoll(p fund.Poll) upcomingPoll {
	var all int64
	for _, o := range p.Options {
		all += o.Raised
	}
	return upcomingPoll{
		poll: v.toPoll(p),
		Options: list(p.Options, func(o fund.PollOption) upcomingPollOption {
			made := v.toPollOption(o, p.Currency)
			return upcomingPollOption{pollOption: made, Amount: made.TotalAmountRaised, Percentage: percentage(o.Raised, all)}
		}),
	}
}

// percentage is the share of a whole from 0 to 100 with at most two decimals, rounded down so
// that the shares never add up to more than the whole.
func percentage(part, whole int64) json.Number {
	if whole <= 0 {
		return "0"
	}
	hundredths := part / whole * 10_000
	hundredths += part % whole * 10_000 / whole
	return json.Number(money.Short(hundredths, 2))
}
