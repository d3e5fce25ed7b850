package fund

import (
	"cmp"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// Receipt is a numbered statement of a donation for its donor. It is never changed or removed once it is issued: one that is wrong or whose
// money went back is void, and another one with a number of its own takes its place.
type Receipt struct {
	DonationID, CauseID ID
	// Number counts the receipts of the cause, from 1 and without a gap.
	Number   int64
	IssuedAt time.Time
	// VoidAt is when it became void, Void why; the zero values while it is valid.
	VoidAt time.Time
	Void   VoidReason
	// ReplacedBy is the number of the receipt that took its place; 0 for none.
	ReplacedBy int64
	// Mail is the mail of the donation's receipts; the zero value for a donor without an address.
	Mail Mail
}

// Valid reports whether the receipt has not become void.
func (r Receipt) Valid() bool { return r.Void == "" }

// VoidReason is why a receipt is void. The set is closed.
type VoidReason string

// The reasons: all or part of the money went back or came again, the donor's name was spelled wrong, or the date was, because a clock was.
const (
	VoidRefunded  VoidReason = "refunded"
	VoidCorrected VoidReason = "corrected"
	VoidRedated   VoidReason = "redated"
)

// SpellingDays is for how many days after the first receipt of a donation its donor may correct the spelling of the name on it. After that
// the finance of the cause can.
const SpellingDays = 14

// DonorCorrections is how often a donor may correct the name on the receipt of a donation: each correction takes a number.
const DonorCorrections = 3

// MaxStatementReceipts is how many receipts a yearly statement can list. A donor with more still has each receipt, and the cause can export them.
const MaxStatementReceipts = 1_000

// MaxStatementYears is how many yearly statements the page of a donor's donations links to at most, the newest ones. A year of each cause counts.
const MaxStatementYears = 200

// ReceiptName is a name as a receipt has it: one line of at most MaxName characters, and not blank.
func ReceiptName(typed string) (name string, wrong fault.Fields) {
	name = ReceiptLine(&wrong, "name", typed, MaxName)
	if name == "" && !wrong.Has("name") {
		wrong.Add("name", Blank)
	}
	return name, wrong
}

// ReceiptLine is what a donor typed for a receipt as a receipt has it: one line of at most that many characters, "" for what nobody can see.
func ReceiptLine(wrong *fault.Fields, path, typed string, most int) string {
	line := strings.Join(strings.Fields(typed), " ")
	checkText(wrong, path, &line, most)
	if invisible(line) {
		return ""
	}
	return line
}

// SpellingOpen reports whether donors may still correct a receipt that was first issued then.
func SpellingOpen(first, now time.Time) bool { return now.Before(first.AddDate(0, 0, SpellingDays)) }

// Names of receipt profiles that the program knows by name: all else about profiles is data of internal/receipt.
const (
	// PlainReceipts is the profile of causes that chose none: a proof of payment.
	PlainReceipts = "plain"
	// LegacyReceipts is the profile of receipts that were issued before causes chose one. None is issued any more.
	LegacyReceipts = "legacy"
)

// IssuedReceipt is a receipt with what it states.
type IssuedReceipt struct {
	Receipt
	Facts ReceiptFacts
	// Document is the text of the receipt as its donor sees it, in the form of internal/receipt; "" until it was first looked at.
	Document string
}

// ReceiptFacts are what a receipt states, as they were when it was issued. Its JSON is stored, so that the names of its keys stay.
type ReceiptFacts struct {
	// Profile is the profile of the receipt: the cause's when the first one was issued, or PlainReceipts for a donor who did not ask for what is on request.
	Profile string `json:"profile"`
	// Language is the tag of the language in which the donor paid; "" is English.
	Language string         `json:"language,omitempty"`
	Charity  ReceiptCharity `json:"charity"`
	Donor    ReceiptDonor   `json:"donor"`
	// For is the name of the fact donated to.
	For string `json:"for,omitempty"`
	// PaidAt is when the money arrived, FirstIssuedAt when the donation's first receipt was issued.
	PaidAt        time.Time `json:"paid_at"`
	FirstIssuedAt time.Time `json:"first_issued_at"`
	Currency      string    `json:"currency"`
	// Donated is the donation, FeeCover what the donor added for the provider's fee, Returned what went back of both; in minor units.
	Donated  int64           `json:"donated"`
	FeeCover int64           `json:"fee_cover,omitempty"`
	Returned int64           `json:"returned,omitempty"`
	Rewards  []ReceiptReward `json:"rewards,omitempty"`
	// Replaces is the number of the receipt that this one replaces; 0 for none.
	Replaces int64 `json:"replaces,omitempty"`
}

// ReceiptCharity is the charity on a receipt.
type ReceiptCharity struct {
	Name         string  `json:"name"`
	LegalName    string  `json:"legal_name,omitempty"`
	GovernmentID string  `json:"government_id,omitempty"`
	Address      Address `json:"address"`
	ContactEmail string  `json:"contact_email,omitempty"`
	// TimeZone is the IANA name of the zone that the dates are in; "" is UTC.
	TimeZone string `json:"time_zone,omitempty"`
}

// ReceiptRequest is what a donor who wants a tax receipt answered. Only the donor, the finance of the cause and operators see it.
type ReceiptRequest struct {
	// Profile is the profile of receipts whose questions were answered.
	Profile string `json:"profile"`
	// Name is the name that the receipt is made out to; "" if the profile does not ask for one.
	Name string `json:"name,omitempty"`
	// Asked are the answers to the other questions, by their names.
	Asked map[string]string `json:"asked,omitempty"`
}

// ReceiptInput is what a donor typed for a tax receipt, by the names of the questions.
type ReceiptInput map[string]string

// DonorOn returns the donor that a receipt is made out to: under the receipt name if there is one, else under the name that is shown.
func (w *ReceiptRequest) DonorOn(shown, email string) ReceiptDonor {
	donor := ReceiptDonor{Name: shown, Email: email}
	if w != nil {
		donor.Name, donor.Asked = cmp.Or(w.Name, shown), w.Asked
	}
	return donor
}

// ReceiptDonor is the donor on a receipt.
type ReceiptDonor struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	// Asked are the donor's answers to what the profile asks, by its names.
	Asked map[string]string `json:"asked,omitempty"`
}

