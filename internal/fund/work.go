package fund

import "time"

// Work is a kind of background work: rows that are due at a time of their own. The set is closed: see Works.
type Work string

// The kinds of background work: mails to send; provider events to apply; payments to ask the provider about; donation matches that are over; held
// donations to release; claims whose answers and addresses are to be deleted; donations whose donors asked for erasure; receipts that have been kept
// long enough after that; cases that should have been answered; polls, targets, rewards and live streams whose time is over; grants on facts whose time is over; applications that registered themselves
// and may be unused; accounts that are deleted; invitations of charities that nobody answered, or that are over; alarms that the webhook of operators is to be told of; webhook endpoints with deliveries; pictures that were replaced; and the oldest events of the log, which are deleted.
const (
	WorkMail          Work = "mail"
	WorkProviderEvent Work = "provider_event"
	WorkPayment       Work = "payment"
	WorkMatch         Work = "match"
	WorkRelease       Work = "release"
	WorkClaim         Work = "claim"
	WorkErasure       Work = "erasure"
	WorkKeptReceipt   Work = "kept_receipt"
	WorkCase          Work = "case"
	WorkEnding        Work = "ending"
	WorkGrant         Work = "grant"
	WorkApplication   Work = "application"
	WorkDeletion      Work = "deletion"
	WorkCharity       Work = "charity"
	WorkAlarm         Work = "alarm"
	WorkDelivery      Work = "delivery"
	WorkPicture       Work = "picture"
	WorkLog           Work = "log"
)

// Works lists every kind of background work, in the order in which a round does them.
func Works() []Work {
	return []Work{WorkProviderEvent, WorkPayment, WorkMatch, WorkRelease, WorkClaim, WorkErasure, WorkKeptReceipt, WorkCase, WorkEnding, WorkGrant, WorkApplication, WorkDeletion, WorkCharity, WorkAlarm, WorkDelivery, WorkPicture, WorkLog, WorkMail}
}

// Lease is a row of background work that one holder works on, and no other until it expires. A row that is no longer due needs none.
type Lease struct {
	Work Work
	ID   ID
	// Holder is who holds it: one running node, or one round.
	Holder string
	// Until is when it expires.
	Until time.Time
	// Failures is how often in succession the work failed and left the row due.
	Failures int
}
