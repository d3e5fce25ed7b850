package mail

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"text/template"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

var (
	accountText = template.Must(template.New("account.txt").Funcs(text.English.Funcs()).ParseFS(files, "templates/account.txt"))
	accountHTML = htmltemplate.Must(htmltemplate.New("account.html").Funcs(text.English.Funcs()).ParseFS(files, "templates/account.html"))
)

// letter is what both parts of a mail about an account say: some paragraphs and a link. Nothing that a user typed as a name is in it, for it may go
// to a stranger's address.
type letter struct {
	Subject string
	Before  []string
	Link    struct{ Name, URL string }
	After   []string
}

// confirmLogin goes to an address that somebody wants to sign in with.
func confirmLogin(m app.AccountMail) (page, error) {
	l := letter{}
	if m.Confirm == "" {
		l.Subject = say("mail.known.subject")
		l.Before = []string{say("mail.known.why", "Site", m.Site)}
		l.Link.Name, l.Link.URL = say("mail.known.link"), m.Account
		return l.page(m)
	}
	l.Subject = say("mail.confirm.subject")
	l.Before = []string{say("mail.confirm.why", "Site", m.Site), say("mail.confirm.how", "Wait", text.English.Wait(fund.LoginLinkLife))}
	l.Link.Name, l.Link.URL = say("mail.confirm.link"), m.Confirm
	l.After = []string{say("mail.confirm.other")}
	return l.page(m)
}

// loginAsked goes to the present address of who wants to sign in with another.
func loginAsked(m app.AccountMail) (page, error) {
	l := letter{
		Subject: say("mail.asked.subject"),
		Before:  []string{say("mail.asked.what", "Slug", m.User.Slug, "Site", m.Site), say("mail.asked.how"), say("mail.asked.other")},
	}
	l.Link.Name, l.Link.URL = say("mail.asked.link"), m.Account
	return l.page(m)
}

// loginChanged goes to both addresses of who signs in with another one from now on.
func loginChanged(m app.AccountMail) (page, error) {
	l := letter{
		Subject: say("mail.changed.subject"),
		Before: []string{
			say("mail.changed.what", "Slug", m.User.Slug, "Site", m.Site, "Email", m.User.Email), say("mail.changed.other", "Site", m.Site),
		},
	}
	l.Link.Name, l.Link.URL = say("mail.changed.link"), m.Account
	return l.page(m)
}

// page writes both parts.
func (l letter) page(m app.AccountMail) (page, error) {
	l.Subject = marked(m.Mode, l.Subject)
	var plain, markup bytes.Buffer
	if err := accountText.Execute(&plain, l); err != nil {
		return page{}, fmt.Errorf("text: %w", err)
	}
	if err := accountHTML.Execute(&markup, l); err != nil {
		return page{}, fmt.Errorf("html: %w", err)
	}
	return page{subject: l.Subject, text: plain.String(), markup: markup.String()}, nil
}

// marked is a subject that says that money is play money, where it is.
func marked(mode fund.Mode, subject string) string {
	switch {
	case mode == fund.ModeTest:
		return say("mail.subject.test", "Subject", subject)
	case mode.Play():
		return say("mail.subject.sandbox", "Subject", subject)
	default:
		return subject
	}
}
