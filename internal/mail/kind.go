package mail

import (
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// page is what a mail says. The text and the markup say the same.
type page struct {
	subject string
	// replyTo is where answers go, if they can be read there; "" for the sender.
	replyTo string
	// unsubscribe is where one request without a form withdraws the consent to such mails; "" for mails that go without consent.
	unsubscribe  string
	text, markup string
}

// kinds has one row for each kind of mail: what writes it in a language, from the content that internal/app loads for it.
var kinds = map[fund.MailKind]func(l *text.Locale, content any) (page, error){
	fund.MailReceipt:      from(receiptPage),
	fund.MailConfirmLogin: from(confirmLogin),
	fund.MailLoginAsked:   from(loginAsked),
	fund.MailLoginChanged: from(loginChanged),

	fund.MailPassword:        from(forgotPassword),
	fund.MailPasswordChanged: from(passwordChanged),
	fund.MailInvitation:      from(invitation),
	fund.MailSignUp:          from(signUp),
	fund.MailTokenMade:       from(tokenMade),
	fund.MailApplicationMade: from(applicationMade),

	fund.MailSecondFactorOn:   from(secondFactorOn),
	fund.MailSecondFactorOff:  from(secondFactorOff),
	fund.MailRecoveryCodeUsed: from(recoveryCodeUsed),
	fund.MailRecoveryCodes:    from(recoveryCodes),
	fund.MailPasskeyAdded:     from(passkeyAdded),
	fund.MailPasskeyRemoved:   from(passkeyRemoved),
	fund.MailIdentityAdded:    from(identityAdded),
	fund.MailIdentityRemoved:  from(identityRemoved),

	fund.MailTeamInvitation:  from(teamInvitation),
	fund.MailAccountClosed:   from(accountClosed),
	fund.MailAccountRestored: from(accountRestored),

	fund.MailFindDonations: from(findDonations),

	fund.MailWebhookFailing:     from(webhookFailing),
	fund.MailWebhookDeactivated: from(webhookDeactivated),

	fund.MailCharityInvitation: from(charityInvitation),
	fund.MailCharityAsked:      from(charityAsked),
	fund.MailCharityProfile:    from(charityProfile),
	fund.MailCharityApproved:   from(charityApproved),
	fund.MailCharityInvited:    from(toAsker(askerTexts[fund.MailCharityInvited])),
	fund.MailCharityRefused:    from(toAsker(askerTexts[fund.MailCharityRefused])),
	fund.MailCharityDeclined:   from(toAsker(askerTexts[fund.MailCharityDeclined])),
	fund.MailCharityAccepted:   from(toAsker(askerTexts[fund.MailCharityAccepted])),
	fund.MailCharityReady:      from(toAsker(askerTexts[fund.MailCharityReady])),
	fund.MailCharityExpired:    from(toAsker(askerTexts[fund.MailCharityExpired])),

	fund.MailPaymentsProposed: from(aboutPayments(paymentsTexts[fund.MailPaymentsProposed])),
	fund.MailPaymentsReady:    from(aboutPayments(paymentsTexts[fund.MailPaymentsReady])),
	fund.MailPaymentsStopped:  from(aboutPayments(paymentsTexts[fund.MailPaymentsStopped])),
	fund.MailPaymentsEnded:    from(aboutPayments(paymentsTexts[fund.MailPaymentsEnded])),

	fund.MailAlarmBegan: from(alarmBegan),
	fund.MailAlarmEnded: from(alarmEnded),

	fund.MailCaseOpened:   from(caseOpened),
	fund.MailCaseRefunded: from(caseRefunded),
	fund.MailCaseDeclined: from(caseDeclined),
	fund.MailCaseReceived: from(caseReceived),
	fund.MailCaseDue:      from(caseDue),
	fund.MailCaseOverdue:  from(caseOverdue),
	fund.MailCaseClosed:   from(caseClosed),
}

// from lets write have the content of its own kind only.
func from[T any](write func(*text.Locale, T) (page, error)) func(*text.Locale, any) (page, error) {
	return func(l *text.Locale, content any) (page, error) {
		c, is := content.(T)
		if !is {
			return page{}, fmt.Errorf("a mail cannot be written from %T", content)
		}
		return write(l, c)
	}
}

// pageOf is what a letter says.
func pageOf(l app.Letter) (page, error) {
	write, known := kinds[l.Kind]
	if !known {
		return page{}, fmt.Errorf("there is no template for mails of the kind %q", l.Kind)
	}
	return write(text.Accepted(l.Language), l.Content)
}
