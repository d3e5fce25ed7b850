package fund

import (
	"cmp"
	"time"
)

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

// Arrived reports whether the donation was ever paid, even if the money was later refunded or lost.
func (s DonationState) Arrived() bool {
	switch s {
	case DonationCompleted, DonationPartiallyRefunded, DonationRefunded, DonationDisputed, DonationLost:
		return true
	default:
		return false
	}
}

// Anonymous is shown for donors without a name and for those who asked not to be named.
const Anonymous = "Anonymous"

// Donation is money for one fact.
type Donation struct {
	ID       ID
	LegacyID int64
	// Fact received the donation; FactKind is its kind.
	Fact     Ref
	FactKind Kind
	CauseID  ID
	EventID  ID
	// Amount is in minor units of Currency. Refunded is the part returned to the donor, Disputed the part that a bank took back in a
	// dispute that is open or lost.
	Amount, Refunded, Disputed int64
	Currency                   string
	State                      DonationState
	// Name is what the donor typed, or what somebody made of it; see DisplayName. Given is what the donor typed then, "" for the same. Comment is "" for none.
	Name, Given, Comment string
	Email                string
	Anonymous            bool
	Sustained            bool
	// Screening says whether the public sees the name and the comment. ReleaseAt is when a held one is released automatically; zero for
	// never.
	Screening Screening
	ReleaseAt time.Time
	// IsMatch marks the matcher's own donation at the end of a donation match.
	IsMatch bool
	// Origin is how the donation came here.
	Origin Origin
	// Reference is the name that the donation was recorded with, unique for the cause; "" for none.
	Reference string
	// DonorID is the same for all known donations of one donor and reveals nothing about them.
	DonorID ID
	// Matches are the donation matches that the donation counted toward.
	Matches []DonationMatch
	// PollOption and Target are the donor's incentive selection; nil for none.
	PollOption, Poll, Target *Ref
	Claims                   []Claim
	// Unavailable are the selected incentives that had closed by the time the payment completed.
	Unavailable []UnavailableIncentive
	// ErasedAt is when the name, the comment and the address were erased; zero for never.
	ErasedAt time.Time
	// CompletedAt is when the provider confirmed the money.
	CompletedAt, CreatedAt, UpdatedAt time.Time
}

// Net is what is left of the amount after refunds and disputes, in minor units.
func (d Donation) Net() int64 { return d.Amount - d.Refunded - d.Disputed }

// Listed reports whether public lists show the donation, which takes a net amount above zero.
func (d Donation) Listed() bool { return d.State.Arrived() && d.Net() > 0 }

// WithoutMoney is the donation as if what is left of it were all that there was.
func (d Donation) WithoutMoney() Donation {
	d.Amount, d.Refunded, d.Disputed = d.Net(), 0, 0
	if d.State.Arrived() {
		d.State = DonationCompleted
	}
	return d
}

// GivenName is the name that the donor typed, whatever is shown of it.
func (d Donation) GivenName() string { return cmp.Or(d.Given, d.Name) }

// Renamed is the donation with another name to be shown; "" brings back what the donor typed.
func (d Donation) Renamed(name string) Donation {
	given := d.GivenName()
	if d.Name, d.Given = cmp.Or(name, given), given; d.Name == given {
		d.Given = ""
	}
	return d
}

// DisplayName is the public name.
func (d Donation) DisplayName() string {
	if d.Anonymous || d.Name == "" || !d.Screening.NameShown() {
		return Anonymous
	}
	return d.Name
}

// DisplayComment is the public comment; "" for none.
func (d Donation) DisplayComment() string {
	if !d.Screening.CommentShown() {
		return ""
	}
	return d.Comment
}

// PublicDonation is what everybody may see of a listed donation.
type PublicDonation struct {
	ID ID
	// Name is the display name. Comment is "" for none, and for one that is not shown.
	Name, Comment string
	// Amount is the net amount, in minor units of Currency.
	Amount      int64
	Currency    string
	CompletedAt time.Time
	// NameShown reports whether screening lets the name be seen; otherwise it is Anonymous.
	NameShown bool
	UpdatedAt time.Time
}

// Public is what everybody may see of the donation.
func (d Donation) Public() PublicDonation {
	return PublicDonation{
		ID: d.ID, Name: d.DisplayName(), Comment: d.DisplayComment(), Amount: d.Net(), Currency: d.Currency, CompletedAt: d.CompletedAt,
		NameShown: d.Screening.NameShown(), UpdatedAt: d.UpdatedAt,
	}
}

// Screening says whether the public sees the name and the comment of a donation. Its amount always counts.
type Screening string

// The states of screening: held waits for review, hidden is final. Host only shows the name, and the comment to those who read donations aloud alone.
const (
	ScreeningShown       Screening = "shown"
	ScreeningHostOnly    Screening = "host_only"
	ScreeningCommentHeld Screening = "comment_held"
	ScreeningHeld        Screening = "held"
	ScreeningHidden      Screening = "hidden"
)

// Screenings lists the states of screening, from the one that shows the most.
func Screenings() []Screening {
	return []Screening{ScreeningShown, ScreeningHostOnly, ScreeningCommentHeld, ScreeningHeld, ScreeningHidden}
}

// NameShown reports whether the public sees the name.
func (s Screening) NameShown() bool { return s.CommentRead() || s == ScreeningCommentHeld }

// CommentShown reports whether the public sees the comment.
func (s Screening) CommentShown() bool { return s == "" || s == ScreeningShown }

// CommentRead reports whether those who read donations aloud see the comment.
func (s Screening) CommentRead() bool { return s.CommentShown() || s == ScreeningHostOnly }

// Waits reports whether the donation awaits review.
func (s Screening) Waits() bool { return s == ScreeningHeld || s == ScreeningCommentHeld }

// UnavailableIncentive is a selected incentive that could no longer be applied to a donation.
type UnavailableIncentive struct {
	// Kind is "poll_option", "target" or "reward"; Name is the incentive's name.
	Kind, Name string
	// Why is the reason, a predicate to follow the name: "is closed".
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
)
