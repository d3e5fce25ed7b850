package fund

import (
	"crypto/sha256"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// MatchType says how much a donation match gives.
type MatchType string

// The types of donation matches: up to the pledge, or everything that was given.
const (
	MatchAmount MatchType = "amount"
	MatchAll    MatchType = "all"
)

// DonationMatch is a pledge to double what others give to a fact within a window of time.
type DonationMatch struct {
	ID           ID
	FactID       ID
	FactLegacyID int64
	Type         MatchType
	// MatchedBy is the name of who pledged.
	MatchedBy string
	// Pledged is the most that is given, in minor units of Currency; 0 for MatchAll.
	Pledged  int64
	Currency string
	// StartedAt is what the fact had raised when the match began, Raised what was given to it
	// within the window since, both in minor units.
	StartedAt, Raised int64
	// DonationID is the matcher's own donation. The id is known from the beginning; there is a donation
	// with it once the match is completed, if there was anything to give.
	DonationID           ID
	StartsAt, EndsAt     time.Time
	CompletedAt          time.Time
	CreatedAt, UpdatedAt time.Time
}

// MatchDonationID is the id that the matcher's own donation to a new match will have. It is derived from
// the match's and as old.
func MatchDonationID(match ID) ID {
	return match.With(sha256.Sum256(append([]byte("almoner match donation\x00"), match[:]...)))
}

// Active reports whether donations count towards the match at that instant.
func (m DonationMatch) Active(now time.Time) bool {
	return m.CompletedAt.IsZero() && within(now, m.StartsAt, m.EndsAt)
}

// Amount is what the matcher has to give as things stand, in minor units.
func (m DonationMatch) Amount() int64 {
	if m.Type == MatchAll {
		return m.Raised
	}
	return min(m.Pledged, m.Raised)
}

// Paid reports whether the match has ended with a donation of the matcher: one that nothing was given to
// ends without.
func (m DonationMatch) Paid() bool { return !m.CompletedAt.IsZero() && m.Amount() > 0 }

// MatchPatch changes or makes a donation match.
type MatchPatch struct {
	MatchedBy Opt[string]
	Type      Opt[MatchType]
	// Pledged is a decimal text in major units of the fact's currency.
	Pledged Opt[string]
	// Currency changes nothing: when it is sent, it must be that of the cause.
	Currency         Opt[string]
	StartsAt, EndsAt Opt[time.Time]
	Invalid          fault.Fields
}
