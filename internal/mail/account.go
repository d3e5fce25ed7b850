package mail

import (
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

var accountParts = newParts("account")

// letter is what both parts of a mail about an account say: some paragraphs and a link. Nothing that a user typed as a name is in it, for it may go
// to a stranger's address.
type letter struct {
	Subject string
	// Play says that money is play money, where it is.
	Play   string
	Before []string
	// Quoted are words of somebody else, which look like it, and Then is what follows them.
	Quoted, Then []string
	Link         struct{ Name, URL string }
	After        []string
	// Withdraw is where the donor withdraws the consent to contact; "" for none.
	Withdraw string
}

// confirmLogin goes to an address that somebody wants to sign in with.
func confirmLogin(l *text.Locale, m app.AccountMail) (page, error) {
	w := letter{}
	if m.Link == "" {
		w.Subject = l.Text("mail.known.subject")
		w.Before = []string{l.Text("mail.known.why", "Site", m.Site)}
		w.Link.Name, w.Link.URL = l.Text("mail.known.link"), m.Account
		return w.page(l, m.Mode)
	}
	w.Subject = l.Text("mail.confirm.subject")
	w.Before = []string{l.Text("mail.confirm.why", "Site", m.Site), l.Text("mail.confirm.how", "Wait", l.Wait(fund.AccountLinkLife))}
	w.Link.Name, w.Link.URL = l.Text("mail.confirm.link"), m.Link
	w.After = []string{l.Text("mail.confirm.other")}
	return w.page(l, m.Mode)
}

// loginAsked goes to the present address of who wants to sign in with another.
func loginAsked(l *text.Locale, m app.AccountMail) (page, error) {
	w := letter{
		Subject: l.Text("mail.asked.subject"),
		Before:  []string{l.Text("mail.asked.what", "Slug", m.User.Slug, "Site", m.Site), l.Text("mail.asked.how"), l.Text("mail.asked.other")},
	}
	w.Link.Name, w.Link.URL = l.Text("mail.asked.link"), m.Account
	return w.page(l, m.Mode)
}

// loginChanged goes to both addresses of who signs in with another one from now on.
func loginChanged(l *text.Locale, m app.AccountMail) (page, error) {
	return told(l, m, l.Text("mail.changed.subject"),
		l.Text("mail.changed.what", "Slug", m.User.Slug, "Site", m.Site, "Email", m.User.Email), l.Text("mail.changed.other", "Site", m.Site))
}

// forgotPassword goes to an address whose reader forgot the password.
func forgotPassword(l *text.Locale, m app.AccountMail) (page, error) {
	w := letter{
		Subject: l.Text("mail.password.subject"),
		Before: []string{
			l.Text("mail.password.why", "Slug", m.User.Slug, "Site", m.Site), l.Text("mail.password.how", "Wait", l.Wait(fund.AccountLinkLife)),
		},
		After: []string{l.Text("mail.password.other")},
	}
	w.Link.Name, w.Link.URL = l.Text("mail.password.link"), m.Link
	return w.page(l, m.Mode)
}

// passwordChanged goes to who signs in with a new password from now on.
func passwordChanged(l *text.Locale, m app.AccountMail) (page, error) {
	return told(l, m, l.Text("mail.password_changed.subject"),
		l.Text("mail.password_changed.what", "Slug", m.User.Slug, "Site", m.Site), l.Text("mail.password_changed.other", "Site", m.Site))
}

// secondFactorOn goes to who signs in with a second factor from now on.
func secondFactorOn(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.factor_on.subject"), l.Text("mail.factor_on.what", "Slug", m.User.Slug, "Site", m.Site))
}

// secondFactorOff goes to who signs in with the password alone from now on.
func secondFactorOff(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.factor_off.subject"), l.Text("mail.factor_off.what", "Slug", m.User.Slug, "Site", m.Site))
}

// tokenMade goes to who made an access token.
func tokenMade(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.token.subject"), l.Text("mail.token.what", "Slug", m.User.Slug, "Site", m.Site))
}

// applicationMade goes to who made an application, or gave it a new client secret.
func applicationMade(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.application.subject"), l.Text("mail.application.what", "Slug", m.User.Slug, "Site", m.Site))
}

// recoveryCodes goes to who has new recovery codes.
func recoveryCodes(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.codes.subject"), l.Text("mail.codes.what", "Slug", m.User.Slug, "Site", m.Site))
}

// recoveryCodeUsed goes to who signed in with a recovery code.
func recoveryCodeUsed(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.code_used.subject"), l.Text("mail.code_used.what", "Slug", m.User.Slug, "Site", m.Site),
		l.Text("mail.code_used.left", "Count", m.CodesLeft))
}

// passkeyAdded goes to who can sign in with another passkey.
func passkeyAdded(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.passkey_added.subject"), l.Text("mail.passkey_added.what", "Slug", m.User.Slug, "Site", m.Site))
}

// passkeyRemoved goes to who can no longer sign in with a passkey.
func passkeyRemoved(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.passkey_removed.subject"), l.Text("mail.passkey_removed.what", "Slug", m.User.Slug, "Site", m.Site))
}

// noticed says what happened to an account, and what to do if it was somebody else.
func noticed(l *text.Locale, m app.AccountMail, subject string, said ...string) (page, error) {
	return told(l, m, subject, append(said, l.Text("mail.factor.other", "Site", m.Site))...)
}

// told says something about an account, and leads to it.
func told(l *text.Locale, m app.AccountMail, subject string, said ...string) (page, error) {
	w := letter{Subject: subject, Before: said}
	w.Link.Name, w.Link.URL = l.Text("mail.changed.link"), m.Account
	return w.page(l, m.Mode)
}

