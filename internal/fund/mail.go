package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// MailKind says what a mail is about. The set is closed: see MailKinds.
type MailKind string

const (
	// MailReceipt is the mail of a receipt. It has the id of the donation, so that each has one.
	MailReceipt MailKind = "receipt"
	// MailConfirmLogin goes to an address that a user asked to sign in with: it has the link that confirms it, or says that the address has an
	// account already.
	MailConfirmLogin MailKind = "confirm_login"
	// MailLoginAsked goes to the user's present address meanwhile.
	MailLoginAsked MailKind = "login_asked"
	// MailLoginChanged goes to both addresses after the change.
	MailLoginChanged MailKind = "login_changed"
	// MailPassword goes to an address whose reader forgot the password: it has the link that chooses a new one. Nothing is sent to an address without
	// an account.
	MailPassword MailKind = "password"
	// MailInvitation goes to who is invited to make an account: it has the link for that.
	MailInvitation MailKind = "invitation"
	// MailSignUp goes to who asked for an account: it has the link for that, or says that the address has one.
	MailSignUp MailKind = "sign_up"
	// MailTeamInvitation goes to who is invited to a team: it has the link for that.
	MailTeamInvitation MailKind = "team_invitation"
	// MailAccountClosed goes to the user whose account is deleted from now on: it has the link that undoes it.
	MailAccountClosed MailKind = "account_closed"
	// MailAccountRestored goes to the user when that was undone.
	MailAccountRestored MailKind = "account_restored"
	// MailTokenMade tells the owner of an account that a token was made that acts for it.
	MailTokenMade MailKind = "token_made"
	// MailApplicationMade tells the owner of an account that an application was made in it, or got a new client secret.
	MailApplicationMade MailKind = "application_made"
	// MailPasswordChanged goes to the user after a new password was set.
	MailPasswordChanged MailKind = "password_changed"
	// MailSecondFactorOn goes to the user when sign-ins begin to ask for a second factor.
	MailSecondFactorOn MailKind = "second_factor_on"
	// MailSecondFactorOff goes to the user when they no longer do.
	MailSecondFactorOff MailKind = "second_factor_off"
	// MailRecoveryCodeUsed goes to the user after a sign-in with a recovery code.
	MailRecoveryCodeUsed MailKind = "recovery_code_used"
	// MailRecoveryCodes goes to the user after a new set of recovery codes was made.
	MailRecoveryCodes MailKind = "recovery_codes"
	// MailPasskeyAdded goes to the user after a passkey was added.
	MailPasskeyAdded MailKind = "passkey_added"
	// MailPasskeyRemoved goes to the user after a passkey was removed.
	MailPasskeyRemoved MailKind = "passkey_removed"
	// MailIdentityAdded goes to the user whose account can be signed in to with another account at an OpenID provider.
	MailIdentityAdded MailKind = "identity_added"
	// MailIdentityRemoved goes to the user whose account can no longer be signed in to with one.
	MailIdentityRemoved MailKind = "identity_removed"
	// MailFindDonations goes to somebody who looks for the donations with an address: it has the link to them. Nothing is sent to an address without.
	MailFindDonations MailKind = "find_donations"
	// MailWebhookFailing goes to the owner of an application when the deliveries to one of its webhook endpoints have failed for half the time after
	// which it is deactivated.
	MailWebhookFailing MailKind = "webhook_failing"
	// MailWebhookDeactivated goes to the owner when the endpoint is deactivated.
	MailWebhookDeactivated MailKind = "webhook_deactivated"
	// MailCaseOpened goes to the donor of a case: it was passed on.
	MailCaseOpened MailKind = "case_opened"
	// MailCaseRefunded goes to the donor: money went back.
	MailCaseRefunded MailKind = "case_refunded"
	// MailCaseDeclined goes to the donor: the cause declined.
	MailCaseDeclined MailKind = "case_declined"
	// MailCaseReceived goes to the contact of the cause: a donor opened a case.
	MailCaseReceived MailKind = "case_received"
	// MailCaseDue goes to the contact of a cause that has yet to answer, and to operators, when there are CaseReminder left.
	MailCaseDue MailKind = "case_due"
	// MailCaseOverdue goes to the contact of a cause that should have answered, and to operators.
	MailCaseOverdue MailKind = "case_overdue"
	// MailCaseClosed goes to the contact of the cause: the case was answered.
	MailCaseClosed MailKind = "case_closed"
	// MailCharityInvitation goes to a charity that somebody wants to raise money for: it has the link to answer.
	MailCharityInvitation MailKind = "charity_invitation"
	// MailCharityAsked goes to operators: the invitation of a charity waits for them.
	MailCharityAsked MailKind = "charity_asked"
	// MailCharityProfile goes to operators: an invited charity wrote its profile, which waits for them.
	MailCharityProfile MailKind = "charity_profile"
	// MailCharityApproved goes to who wrote the profile of an invited charity: an operator approved it.
	MailCharityApproved MailKind = "charity_approved"
	// MailCharityInvited goes to who asked for the invitation of a charity: an operator approved it, and it is mailed.
	MailCharityInvited MailKind = "charity_invited"
	// MailCharityRefused goes to who asked: an operator refused, and why.
	MailCharityRefused MailKind = "charity_refused"
	// MailCharityDeclined goes to who asked: the charity declined.
	MailCharityDeclined MailKind = "charity_declined"
	// MailCharityAccepted goes to who asked: the charity accepted.
	MailCharityAccepted MailKind = "charity_accepted"
	// MailCharityReady goes to who asked: campaigns for the charity can begin.
	MailCharityReady MailKind = "charity_ready"
	// MailCharityExpired goes to who asked: nobody answered in time.
	MailCharityExpired MailKind = "charity_expired"
	// MailPaymentsProposed goes to operators: the payment account of a cause waits for them.
	MailPaymentsProposed MailKind = "payments_proposed"
	// MailPaymentsReady goes to the finance and the owners of a cause: its account takes payments.
	MailPaymentsReady MailKind = "payments_ready"
	// MailPaymentsStopped goes to them when the payment provider takes no payments to the account any more.
	MailPaymentsStopped MailKind = "payments_stopped"
	// MailPaymentsEnded goes to them and to operators when the account was disconnected.
	MailPaymentsEnded MailKind = "payments_ended"
	// MailAlarmBegan goes to operators when something is wrong with the server.
	MailAlarmBegan MailKind = "alarm_began"
	// MailAlarmEnded goes to operators when it is over.
	MailAlarmEnded MailKind = "alarm_ended"
)

