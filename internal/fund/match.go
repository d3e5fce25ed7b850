package fund

import (
	"crypto/sha256"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// MatchType says how much a donation match pays.
type MatchType string

// The types of donation matches: up to the pledge, or all donations.
const (
	MatchAmount MatchType = "amount"
	MatchAll    MatchType = "all"
)

// DonationMatch is a pledge to double the donations to a fact within a time window.
type DonationMatch struct {
	ID           ID
	FactID       ID
	FactLegacyID int64
	Type         MatchType
	// MatchedBy is the matcher's name.
	MatchedBy string
	// Pledged is the most that the matcher pays, in minor units of Currency; 0 for MatchAll.
	Pledged  int64
	Currency string
	// StartedAt is what the fact had raised when the match began, Raised the donations within the window since, both in minor units.
	StartedAt, Raised int64
	// DonationID is the matcher's own donation. The id is known from the start; the donation exists once the match is completed, if there
	// was anything to match.
	DonationID ID
	// Screening is that of the matcher's own donation, "" while there is none. Read, never written.
	Screening            Screening
	StartsAt, EndsAt     time.Time
	CompletedAt          time.Time
	CreatedAt, UpdatedAt time.Time
}

// MatchDonationID is the id of the matcher's own donation. It is derived from the match's id and carries the same time.
func MatchDonationID(match ID) ID {
	return match.With(sha256.Sum256(append([]byte("almoner match donation\x00"), match[:]...)))
}

// DisplayName is the public name of the matcher: that of the matcher's own donation, once there is one.
func (m DonationMatch) DisplayName() string {
	if !m.Screening.NameShown() {
		return Anonymous
	}
	return m.MatchedBy
}

// Active reports whether donations count toward the match at that instant.
func (m DonationMatch) Active(now time.Time) bool {
	return m.CompletedAt.IsZero() && !m.UsedUp() && within(now, m.StartsAt, m.EndsAt)
}

// UsedUp reports whether the donations so far reach the pledge. A refund may make it last longer, until the match is completed.
func (m DonationMatch) UsedUp() bool { return m.Type == MatchAmount && m.Raised >= m.Pledged }

// PastTolerance is how far in the past what is to begin now may begin: clocks differ, and requests take time.
const PastTolerance = time.Minute

// Amount is what the matcher currently owes, in minor units.
func (m DonationMatch) Amount() int64 {
	if m.Type == MatchAll {
		return m.Raised
	}
	return min(m.Pledged, m.Raised)
}

// Paid reports whether the match ended with a donation by the matcher: without donations to match there is none.
func (m DonationMatch) Paid() bool { return !m.CompletedAt.IsZero() && m.Amount() > 0 }

// MatchPatch creates or changes a donation match.
type MatchPatch struct {
	MatchedBy Opt[string]
	Type      Opt[MatchType]
	// Pledged is a decimal text in major units of the fact's currency.
	Pledged Opt[string]
	// Currency changes nothing; if sent, it must be the cause's.
	Currency         Opt[string]
	StartsAt, EndsAt Opt[time.Time]
	Invalid          fault.Fields
}
