package mail_test

import (
	"path/filepath"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testgolden"
	"github.com/almoner/almoner/internal/testmail"
)

func hook() app.WebhookMail {
	return app.WebhookMail{AccountMail: account(), Endpoint: fund.ID{1}, Host: "hooks.example.org"}
}

// TestMailsAboutWebhooks compares each with what it was.
func TestMailsAboutWebhooks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind    fund.MailKind
		subject string
	}{
		"failing":     {fund.MailWebhookFailing, "A webhook endpoint does not answer"},
		"deactivated": {fund.MailWebhookDeactivated, "A webhook endpoint was deactivated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testmail.Start(t, testmail.Options{})
			l := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: c.kind, Recipient: "ada@example.org"}, Content: hook()}
			if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
				t.Fatalf("got %+v, want it taken", d)
			}
			got := open(t, s.Messages()[0])
			if got.Get("Subject") != c.subject {
				t.Errorf("got the subject %q, want %q", got.Get("Subject"), c.subject)
			}
			for part, text := range map[string]string{".txt": got.text, ".html": got.html} {
				testgolden.Compare(t, filepath.Join("testdata", "webhook-"+name+part), []byte(text))
			}
		})
	}
}
