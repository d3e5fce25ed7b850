package mail_test

import (
	"path/filepath"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testgolden"
	"github.com/almoner/almoner/internal/testmail"
)

// TestFindDonationsMail writes the mail with a link to a donor's donations.
func TestFindDonationsMail(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	l := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: fund.MailFindDonations, Recipient: "ada@example.org"}, Content: app.DonorLinkMail{
		Mode: fund.ModeLive, Site: "give.example", URL: "https://give.example/gifts/find/0123",
	}}
	if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
		t.Fatalf("got %+v, want it taken", d)
	}
	got := open(t, s.Messages()[0])
	if got.Get("Subject") != "Your gifts" {
		t.Errorf("got the subject %q", got.Get("Subject"))
	}
	for part, text := range map[string]string{".txt": got.text, ".html": got.html} {
		testgolden.Compare(t, filepath.Join("testdata", "find-donations"+part), []byte(text))
	}
}