// Contact is an address to which mail goes that nobody asked for at a page, with the language tag of its reader; "" for unknown.
type Contact struct{ Address, Language string }

// ToDonorOfCase reports whether the mail goes to the donor of a case.
func (k MailKind) ToDonorOfCase() bool {
	return k == MailCaseOpened || k == MailCaseRefunded || k == MailCaseDeclined
}

// MailKinds lists every kind, for tests that range over them.
func MailKinds() []MailKind {
	return []MailKind{MailReceipt, MailConfirmLogin, MailLoginAsked, MailLoginChanged, MailPassword, MailPasswordChanged, MailInvitation, MailIdentityAdded, MailIdentityRemoved, MailSignUp, MailTokenMade, MailApplicationMade, MailFindDonations, MailSecondFactorOn, MailSecondFactorOff, MailRecoveryCodeUsed, MailRecoveryCodes, MailPasskeyAdded, MailPasskeyRemoved,
		MailTeamInvitation, MailAccountClosed, MailAccountRestored,
		MailWebhookFailing, MailWebhookDeactivated, MailCaseOpened, MailCaseRefunded, MailCaseDeclined, MailCaseReceived, MailCaseDue, MailCaseOverdue, MailCaseClosed,
		MailCharityInvitation, MailCharityAsked, MailCharityProfile, MailCharityApproved, MailCharityInvited, MailCharityRefused, MailCharityDeclined, MailCharityAccepted, MailCharityReady, MailCharityExpired,
		MailPaymentsProposed, MailPaymentsReady, MailPaymentsStopped, MailPaymentsEnded, MailAlarmBegan, MailAlarmEnded}
}

// AccountMails lists the kinds that go to the address of an account, or to one that somebody asked an account for.
func AccountMails() []MailKind {
	return []MailKind{MailConfirmLogin, MailLoginAsked, MailLoginChanged, MailPassword, MailPasswordChanged, MailInvitation, MailIdentityAdded, MailIdentityRemoved, MailSignUp,
		MailTokenMade, MailApplicationMade, MailSecondFactorOn, MailSecondFactorOff, MailRecoveryCodeUsed, MailRecoveryCodes, MailPasskeyAdded, MailPasskeyRemoved, MailTeamInvitation, MailAccountClosed, MailAccountRestored}
}

