package apiv3

import (
	"encoding/json"

	"github.com/almoner/almoner/internal/fund"
)

// leaderboardEntry has its amount under the real and the documented name, and a relative
// address.
type leaderboardEntry struct {
	Name              string      `json:"name"`
	URL               string      `json:"url"`
	AmountRaised      json.Number `json:"amountRaised"`
	Avatar            image       `json:"avatar"`
	UserID            int64       `json:"userId,omitempty"`
	TeamID            int64       `json:"teamId,omitempty"`
	SnakeAmountRaised json.Number `json:"amount_raised"`
}

type leaderboards struct {
	Individual []leaderboardEntry `json:"individual"`
	Team       []leaderboardEntry `json:"team"`
}

type eventLeaderboards struct {
	leaderboards
	Weekly []leaderboardEntry `json:"weekly"`
}

// boards is what a leaderboard is written with.
type boards struct {
	v        *version
	currency string
}

func (b boards) users(entries []fund.LeaderboardEntry) []leaderboardEntry {
	return list(entries, func(e fund.LeaderboardEntry) leaderboardEntry {
		made := b.entry(e)
		made.URL, made.UserID = "/@"+e.Slug+"/profile", e.LegacyID
		return made
	})
}

func (b boards) teams(entries []fund.LeaderboardEntry) []leaderboardEntry {
	return list(entries, func(e fund.LeaderboardEntry) leaderboardEntry {
		made := b.entry(e)
		made.URL, made.TeamID = "/+"+e.Slug, e.LegacyID
		return made
	})
}

func (b boards) entry(e fund.LeaderboardEntry) leaderboardEntry {
	amount := decimal(e.Raised, b.currency)
	return leaderboardEntry{
		Name: e.Name, AmountRaised: amount, SnakeAmountRaised: amount,
		Avatar: b.v.image(e.Avatar, defaultAvatar, sizeLeaderboard),
	}
}
