package mail

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// caseOpened goes to the donor of a case: it was passed on.
func caseOpened(l *text.Locale, m app.CaseMail) (page, error) {
	return donorsCase(l, m, letter{
		Subject: l.Text("mail.case_opened.subject"),
		Before:  []string{l.Text("mail.case_opened.text", "Amount", amountOfCase(l, m), "Page", unlinked(m.Donation.Fact.Name), "Cause", unlinked(m.Cause.Name), "Date", answerBy(l, m))},
	})
}

// caseRefunded goes to the donor of a case: money went back.
func caseRefunded(l *text.Locale, m app.CaseMail) (page, error) {
	return donorsCase(l, m, letter{
		Subject: l.Text("mail.case_refunded.subject"),
		Before:  []string{l.Text("case.refunded", "Cause", unlinked(m.Cause.Name), "Amount", l.Amount(m.Case.Refunded, m.Donation.Currency))},
	})
}

// caseDeclined goes to the donor of a case: the cause declined.
func caseDeclined(l *text.Locale, m app.CaseMail) (page, error) {
	return donorsCase(l, m, letter{
		Subject: l.Text("mail.case_declined.subject"),
		Before:  []string{l.Text("case.declined", "Cause", unlinked(m.Cause.Name), "Reason", unlinkedText(m.Case.Reason))},
	})
}

// caseReceived goes to the contact of a cause: a donor opened a case.
func caseReceived(l *text.Locale, m app.CaseMail) (page, error) {
	return requestOfCase(l, m, l.Text("mail.case_received.subject")).page(l, m.Mode)
}

// caseDue goes to the contact of a cause that has yet to answer, and to operators.
func caseDue(l *text.Locale, m app.CaseMail) (page, error) {
	return requestOfCase(l, m, l.Text("mail.case_due.subject")).page(l, m.Mode)
}

// caseOverdue goes to the contact of a cause that should have answered, and to operators.
func caseOverdue(l *text.Locale, m app.CaseMail) (page, error) {
	return requestOfCase(l, m, l.Text("mail.case_overdue.subject")).page(l, m.Mode)
}

// caseClosed goes to the contact of a cause: a case was answered, and how.
func caseClosed(l *text.Locale, m app.CaseMail) (page, error) {
	cause := unlinked(m.Cause.Name)
	answer := l.Text("mail.case_closed.declined", "Cause", cause, "Reason", unlinkedText(m.Case.Reason))
	if m.Case.State == fund.CaseRefunded {
		answer = l.Text("mail.case_closed.refunded", "Cause", cause, "Amount", l.Amount(m.Case.Refunded, m.Donation.Currency))
	}
	w := letter{
		Subject: l.Text("mail.case_closed.subject"),
		Before: []string{
			l.Text("mail.case_closed.text", "Amount", amountOfCase(l, m), "Page", unlinked(m.Donation.Fact.Name), "Donation", m.Donation.ID),
			answer,
		},
	}
	return w.page(l, m.Mode)
}

// requestOfCase is what the donor wrote, and who can answer how.
func requestOfCase(l *text.Locale, m app.CaseMail, subject string) letter {
	how := text.ID("mail.case_received.operators")
	if m.Finance {
		how = "mail.case_received.how"
	}
	return letter{
		Subject: subject,
		Before:  []string{l.Text("mail.case_received.text", "Amount", amountOfCase(l, m), "Page", unlinked(m.Donation.Fact.Name), "Donation", m.Donation.ID)},
		Quoted:  []string{unlinkedText(m.Case.Message)},
		Then:    []string{l.Text(how, "Date", answerBy(l, m), "Cause", unlinked(m.Cause.Name), "Case", m.Case.ID)},
	}
}

func amountOfCase(l *text.Locale, m app.CaseMail) string {
	return l.Amount(m.Donation.Amount, m.Donation.Currency)
}

// donorsCase is a mail to the donor of a case. Answers to it go to the cause, as those to receipts do.
func donorsCase(l *text.Locale, m app.CaseMail, w letter) (page, error) {
	w.Link.Name, w.Link.URL, w.Withdraw = l.Text("mail.case.link"), m.URL, m.Withdraw
	p, err := w.page(l, m.Mode)
	p.replyTo = m.Cause.ContactEmail
	return p, err
}

// answerBy is the day by which the cause answers, where the cause is.
func answerBy(l *text.Locale, m app.CaseMail) string {
	return l.Day(m.Case.AnswerBy.In(fund.Zone(m.Cause.TimeZone)))
}
