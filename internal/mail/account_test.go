package mail_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testgolden"
	"github.com/almoner/almoner/internal/testmail"
)

// account is what mails about Ada's account say.
func account(change ...func(*app.AccountMail)) app.AccountMail {
	m := app.AccountMail{
		Mode: fund.ModeLive, Site: "give.example.org", Account: "https://give.example.org/account/sessions",
		Link: "https://give.example.org/account/email/confirm?key=0a1b",
		User: fund.User{
			Slug: "ada", Username: "Account locked! Visit https://evil.example or call +1 555 123 4567", Email: "ada@example.org", FirstName: "evil.example",
		},
	}
	for _, c := range change {
		c(&m)
	}
	return m
}

// TestMailsAboutAccounts compares each with what it was. None repeats a name, which may be an address or a telephone number.
func TestMailsAboutAccounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind    fund.MailKind
		subject string
		change  func(*app.AccountMail)
	}{
		"confirm": {fund.MailConfirmLogin, "Confirm your new e-mail address", func(*app.AccountMail) {}},
		"known":   {fund.MailConfirmLogin, "You already have an account", func(m *app.AccountMail) { m.Link = "" }},
		"asked":   {fund.MailLoginAsked, "[Sandbox] Request to change your e-mail address", func(m *app.AccountMail) { m.Mode = fund.ModeSandbox }},
		"changed": {fund.MailLoginChanged, "[Test] Your e-mail address was changed", func(m *app.AccountMail) { m.Mode = fund.ModeTest }},
		"password": {fund.MailPassword, "Choose a new password", func(m *app.AccountMail) {
			m.Link = "https://give.example.org/account/password/new?key=0a1b"
		}},
		"invitation": {fund.MailInvitation, "Your invitation to give.example.org", func(m *app.AccountMail) {
			m.User, m.Link = fund.User{}, "https://give.example.org/account/join?key=0a1b"
		}},
		"token":             {fund.MailTokenMade, "An access token was created", func(*app.AccountMail) {}},
		"application":       {fund.MailApplicationMade, "An application was registered", func(*app.AccountMail) {}},
		"second-factor-on":  {fund.MailSecondFactorOn, "Two-step sign-in is on", func(*app.AccountMail) {}},
		"second-factor-off": {fund.MailSecondFactorOff, "Two-step sign-in is off", func(*app.AccountMail) {}},
		"recovery-codes":    {fund.MailRecoveryCodes, "Your recovery codes were replaced", func(*app.AccountMail) {}},
		"passkey-added":     {fund.MailPasskeyAdded, "A passkey was added", func(*app.AccountMail) {}},
		"passkey-removed":   {fund.MailPasskeyRemoved, "A passkey was removed", func(*app.AccountMail) {}},
		"recovery-code":     {fund.MailRecoveryCodeUsed, "A recovery code was used", func(m *app.AccountMail) { m.CodesLeft = 9 }},
		"password-changed":  {fund.MailPasswordChanged, "Your password was changed", func(*app.AccountMail) {}},
		"team": {fund.MailTeamInvitation, "Your invitation to a team at give.example.org", func(m *app.AccountMail) {
			m.Link, m.Team, m.Role = "https://give.example.org/dashboard/join?key=0a1b", "night-owls", fund.RoleAdmin
		}},
		"closed": {fund.MailAccountClosed, "Your account was deleted", func(m *app.AccountMail) {
			m.Link, m.EraseAt = "https://give.example.org/account/restore?key=0a1b", time.Date(2026, 12, 13, 9, 30, 0, 0, time.UTC)
		}},
		"restored": {fund.MailAccountRestored, "Your account is back", func(*app.AccountMail) {}},
		"sign-up": {fund.MailSignUp, "Your account at give.example.org", func(m *app.AccountMail) {
			m.User, m.Link = fund.User{}, "https://give.example.org/account/join?key=0a1b"
		}},
		"sign-up-known":    {fund.MailSignUp, "Your account at give.example.org", func(m *app.AccountMail) { m.Link = "" }},
		"identity-added":   {fund.MailIdentityAdded, "Twitch was added to your account", func(m *app.AccountMail) { m.Provider = "Twitch" }},
		"identity-removed": {fund.MailIdentityRemoved, "Twitch was removed from your account", func(m *app.AccountMail) { m.Provider = "Twitch" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testmail.Start(t, testmail.Options{})
			l := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: c.kind, Recipient: "new@example.org"}, Content: account(c.change)}
			if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
				t.Fatalf("got %+v, want it taken", d)
			}
			got := open(t, s.Messages()[0])
			if got.Get("Subject") != c.subject {
				t.Errorf("got the subject %q, want %q", got.Get("Subject"), c.subject)
			}
			for part, text := range map[string]string{".txt": got.text, ".html": got.html} {
				testgolden.Compare(t, filepath.Join("testdata", "account-"+name+part), []byte(text))
				if strings.Contains(text, "evil") || strings.Contains(text, "555") {
					t.Errorf("%s: got a name in\n%s", part, text)
				}
			}
		})
	}
}