// Empty reports whether the receipt names no donor.
func (d ReceiptDonor) Empty() bool { return d.Name == "" && d.Email == "" && len(d.Asked) == 0 }

// ReceiptReward is a reward that came with the donation.
type ReceiptReward struct {
	Name     string `json:"name"`
	Quantity int64  `json:"quantity"`
	// Value is the value of all of them for tax purposes, in minor units; nil if unknown.
	Value *int64 `json:"value,omitempty"`
}

// CharityOf is the cause as its receipts name it now.
func CharityOf(c Cause) ReceiptCharity {
	return ReceiptCharity{
		Name: c.Name, LegalName: c.LegalName, GovernmentID: c.GovernmentID, Address: c.Address, ContactEmail: c.ContactEmail,
		TimeZone: c.TimeZone,
	}
}

// Kept is what the charity keeps of the payment, in minor units.
func (f ReceiptFacts) Kept() int64 { return max(0, f.Donated+f.FeeCover-f.Returned) }

// RewardValue is the known value of all rewards together, in minor units.
func (f ReceiptFacts) RewardValue() int64 {
	var sum int64
	for _, r := range f.Rewards {
		if r.Value != nil {
			sum += *r.Value
		}
	}
	return sum
}

// Valued reports whether the value of every reward is known.
func (f ReceiptFacts) Valued() bool {
	for _, r := range f.Rewards {
		if r.Value == nil {
			return false
		}
	}
	return true
}

// Deductible is what the charity keeps of the payment minus the value of the rewards, in minor units.
func (f ReceiptFacts) Deductible() int64 { return max(0, f.Kept()-f.RewardValue()) }

// ReturnedOf is what a receipt counts as returned of a payment, in minor units. The money of an open dispute is not lost yet.
func ReturnedOf(p Payment, state DonationState) int64 {
	if state == DonationDisputed {
		return p.Refunded
	}
	return p.Refunded + p.Disputed
}

// YearIn returns a calendar year in a time zone.
func YearIn(zone *time.Location, year int) Span {
	return Span{After: time.Date(year, time.January, 1, 0, 0, 0, 0, zone), Before: time.Date(year+1, time.January, 1, 0, 0, 0, 0, zone)}
}

// StatementLine is what a donor gave to a cause in a year, in one currency, according to the valid receipts of one profile.
type StatementLine struct {
	// Email and Name are those of the first receipt; "" for none.
	Email, Name string
	// Profile is that of the statement.
	Profile, Currency string
	Receipts          []int64
	// Kept, Value and Deductible are sums of what the receipts state, in minor units. Unvalued reports whether a value is not known.
	Kept, Value, Deductible int64
	Unvalued                bool
}
