package mail

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/text"
)

// webhookFailing goes to the owner of an application while the deliveries to one of its webhook endpoints fail.
func webhookFailing(l *text.Locale, m app.WebhookMail) (page, error) {
	w := letter{
		Subject: l.Text("mail.webhook_failing.subject"),
		Before:  []string{l.Text("mail.webhook_failing.what", "Host", m.Host, "Endpoint", m.Endpoint, "Site", m.Site), l.Text("mail.webhook_failing.next")},
		After:   []string{l.Text("mail.webhook_failing.how")},
	}
	w.Link.Name, w.Link.URL = l.Text("mail.webhook_failing.link"), m.Account
	return w.page(l, m.Mode)
}

// webhookDeactivated goes to the owner when the endpoint was deactivated.
func webhookDeactivated(l *text.Locale, m app.WebhookMail) (page, error) {
	w := letter{
		Subject: l.Text("mail.webhook_deactivated.subject"),
		Before:  []string{l.Text("mail.webhook_deactivated.what", "Host", m.Host, "Endpoint", m.Endpoint, "Site", m.Site)},
		After:   []string{l.Text("mail.webhook_deactivated.how", "Endpoint", m.Endpoint)},
	}
	w.Link.Name, w.Link.URL = l.Text("mail.webhook_deactivated.link"), m.Account
	return w.page(l, m.Mode)
}
