package mail

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// paymentsTexts are the subject and the text of each mail about the payment account of a cause.
var paymentsTexts = map[fund.MailKind][2]text.ID{
	fund.MailPaymentsProposed: {"mail.payments.proposed.subject", "mail.payments.proposed.what"},
	fund.MailPaymentsReady:    {"mail.payments.ready.subject", "mail.payments.ready.what"},
	fund.MailPaymentsStopped:  {"mail.payments.stopped.subject", "mail.payments.stopped.what"},
	fund.MailPaymentsEnded:    {"mail.payments.ended.subject", "mail.payments.ended.what"},
}

// aboutPayments is a mail about the payment account of a cause.
func aboutPayments(said [2]text.ID) func(*text.Locale, app.PaymentsMail) (page, error) {
	return func(l *text.Locale, m app.PaymentsMail) (page, error) {
		w := letter{
			Subject: l.Text(said[0], "Site", m.Site), Before: []string{l.Text(said[1], "Name", unlinked(m.Cause.Name), "Cause", m.Cause.Slug, "Site", m.Site)},
		}
		w.Link.Name, w.Link.URL = l.Text("mail.payments.link"), m.Link
		return w.page(l, m.Mode)
	}
}
