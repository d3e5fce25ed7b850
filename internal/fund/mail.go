package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// The mail of a receipt goes through these steps, each of which is one write that fails when the receipt is
// not where the step begins:
//
//	waiting ─ Claim ─► claimed ─ Hand ─► handed ─ Confirm ─► sent
//
// Whoever claims has the receipt for MailLease; after that others may claim it, and the one before cannot
// hand it any more. Handed is durable before the mail server can take the message: from then on nobody but
// the mail server knows whether it was sent, and it is never sent again by itself.

const (
	// MailLease is for how long whoever sends a receipt has it alone.
	MailLease = 2 * time.Minute
	// MailAnswer is how long after a receipt was handed the mail server may still answer.
	MailAnswer = 3 * time.Minute
	// mailFirst is the wait after the mail server put a message off; it doubles each time, up to mailLast.
	mailFirst = time.Minute
	mailLast  = 6 * time.Hour
	// mailTries is how often a message is tried that is put off each time: for about five days.
	mailTries = 28
	// mailAway is the wait of a receipt that found no mail server.
	mailAway = 30 * time.Second
)

// Claim gives the receipt to one who wants to send it.
func (r Receipt) Claim(now time.Time) Receipt {
	r.DueAt = now.Add(MailLease)
	return r
}

// Hand is the receipt from when the mail server may take its mail.
func (r Receipt) Hand(now time.Time) Receipt {
	r.DueAt, r.HandedAt = time.Time{}, now
	return r
}

// Confirm is the receipt whose mail the mail server took.
func (r Receipt) Confirm(now time.Time) Receipt {
	r.Tries++
	r.SentAt, r.Problem = now, ""
	return r
}

// Lose is the receipt of whose mail nobody knows whether it was sent.
func (r Receipt) Lose(problem string) Receipt {
	r.Tries++
	r.Problem = problem
	return r
}

// PutOff is the receipt whose mail was not taken and may be taken later; after many tries it is refused.
func (r Receipt) PutOff(now time.Time, problem string) Receipt {
	if r.Tries+1 >= mailTries {
		return r.Refuse(problem)
	}
	wait := min(mailLast, mailFirst<<min(r.Tries, 12))
	r.Tries++
	r.DueAt, r.HandedAt, r.Problem = now.Add(wait), time.Time{}, problem
	return r
}

// Refuse is the receipt whose mail will never be taken.
func (r Receipt) Refuse(problem string) Receipt {
	r.Tries++
	r.DueAt, r.HandedAt, r.Problem = time.Time{}, time.Time{}, problem
	return r
}

// Requeue is the receipt whose mail could not even be offered: that does not count as a try.
func (r Receipt) Requeue(now time.Time, problem string) Receipt {
	r.DueAt, r.HandedAt, r.Problem = now.Add(mailAway), time.Time{}, problem
	return r
}

// Renew has the mail sent (again) at once, whatever became of it. While the mail server may still answer it
// is a Conflict.
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