// invitation goes to who is invited to make an account.
func invitation(l *text.Locale, m app.AccountMail) (page, error) {
	w := letter{
		Subject: l.Text("mail.invitation.subject", "Site", m.Site),
		Before: []string{
			l.Text("mail.invitation.what", "Site", m.Site), l.Text("mail.invitation.how", "Wait", l.Wait(fund.AccountLinkLife)),
		},
		After: []string{
			l.Text("mail.invitation.late", "Count", int(fund.InvitationLife/(24*time.Hour))), l.Text("mail.invitation.other"),
		},
	}
	w.Link.Name, w.Link.URL = l.Text("mail.invitation.link"), m.Link
	return w.page(l, m.Mode)
}

// teamRoles are what members of a team are called.
var teamRoles = map[fund.Role]text.ID{
	fund.RoleSuperAdmin: "dash.team.super_admin", fund.RoleAdmin: "dash.team.admin", fund.RoleUserManager: "dash.team.user_manager",
	fund.RoleEventManager: "dash.team.event_manager", fund.RoleMember: "dash.team.member",
}

// teamInvitation goes to who is invited to a team.
func teamInvitation(l *text.Locale, m app.AccountMail) (page, error) {
	w := letter{
		Subject: l.Text("mail.team.subject", "Site", m.Site),
		Before:  []string{l.Text("mail.team.what", "Slug", m.User.Slug, "Team", m.Team, "Site", m.Site, "Role", l.Text(teamRoles[m.Role])), l.Text("mail.team.how")},
		After: []string{
			l.Text("mail.team.late", "Count", int(fund.InvitationLife/(24*time.Hour))), l.Text("mail.team.other"),
		},
	}
	w.Link.Name, w.Link.URL = l.Text("mail.team.link"), m.Link
	return w.page(l, m.Mode)
}

// accountClosed goes to whose account is deleted from now on.
func accountClosed(l *text.Locale, m app.AccountMail) (page, error) {
	until := l.Instant(m.EraseAt)
	w := letter{
		Subject: l.Text("mail.closed.subject"),
		Before: []string{
			l.Text("mail.closed.what", "Slug", m.User.Slug, "Site", m.Site), l.Text("mail.closed.how", "Date", until),
		},
		After: []string{l.Text("mail.closed.after", "Date", until), l.Text("mail.closed.other")},
	}
	w.Link.Name, w.Link.URL = l.Text("mail.closed.link"), m.Link
	return w.page(l, m.Mode)
}

// accountRestored goes to whose account is not deleted after all.
func accountRestored(l *text.Locale, m app.AccountMail) (page, error) {
	return noticed(l, m, l.Text("mail.restored.subject"), l.Text("mail.restored.what", "Slug", m.User.Slug, "Site", m.Site))
}

// signUp is for who asked for an account.
func signUp(l *text.Locale, m app.AccountMail) (page, error) {
	w := letter{Subject: l.Text("mail.signup.subject", "Site", m.Site), Before: []string{l.Text("mail.signup.why", "Site", m.Site)}}
	if m.Link == "" {
		w.Before = append(w.Before, l.Text("mail.signup.has", "Slug", m.User.Slug))
		w.After = []string{l.Text("mail.signup.other")}
		w.Link.Name, w.Link.URL = l.Text("mail.signup.sign_in"), m.Account
		return w.page(l, m.Mode)
	}
	w.Before = append(w.Before, l.Text("mail.invitation.how", "Wait", l.Wait(fund.AccountLinkLife)))
	w.After = []string{
		l.Text("mail.signup.late", "Count", int(fund.SignUpLife/time.Hour)), l.Text("mail.signup.other"),
	}
	w.Link.Name, w.Link.URL = l.Text("mail.invitation.link"), m.Link
	return w.page(l, m.Mode)
}

// identityAdded goes to who signs in with another account at an OpenID provider from now on.
func identityAdded(l *text.Locale, m app.AccountMail) (page, error) {
	return told(l, m, l.Text("mail.identity_added.subject", "Provider", m.Provider),
		l.Text("mail.identity_added.what", "Slug", m.User.Slug, "Site", m.Site, "Provider", m.Provider), l.Text("mail.identity_added.other", "Site", m.Site))
}

// identityRemoved goes to who signs in with one of them no longer.
func identityRemoved(l *text.Locale, m app.AccountMail) (page, error) {
	return told(l, m, l.Text("mail.identity_removed.subject", "Provider", m.Provider),
		l.Text("mail.identity_removed.what", "Slug", m.User.Slug, "Site", m.Site, "Provider", m.Provider), l.Text("mail.password_changed.other", "Site", m.Site))
}

// page writes both parts.
func (w letter) page(l *text.Locale, mode fund.Mode) (p page, err error) {
	w.Subject = marked(l, mode, w.Subject)
	if play := text.PlayMoney(string(mode)); play != "" {
		w.Play = l.Text(play)
	}
	p.subject, p.unsubscribe = w.Subject, w.Withdraw
	p.text, p.markup, err = accountParts.write(l, w)
	return p, err
}

// marked is a subject that says that money is play money, where it is.
func marked(l *text.Locale, mode fund.Mode, subject string) string {
	switch {
	case mode == fund.ModeTest:
		return l.Text("mail.subject.test", "Subject", subject)
	case mode.Play():
		return l.Text("mail.subject.sandbox", "Subject", subject)
	default:
		return subject
	}
}
