package fund

import "time"

// DonationState is where a donation's money is.
type DonationState string

// The states of a donation's money.
const (
	DonationPending           DonationState = "pending"
	DonationCompleted         DonationState = "completed"
	DonationRefunded          DonationState = "refunded"
	DonationPartiallyRefunded DonationState = "partially_refunded"
	DonationDisputed          DonationState = "disputed"
	DonationLost              DonationState = "lost"
	DonationFailed            DonationState = "failed"
	DonationCancelled         DonationState = "cancelled"
	DonationExpired           DonationState = "expired"
)

// Anonymous is the name that is shown for givers who gave none or do not want theirs shown.
const Anonymous = "Anonymous"

// Donation is money for one fact.
type Donation struct {
	ID       ID
	LegacyID int64
	// Fact is what was given to, FactKind its kind.
	Fact     Ref
	FactKind Kind
	CauseID  ID
	EventID  ID
	// Amount is in minor units of Currency.
	Amount   int64
	Currency string
	State    DonationState
	// Name is what the giver typed; see DisplayName. Comment is "" for none.
	Name, Comment string
	Email         string
	Anonymous     bool
	Sustained     bool
	// PollOption and Target are where the giver's voice went; nil for nowhere.
	PollOption, Poll, Target *Ref
	Claims                   []Claim
	// CompletedAt is when the provider confirmed the money.
	CompletedAt, CreatedAt, UpdatedAt time.Time
}

// DisplayName is the name for public eyes.
func (d Donation) DisplayName() string {
	if d.Anonymous || d.Name == "" {
		return Anonymous
	}
	return d.Name
}

// Claim is one reward that came with a donation.
type Claim struct {
	ID       ID
	Reward   Ref
	Quantity int64
}

// EntryKind is why money moved in the ledger.
type EntryKind string

// The kinds of ledger entries.
const (
	EntryDonation        EntryKind = "donation"
	EntryRefund          EntryKind = "refund"
	EntryDispute         EntryKind = "dispute"
	EntryDisputeReversal EntryKind = "dispute_reversal"
	EntryMatch           EntryKind = "match"
	EntryAdjustment      EntryKind = "adjustment"
)

// Event is something that happened, at its position in the one ordered log.
type Event struct {
	// Position is 1, 2, 3 … in the order of commit; 0 until it is appended.
	Position int64
	// Topic says what happened, such as "donation.completed" or "fact.updated".
	Topic string
	// Subject is the thing it happened to, Facts the facts whose answers show it: the one
	// concerned and everything above it.
	Subject ID
	Facts   []ID
	At      time.Time
}

// The topics of events.
const (
	TopicDonationCompleted = "donation.completed"
	TopicFactChanged       = "fact.changed"
	TopicIncentiveChanged  = "incentive.changed"
	TopicUserChanged       = "user.changed"
	TopicTeamChanged       = "team.changed"
	TopicTokenRevoked      = "token.revoked"
)
