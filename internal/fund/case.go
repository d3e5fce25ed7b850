package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// CaseState is what became of a case.
type CaseState string

// The states of a case: it waits for an answer, money went back, or the cause declined.
const (
	CaseOpen     CaseState = "open"
	CaseRefunded CaseState = "refunded"
	CaseDeclined CaseState = "declined"
)

const (
	// CaseAnswer is how long the cause has for an answer.
	CaseAnswer = 14 * 24 * time.Hour
	// CaseReminder is how long before that it is reminded, with the operators; once more when it is over.
	CaseReminder = 3 * 24 * time.Hour
	// CaseHold is how long after its opening a case can delay the erasure of its donation: twice the time for the answer. A cause that does not answer
	// cannot delay it further.
	CaseHold = 2 * CaseAnswer
	// MaxCaseMessage is how many characters a donor may write in a case.
	MaxCaseMessage = 1_000
	// MaxCaseContacts is how many owners and finance members are mailed for a cause without a contact address, and how many operators are reminded.
	MaxCaseContacts = 10
	// MaxCases is how many cases a donation may have, one after the other.
	MaxCases = 3
)

// Case is what a donor says is wrong with a donation, and what the cause answers.
type Case struct {
	ID, DonationID, CauseID ID
	State                   CaseState
	// Message is what the donor wrote, Reason why the cause declined; "" for neither.
	Message, Reason string
	// Refunded is what went back between the opening and the answer, RefundedBefore what had gone back before, in minor units of the donation.
	Refunded, RefundedBefore int64
	// AnswerBy is when the cause should have answered. RemindAt is when it is reminded next; zero when it answered, and for no more reminders.
	OpenedAt, AnswerBy, RemindAt, AnsweredAt time.Time
}

// Overdue reports whether the cause should have answered.
func (c Case) Overdue(now time.Time) bool { return c.State == CaseOpen && !now.Before(c.AnswerBy) }

// HoldsErasure reports whether the case delays the erasure of its donation.
func (c Case) HoldsErasure(now time.Time) bool {
	return c.State == CaseOpen && now.Before(c.OpenedAt.Add(CaseHold))
}

// Refundable reports whether something of the donation can go back to its donor because somebody wants that: its money is here, and no bank is
// asking for it.
func (d Donation) Refundable() bool {
	return (d.State == DonationCompleted || d.State == DonationPartiallyRefunded) && d.Net() > 0
}

// TakesCases reports whether the donor may open a case: something can go back, and nothing was erased, as what the donor writes then would be.
func (d Donation) TakesCases() bool { return d.Refundable() && !d.Erased() }

// CheckCaseMessage requires a message of at most MaxCaseMessage characters, and returns it as it is stored.
func CheckCaseMessage(wrong *fault.Fields, message string) string {
	checkLines(wrong, "message", &message, MaxCaseMessage)
	if message == "" && !wrong.Has("message") {
		wrong.Add("message", Blank)
	}
	return message
}
