package mail

import (
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// charityInvitation goes to a charity that somebody wants to raise money for. What they write is in it as an operator approved it, but for what a mail client would turn into a
// link.
func charityInvitation(l *text.Locale, m app.CharityMail) (page, error) {
	w := charityLetter(l, m, "mail.charity.invitation.subject", "mail.charity.invitation.what")
	w.Quoted = paragraphs(m.Message)
	w.Then = []string{l.Text("mail.charity.invitation.how", "Slug", m.By.Slug)}
	w.After = []string{l.Text("mail.charity.invitation.after", "Date", l.Instant(m.Until))}
	w.Link.Name, w.Link.URL = l.Text("mail.charity.invitation.link"), m.Link
	return w.page(l, m.Mode)
}

// paragraphs are the lines of a text that somebody wrote to a stranger.
func paragraphs(message string) (all []string) {
	for line := range strings.Lines(message) {
		if said := unlinkedText(line); said != "" {
			all = append(all, said)
		}
	}
	return all
}

// charityLetter begins a mail about the invitation of a charity.
func charityLetter(l *text.Locale, m app.CharityMail, subject, what text.ID) letter {
	charity := unlinked(m.Name)
	return letter{
		Subject: l.Text(subject, "Charity", charity, "Site", m.Site),
		Before:  []string{l.Text(what, "Charity", charity, "Site", m.Site, "Slug", m.By.Slug, "Date", l.Instant(m.DueAt), "Reason", unlinkedText(m.Reason))},
	}
}

// charityAsked goes to operators: an invitation waits for them.
func charityAsked(l *text.Locale, m app.CharityMail) (page, error) {
	w := charityLetter(l, m, "mail.charity.asked.subject", "mail.charity.asked.what")
	w.Before = append(w.Before, l.Text("mail.charity.asked.how", "ID", m.ID))
	return w.page(l, m.Mode)
}

// charityProfile goes to operators: an invited charity has a profile.
func charityProfile(l *text.Locale, m app.CharityMail) (page, error) {
	w := charityLetter(l, m, "mail.charity.profile.subject", "mail.charity.profile.what")
	cause := ""
	if m.Cause != nil {
		cause = m.Cause.Slug
	}
	w.Before = append(w.Before, l.Text("mail.charity.profile.how", "Cause", cause))
	return w.page(l, m.Mode)
}

// charityApproved goes to who wrote the profile.
func charityApproved(l *text.Locale, m app.CharityMail) (page, error) {
	w := charityLetter(l, m, "mail.charity.approved.subject", "mail.charity.approved.what")
	w.Link.Name, w.Link.URL = l.Text("mail.charity.approved.link"), m.Link
	return w.page(l, m.Mode)
}

// askerTexts are the subject and the text of each mail to who asked for the invitation.
var askerTexts = map[fund.MailKind][2]text.ID{
	fund.MailCharityInvited:  {"mail.charity.invited.subject", "mail.charity.invited.what"},
	fund.MailCharityRefused:  {"mail.charity.refused.subject", "mail.charity.refused.what"},
	fund.MailCharityDeclined: {"mail.charity.declined.subject", "mail.charity.declined.what"},
	fund.MailCharityAccepted: {"mail.charity.accepted.subject", "mail.charity.accepted.what"},
	fund.MailCharityReady:    {"mail.charity.ready.subject", "mail.charity.ready.what"},
	fund.MailCharityExpired:  {"mail.charity.expired.subject", "mail.charity.expired.what"},
}

// toAsker is a mail to who asked.
func toAsker(said [2]text.ID) func(*text.Locale, app.CharityMail) (page, error) {
	return func(l *text.Locale, m app.CharityMail) (page, error) {
		w := charityLetter(l, m, said[0], said[1])
		w.Link.Name, w.Link.URL = l.Text("mail.charity.link"), m.Link
		return w.page(l, m.Mode)
	}
}