// Mail is one mail of the outbox. It goes through these steps, each of which is one write that fails unless the mail is at the start of the
// step:
//
//	waiting ─ Hand ─► handed ─ Confirm ─► sent
//
// Whoever sends it holds its lease meanwhile; see Lease. Handed is durable before the mail server can take the message: from then on only
// the mail server knows whether it was sent, and it is never resent automatically.
type Mail struct {
	ID   ID
	Kind MailKind
	// Recipient is the address that it goes to, About what it is about: of a receipt the donation, of MailConfirmLogin, MailPassword, MailInvitation, MailSignUp, MailTeamInvitation and MailAccountClosed the AccountLink, of MailFindDonations the DonorAccess, of MailIdentityAdded and MailIdentityRemoved the Identity, of those
	// about webhooks the endpoint, of those about cases the case, of those about charities the CharityInvitation, of those about payment accounts the cause, of the others about accounts the user.
	Recipient string
	About     ID
	// Language is the language tag of the reader of the mail, which is written in it; "" is English.
	Language string
	// Tries is how often it was tried, Problem why the last try failed.
	Tries   int
	Problem string
	// DueAt is when it is next tried, HandedAt when it was handed to the mail server, SentAt when the mail server confirmed it.
	DueAt, HandedAt, SentAt, CreatedAt time.Time
}

// MailState is the state of a mail.
type MailState string

// The states of a mail: there is none, waiting, sent, unknown, or permanently refused.
const (
	MailNone    MailState = "none"
	MailWaiting MailState = "waiting"
	MailSent    MailState = "sent"
	MailUnknown MailState = "unknown"
	MailRefused MailState = "refused"
)

const (
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

// State is the state of the mail.
func (m Mail) State() MailState {
	switch {
	case !m.SentAt.IsZero():
		return MailSent
	case !m.HandedAt.IsZero():
		return MailUnknown
	case !m.DueAt.IsZero():
		return MailWaiting
	case m.Problem != "":
		return MailRefused
	default:
		return MailNone
	}
}

// Due reports whether the mail is to be sent now.
func (m Mail) Due(now time.Time) bool { return !m.DueAt.IsZero() && !now.Before(m.DueAt) }

// Hand marks the mail as handed to the mail server, which may take it from now on.
func (m Mail) Hand(now time.Time) Mail {
	m.DueAt, m.HandedAt = time.Time{}, now
	return m
}

// Confirm marks the mail as accepted by the mail server.
func (m Mail) Confirm(now time.Time) Mail {
	m.Tries++
	m.SentAt, m.Problem = now, ""
	return m
}

// Lose marks the mail as possibly sent: the mail server's answer was lost.
func (m Mail) Lose(problem string) Mail {
	m.Tries++
	m.Problem = problem
	return m
}

// PutOff schedules another try after the mail server deferred the mail; after mailTries it is refused.
func (m Mail) PutOff(now time.Time, problem string) Mail {
	if m.Tries+1 >= mailTries {
		return m.Refuse(problem)
	}
	wait := min(mailLast, mailFirst<<min(m.Tries, 12))
	m.Tries++
	m.DueAt, m.HandedAt, m.Problem = now.Add(wait), time.Time{}, problem
	return m
}

// Refuse marks the mail as permanently rejected.
func (m Mail) Refuse(problem string) Mail {
	m.Tries++
	m.DueAt, m.HandedAt, m.Problem = time.Time{}, time.Time{}, problem
	return m
}

// Requeue schedules another try after the mail could not even be offered, which does not count as a try.
func (m Mail) Requeue(now time.Time, problem string) Mail {
	m.DueAt, m.HandedAt, m.Problem = now.Add(mailAway), time.Time{}, problem
	return m
}

// Renew queues the mail to be sent (again) at once, whatever its state. While the mail server may still answer, it is a Conflict.
func (m Mail) Renew(now time.Time) (Mail, error) {
	if until := m.HandedAt.Add(MailAnswer); m.State() == MailUnknown && now.Before(until) {
		return m, fault.New(fault.Conflict,
			"The mail of this receipt was handed to the mail server a moment ago, and its answer may still come; try again after %s.",
			until.UTC().Format("15:04:05 UTC"))
	}
	m.Tries, m.Problem = 0, ""
	m.DueAt, m.HandedAt, m.SentAt = now, time.Time{}, time.Time{}
	return m, nil
}
