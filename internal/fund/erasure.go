package fund

import (
	"slices"
	"time"
)

// Erasure is a donor's request that what was written of a donation is erased. It is done at once, unless it is put off.
type Erasure struct {
	Donation ID
	// AskedAt is when the donor asked.
	AskedAt time.Time
	// Looks is how often it was looked, since it was done, what is left and what came in again.
	Looks int
	// DueAt is when to look next; the zero time for never.
	DueAt time.Time
}

const (
	// ErasureWait is after how long it is looked again whether an erasure that was put off can be done.
	ErasureWait = time.Hour
	// ErasureRetry is after how long at least an erasure is tried again that the database could not finish, because somebody still reads what was
	// there before. It is as long as that has lasted: writers wait while it is tried.
	ErasureRetry = time.Second
	// ErasureRetryMost is after how long at most it is tried again.
	ErasureRetryMost = time.Minute
	// ErasureFailed is after how long an erasure is tried again that failed otherwise.
	ErasureFailed = time.Minute
	// ErasureBatch is how many erasures are done together at most: whole tables are read for each batch.
	ErasureBatch = 256
)

// erasureLooks are the times after an erasure at which it is looked whether something came in again: what was under way has arrived by the first,
// and nothing waits for an answer to a request of before by the last.
var erasureLooks = []time.Duration{0, time.Minute, AnswerLife + time.Hour}

// NextLook is when to look next what is left of a donation that was erased then; the zero time for never.
func (e Erasure) NextLook(erased time.Time) time.Time {
	if e.Looks < len(erasureLooks) {
		return erased.Add(erasureLooks[e.Looks])
	}
	return time.Time{}
}

// LookDue reports whether to look what is left of a donation that was erased then. An erasure that is due otherwise only waits for the database to destroy what
// was overwritten.
func (e Erasure) LookDue(erased, now time.Time) bool {
	at := e.NextLook(erased)
	return !at.IsZero() && !at.After(now)
}

// ErasureTriedAgain is when to try again to destroy what was overwritten by an erasure of then.
func ErasureTriedAgain(erased, now time.Time) time.Time {
	return now.Add(max(ErasureRetry, min(now.Sub(erased), ErasureRetryMost)))
}

// ErasureHold is why the erasure of a donation has to wait. The set is closed; "" is for no reason.
type ErasureHold string

const (
	// HeldByDispute says that a bank disputes the payment: what the donor wrote is evidence until that is decided.
	HeldByDispute ErasureHold = "dispute"
	// HeldByCase says that the donor waits for an answer about a refund: until then the cause needs the message, and the answer an address. It ends
	// after CaseHold, answered or not.
	HeldByCase ErasureHold = "case"
)

// ErasureHold is why what was written of the donation, which has these cases, cannot be erased now.
func (d Donation) ErasureHold(cases []Case, now time.Time) ErasureHold {
	switch {
	case d.State == DonationDisputed:
		return HeldByDispute
	case slices.ContainsFunc(cases, func(c Case) bool { return c.HoldsErasure(now) }):
		return HeldByCase
	default:
		return ""
	}
}

// ErasureLook is when to look again whether an erasure that has to wait can be done: after ErasureWait, or as soon as no case can hold it any more.
func (d Donation) ErasureLook(cases []Case, now time.Time) time.Time {
	at := now.Add(ErasureWait)
	for _, c := range cases {
		if end := c.OpenedAt.Add(CaseHold); c.HoldsErasure(now) && d.State != DonationDisputed && end.Before(at) {
			at = end
		}
	}
	return at
}

// Erased reports whether what the donor wrote was erased.
func (d Donation) Erased() bool { return !d.ErasedAt.IsZero() }

// KeptReceipt is what the receipt of an erased donation said of its donor. Only the cause and operators see it, until it is deleted.
type KeptReceipt struct {
	DonationID, CauseID ID
	// Number is that of the receipt.
	Number int64
	// Name and Email are the donor's, Asked the answers to what the profile of the receipt asks, by its names.
	Name, Email string
	Asked       map[string]string
	// DeleteAt is when it is deleted.
	DeleteAt time.Time
}
