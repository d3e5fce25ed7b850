package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// leaderboardEntry is one line of a leaderboard. Its amount is money, or an amount of exercise. The
// heat is null in all real answers.
type leaderboardEntry struct {
	ID     string   `json:"id" format:"uuid"`
	Name   string   `json:"name"`
	URL    *string  `json:"url"`
	Avatar image    `json:"avatar"`
	Amount any      `json:"amount"`
	Heat   *float64 `json:"heat"`
}

// configuredLeaderboard is what a cause or event shows on its page. The documents call the users
// individual, their sample calls them user: both are there.
type configuredLeaderboard struct {
	Individual []leaderboardEntry `json:"individual"`
	User       []leaderboardEntry `json:"user"`
	Team       []leaderboardEntry `json:"team"`
	Weekly     []leaderboardEntry `json:"weekly"`
}

// toEntry writes a line of a board in a currency. A donor has no page and no picture.
func (v *version) toEntry(board fund.Board, currency string) func(fund.LeaderboardEntry) leaderboardEntry {
	return func(e fund.LeaderboardEntry) leaderboardEntry {
		made := leaderboardEntry{
			ID: e.ID.String(), Name: e.Name, Avatar: v.image(e.Avatar, defaultAvatar, sizePerson),
		}
		switch board.Ranked() {
		case fund.BoardUser:
			made.URL = textOrNull(userPath(e.Slug) + "/profile")
		case fund.BoardTeam:
			made.URL = textOrNull(teamPath(e.Slug))
		}
		switch board {
		case fund.BoardUserTime, fund.BoardTeamTime:
			made.Amount = inSeconds(e.Raised)
		case fund.BoardUserDistance, fund.BoardTeamDistance:
			made.Amount = kilometers(e.Raised)
		default:
			made.Amount = fixed(e.Raised, currency)
		}
		return made
	}
}
