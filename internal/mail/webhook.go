package mail

import "github.com/almoner/almoner/internal/app"

// webhookFailing goes to the owner of an application while the deliveries to one of its webhook endpoints fail.
func webhookFailing(m app.WebhookMail) (page, error) {
	l := letter{
		Subject: say("mail.webhook_failing.subject"),
		Before:  []string{say("mail.webhook_failing.what", "Host", m.Host, "Endpoint", m.Endpoint, "Site", m.Site), say("mail.webhook_failing.next")},
		After:   []string{say("mail.webhook_failing.how")},
	}
	l.Link.Name, l.Link.URL = say("mail.webhook_failing.link"), m.Account
	return l.page(m.AccountMail)
}

// webhookDeactivated goes to the owner when the endpoint was deactivated.
func webhookDeactivated(m app.WebhookMail) (page, error) {
	l := letter{
		Subject: say("mail.webhook_deactivated.subject"),
		Before:  []string{say("mail.webhook_deactivated.what", "Host", m.Host, "Endpoint", m.Endpoint, "Site", m.Site)},
		After:   []string{say("mail.webhook_deactivated.how", "Endpoint", m.Endpoint)},
	}
	l.Link.Name, l.Link.URL = say("mail.webhook_deactivated.link"), m.Account
	return l.page(m.AccountMail)
}
