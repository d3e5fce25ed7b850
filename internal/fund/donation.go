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

// Arrived reports whether the money came at some time, whatever became of it since.
func (s DonationState) Arrived() bool {
	switch s {
	case DonationCompleted, DonationPartiallyRefunded, DonationRefunded, DonationDisputed, DonationLost:
		return true
	default:
		return false
	}
}

// Anonymous is the name that is shown for donors who gave none or do not want theirs shown.
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
	// Amount is what was given, in minor units of Currency. Refunded is what of it went back to the donor,
	// Disputed what a bank took back in a dispute that is open or lost.
	Amount, Refunded, Disputed int64
	Currency                   string
	State                      DonationState
	// Name is what the donor typed; see DisplayName. Comment is "" for none.
	Name, Comment string
	Email         string
	Anonymous     bool
	Sustained     bool
	// Screening says whether strangers see the name and the comment. ReleaseAt is when what is held is
	// shown by itself; zero for never.
	Screening Screening
	ReleaseAt time.Time
	// IsMatch marks what a matcher gave at the end of a donation match.
	IsMatch bool
	// DonorID is the same for all donations of one donor, as far as that is known, and tells
	// nothing about them.
	DonorID ID
	// Matches are the donation matches that the donation counted towards.
	Matches []DonationMatch
	// PollOption and Target are where the donor's voice went; nil for nowhere.
	PollOption, Poll, Target *Ref
	Claims                   []Claim
	// LeftOut are the incentives that the donor chose and that were over when the money came.
	LeftOut []LeftOut
	// CompletedAt is when the provider confirmed the money.
	CompletedAt, CreatedAt, UpdatedAt time.Time
}

// Net is what is left of the amount after refunds and disputes, in minor units.
func (d Donation) Net() int64 { return d.Amount - d.Refunded - d.Disputed }

// Listed reports whether public lists show the donation: its money, or a part of it, is here.
func (d Donation) Listed() bool { return d.State.Arrived() && d.Net() > 0 }

// DisplayName is the name for public eyes.
func (d Donation) DisplayName() string {
	if d.Anonymous || d.Name == "" || !d.Screening.NameShown() {
		return Anonymous
	}
	return d.Name
}

// DisplayComment is what strangers see of the comment; "" for none.
func (d Donation) DisplayComment() string {
	if !d.Screening.CommentShown() {
		return ""
	}
	return d.Comment
}

// Screening says whether strangers see the name and the comment of a donation. Its money always counts.
type Screening string

// The states of screening: what is held waits for somebody to look at it, what is hidden stays so.
const (
	ScreeningShown       Screening = "shown"
	ScreeningCommentHeld Screening = "comment_held"
	ScreeningHeld        Screening = "held"
	ScreeningHidden      Screening = "hidden"
)

// NameShown reports whether strangers see the name.
func (s Screening) NameShown() bool { return s.CommentShown() || s == ScreeningCommentHeld }

// CommentShown reports whether strangers see the comment.
func (s Screening) CommentShown() bool { return s == "" || s == ScreeningShown }

// Waits reports whether somebody still has to look at the donation.
func (s Screening) Waits() bool { return s == ScreeningHeld || s == ScreeningCommentHeld }

// Claim is one reward that came with a donation.
type Claim struct {
	ID       ID
	Reward   Ref
	Quantity int64
	// Answer is what the donor said to the reward's question, Address where to send it; private.
	Answer  string
	Address *Address
}

// LeftOut is an incentive that a donation could not be given any more.
type LeftOut struct {
	// Kind is "poll_option", "target" or "reward", Name what it is called.
	Kind, Name string
	// Why follows the name: "is closed".
	Why string
}

// EntryKind is why money moved in the ledger.
type EntryKind string

// The kinds of ledger entries.
const (
	EntryDonation        EntryKind = "donation"
	EntryRefund          EntryKind = "refund"
	EntryRefundReversal  EntryKind = "refund_reversal"
	EntryDispute         EntryKind = "dispute"
	EntryDisputeReversal EntryKind = "dispute_reversal"
	EntryMatch           EntryKind = "match"
	EntryAdjustment      EntryKind = "adjustment"
)
