package mail_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testgolden"
	"github.com/almoner/almoner/internal/testmail"
)

// payments is what mails about the payment account of a cause say, which has a hostile name.
func payments() app.PaymentsMail {
	return app.PaymentsMail{
		Mode: fund.ModeLive, Site: "give.example.org", Link: "https://give.example.org/dashboard/00000000-0000-0000-0000-000000000007/payments",
		Cause: fund.Cause{Fact: fund.Fact{Name: "Wild Meadow <b>Trust</b> https://evil.com", Slug: "wild-meadow"}},
	}
}

// TestMailsAboutPayments compares each with what it was. None leads anywhere but to the page of the payments.
func TestMailsAboutPayments(t *testing.T) {
	t.Parallel()
	for _, kind := range fund.PaymentsMails() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := testmail.Start(t, testmail.Options{})
			l := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: kind, Recipient: "office@meadow.example"}, Content: payments()}
			if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
				t.Fatalf("got %+v, want it taken", d)
			}
			got := open(t, s.Messages()[0])
			for part, text := range map[string]string{".txt": "Subject: " + got.Get("Subject") + "\n\n" + got.text, ".html": got.html} {
				testgolden.Compare(t, filepath.Join("testdata", string(kind)+part), []byte(text))
				if strings.Contains(text, "evil") || strings.Contains(text, "<b>") && part == ".html" || strings.Count(text, "https://") > 1 {
					t.Errorf("%s: got another link in\n%s", part, text)
				}
			}
		})
	}
}
