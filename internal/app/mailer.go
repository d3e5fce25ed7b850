package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
)

// Mailer sends mail.
type Mailer interface {
	// Send sends one mail. It calls hand when the mail server has all of the message but its end, and sends the end only if hand returns
	// nil: without it, no server delivers the message.
	Send(ctx context.Context, l Letter, hand func(context.Context) error) Delivery
}

// Letter is a mail with what it says.
type Letter struct {
	fund.Mail
	// At is when it was written.
	At time.Time
	// Content is what a mail of its kind says: of a receipt a ReceiptMail, of those about webhooks a WebhookMail, of those with a link to donations a DonorLinkMail, of those about cases a CaseMail, of those about charities a CharityMail, of those about alarms an AlarmMail, of the others an AccountMail.
	Content any
}

// ReceiptMail is what the mail of a receipt says.
type ReceiptMail struct {
	DonorView
	// Document is the receipt.
	Document receipt.Document
	// URL is where the receipt can be seen and printed.
	URL string
	// File is where it is a PDF.
	File string
	// Problem is where the donor says what is wrong with the donation.
	Problem string
	// Withdraw is where the donor withdraws the consent to be contacted by the cause; "" for a donor who gave none.
	Withdraw string
}

// Delivery is the result of sending a mail.
type Delivery struct {
	Result DeliveryResult
	// Problem is why it was not accepted, worded for the operator; "" for none.
	Problem string
	// Err is the cause, for the log. It contains no e-mail address.
	Err error
}

// DeliveryResult says whether the mail server accepted a mail. The set is closed.
type DeliveryResult string

// The results: the server accepted the mail, deferred it, or rejected it; it could not be reached or accepts no mail from this server; hand
// refused; or its answer was lost, so that the result is unknown.
const (
	MailTaken   DeliveryResult = "taken"
	MailPutOff  DeliveryResult = "put_off"
	MailRefused DeliveryResult = "refused"
	MailAway    DeliveryResult = "away"
	MailHeld    DeliveryResult = "held"
	MailLost    DeliveryResult = "lost"
)

// mailKind is what the outbox knows about a kind of mail.
type mailKind struct {
	// needs loads what the mail says now: the Content of its Letter. A Gone fault says that it is not to be sent any more.
	needs func(context.Context, *App, fund.Mail) (any, error)
	// strangers reports whether it goes to anybody while the money is play money; else only to confirmed users of the database.
	strangers bool
}

// mailKinds has one row for each kind. Its template is in internal/mail.
var mailKinds = map[fund.MailKind]mailKind{
	fund.MailReceipt:      {needs: receiptMail},
	fund.MailConfirmLogin: {needs: confirmMail, strangers: true},
	fund.MailLoginAsked:   {needs: ownerMail, strangers: true},
	fund.MailLoginChanged: {needs: ownerMail, strangers: true},

	fund.MailPassword:        {needs: passwordMail, strangers: true},
	fund.MailPasswordChanged: {needs: ownerMail, strangers: true},
	fund.MailInvitation:      {needs: invitationMail, strangers: true},
	fund.MailSignUp:          {needs: signUpMail, strangers: true},
	fund.MailTokenMade:       {needs: ownerMail, strangers: true},
	fund.MailApplicationMade: {needs: ownerMail, strangers: true},

	fund.MailSecondFactorOn:   {needs: ownerMail, strangers: true},
	fund.MailSecondFactorOff:  {needs: ownerMail, strangers: true},
	fund.MailRecoveryCodeUsed: {needs: recoveryMail, strangers: true},
	fund.MailRecoveryCodes:    {needs: ownerMail, strangers: true},
	fund.MailPasskeyAdded:     {needs: ownerMail, strangers: true},
	fund.MailPasskeyRemoved:   {needs: ownerMail, strangers: true},
	fund.MailIdentityAdded:    {needs: identityMail, strangers: true},
	fund.MailIdentityRemoved:  {needs: identityMail, strangers: true},

	fund.MailTeamInvitation:  {needs: teamMail, strangers: true},
	fund.MailAccountClosed:   {needs: closedMail, strangers: true},
	fund.MailAccountRestored: {needs: ownerMail, strangers: true},

	fund.MailFindDonations: {needs: donorLinkMail},

	fund.MailWebhookFailing:     {needs: webhookMail, strangers: true},
	fund.MailWebhookDeactivated: {needs: webhookMail, strangers: true},

	fund.MailCharityInvitation: {needs: charityInvitationMail, strangers: true},
	fund.MailCharityAsked:      {needs: charityMail, strangers: true},
	fund.MailCharityProfile:    {needs: charityMail, strangers: true},
	fund.MailCharityApproved:   {needs: charityOwnerMail, strangers: true},
	fund.MailCharityInvited:    {needs: charityMail, strangers: true},
	fund.MailCharityRefused:    {needs: charityMail, strangers: true},
	fund.MailCharityDeclined:   {needs: charityMail, strangers: true},
	fund.MailCharityAccepted:   {needs: charityMail, strangers: true},
	fund.MailCharityReady:      {needs: charityMail, strangers: true},
	fund.MailCharityExpired:    {needs: charityMail, strangers: true},

	fund.MailPaymentsProposed: {needs: paymentsMail, strangers: true}, fund.MailPaymentsReady: {needs: paymentsMail, strangers: true},
	fund.MailPaymentsStopped: {needs: paymentsMail, strangers: true}, fund.MailPaymentsEnded: {needs: paymentsMail, strangers: true},

	fund.MailAlarmBegan: {needs: alarmMail, strangers: true}, fund.MailAlarmEnded: {needs: alarmMail, strangers: true},

	fund.MailCaseOpened: {needs: caseMail}, fund.MailCaseRefunded: {needs: caseMail}, fund.MailCaseDeclined: {needs: caseMail},
	fund.MailCaseReceived: {needs: caseMail}, fund.MailCaseDue: {needs: caseMail}, fund.MailCaseOverdue: {needs: caseMail}, fund.MailCaseClosed: {needs: caseMail},
}
