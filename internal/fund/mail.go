package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// A receipt's mail goes through these steps, each of which is one write that fails unless the receipt is at the start of the step:
//
//	waiting ─ Claim ─► claimed ─ Hand ─► handed ─ Confirm ─► sent
//
// A claim is a lease of MailLease; when it has expired, another mailer may claim the receipt and the previous one can no longer hand it
// over. Handed is durable before the mail server can take the message: from then on only the mail server knows whether it was sent, and it
// is never resent automatically.

const (
	// MailLease is how long a claim on a receipt is exclusive.
	MailLease = 2 * time.Minute
	// MailAnswer is how long after the handover the mail server may still answer.
	MailAnswer = 3 * time.Minute
	// mailFirst is the wait after the mail server first defers a message; it doubles each time, up to mailLast.
	mailFirst = time.Minute
	mailLast  = 6 * time.Hour
	// mailTries is how often a deferred message is tried: for about five days.
	mailTries = 28
	// mailAway is the wait after the mail server could not be reached.
	mailAway = 30 * time.Second
)

// Claim leases the receipt to a mailer.
func (r Receipt) Claim(now time.Time) Receipt {
	r.DueAt = now.Add(MailLease)
	return r
}

// Hand marks the receipt as handed to the mail server, which may take it from now on.
func (r Receipt) Hand(now time.Time) Receipt {
	r.DueAt, r.HandedAt = time.Time{}, now
	return r
}

// Confirm marks the receipt as accepted by the mail server.
func (r Receipt) Confirm(now time.Time) Receipt {
	r.Tries++
	r.SentAt, r.Problem = now, ""
	return r
}

// Lose marks the receipt as possibly sent: the mail server's answer was lost.
func (r Receipt) Lose(problem string) Receipt {
	r.Tries++
	r.Problem = problem
	return r
}

// PutOff schedules another try after the mail server deferred the mail; after mailTries it is refused.
func (r Receipt) PutOff(now time.Time, problem string) Receipt {
	if r.Tries+1 >= mailTries {
		return r.Refuse(problem)
	}
	wait := min(mailLast, mailFirst<<min(r.Tries, 12))
	r.Tries++
	r.DueAt, r.HandedAt, r.Problem = now.Add(wait), time.Time{}, problem
	return r
}

// Refuse marks the receipt's mail as permanently rejected.
func (r Receipt) Refuse(problem string) Receipt {
	r.Tries++
	r.DueAt, r.HandedAt, r.Problem = time.Time{}, time.Time{}, problem
	return r
}

// Requeue schedules another try after the mail could not even be offered, which does not count as a try.
func (r Receipt) Requeue(now time.Time, problem string) Receipt {
	r.DueAt, r.HandedAt, r.Problem = now.Add(mailAway), time.Time{}, problem
	return r
}

// Renew queues the mail to be sent (again) at once, whatever its state. While the mail server may still answer, it is a Conflict.
func (r Receipt) Renew(now time.Time) (Receipt, error) {
	if until := r.HandedAt.Add(MailAnswer); r.Mail() == MailUnknown && now.Before(until) {
		return r, fault.New(fault.Conflict,
			"The mail of this receipt was handed to the mail server a moment ago, and its answer may still come; try again after %s.",
			until.UTC().Format("15:04:05 UTC"))
	}
	r.Tries, r.Problem = 0, ""
	r.DueAt, r.HandedAt, r.SentAt = now, time.Time{}, time.Time{}
	return r, nil
}
