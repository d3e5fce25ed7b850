package mail

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// findDonations goes to a donor who looks for donations. It names none of them: the page does, once a button there is pressed.
func findDonations(l *text.Locale, m app.DonorLinkMail) (page, error) {
	w := letter{Subject: l.Text("mail.find.subject")}
	w.Before = []string{l.Text("mail.find.why", "Site", m.Site), l.Text("mail.find.how", "Wait", l.Wait(fund.DonorLinkLife))}
	w.Link.Name, w.Link.URL = l.Text("mail.find.link"), m.URL
	w.After = []string{l.Text("mail.find.other")}
	return w.page(l, m.Mode)
}
