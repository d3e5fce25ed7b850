package fund

import "time"

// Board says who is ranked by a leaderboard, and by what.
type Board string

// The boards. Donors, users and teams are ranked by money, in minor units of the cause's
// currency; the others by seconds or meters of exercise.
const (
	BoardDonor        Board = "donor"
	BoardUser         Board = "user"
	BoardTeam         Board = "team"
	BoardUserTime     Board = "user_time"
	BoardUserDistance Board = "user_distance"
	BoardTeamTime     Board = "team_time"
	BoardTeamDistance Board = "team_distance"
)

// Ranked is the kind of entrant on the board: BoardDonor, BoardUser or BoardTeam.
func (b Board) Ranked() Board {
	switch b {
	case BoardUserTime, BoardUserDistance:
		return BoardUser
	case BoardTeamTime, BoardTeamDistance:
		return BoardTeam
	default:
		return b
	}
}

// Period is the time span of a leaderboard: the day, ISO week, month or year (UTC) that contains an instant, or all time.
type Period string

// The periods.
const (
	PeriodDay   Period = "day"
	PeriodWeek  Period = "week"
	PeriodMonth Period = "month"
	PeriodYear  Period = "year"
	PeriodAll   Period = "all"
)

// Periods lists all periods, shortest first.
func Periods() []Period {
	return []Period{PeriodDay, PeriodWeek, PeriodMonth, PeriodYear, PeriodAll}
}

// Begin is the start of the period that contains the instant; the zero time for all time.
func (p Period) Begin(at time.Time) time.Time {
	at = at.UTC()
	year, month, day := at.Date()
	switch p {
	case PeriodDay:
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	case PeriodWeek:
		monday := day - (int(at.Weekday())+6)%7
		return time.Date(year, month, monday, 0, 0, 0, 0, time.UTC)
	case PeriodMonth:
		return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	case PeriodYear:
		return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
	default:
		return time.Time{}
	}
}
