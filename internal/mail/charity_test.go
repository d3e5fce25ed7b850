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

// charity is what mails about an invitation say. Who asked has a hostile name, and wrote what the checks of before may have let through.
func charity() app.CharityMail {
	at := time.Date(2026, 12, 30, 9, 30, 0, 0, time.UTC)
	return app.CharityMail{
		Mode: fund.ModeLive, Site: "give.example.org", Link: "https://give.example.org/dashboard/charity?key=0a1b", Until: at,
		Charity: app.Charity{
			CharityInvitation: fund.CharityInvitation{
				ID: fund.ID{7}, Name: "Wild Meadow <b>Trust</b>", Website: "https://meadow.example", Email: "office@meadow.example", Country: "GB",
				Message: "I stream on Fridays.\n\nMay I raise money for you? See https://evil.com or call 555 123 4567.", Reason: "We know them.", DueAt: at,
			},
			By:    fund.User{Slug: "ada", Username: "Account locked! Visit https://evil.com"},
			Cause: &fund.Cause{Fact: fund.Fact{Slug: "wild-meadow-trust"}},
		},
	}
}

// TestMailsAboutCharities compares each with what it was. None leads anywhere but to the page that it is about.
func TestMailsAboutCharities(t *testing.T) {
	t.Parallel()
	for _, kind := range fund.CharityMails() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := testmail.Start(t, testmail.Options{})
			l := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: kind, Recipient: "office@meadow.example"}, Content: charity()}
			if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
				t.Fatalf("got %+v, want it taken", d)
			}
			got := open(t, s.Messages()[0])
			for part, text := range map[string]string{".txt": "Subject: " + got.Get("Subject") + "\n\n" + got.text, ".html": got.html} {
				testgolden.Compare(t, filepath.Join("testdata", string(kind)+part), []byte(text))
				if strings.Contains(text, "evil") || strings.Contains(text, "555") || strings.Contains(text, "<b>") && part == ".html" || strings.Count(text, "https://") > 1 {
					t.Errorf("%s: got another link in\n%s", part, text)
				}
			}
		})
	}
}
