package fund

import (
	"slices"
	"time"
)

// MaxOwnTokens is how many tokens a user has at most that the user made and that work.
const MaxOwnTokens = 50

// OwnTokenDays are the days that a token lives that a user makes, of which the user chooses one: the token of a program that nobody looks after ends.
func OwnTokenDays() []int { return []int{7, 30, 90, 365} }

// OwnTokenEnd is when a token ends that lives so many days; ok is false for a number that cannot be chosen.
func OwnTokenEnd(now time.Time, days int) (end time.Time, ok bool) {
	return now.AddDate(0, 0, days), slices.Contains(OwnTokenDays(), days)
}

// MaxOwnApplications is how many applications a user has at most that the user made and that are not disabled.
const MaxOwnApplications = 20
