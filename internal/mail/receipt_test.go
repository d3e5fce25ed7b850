package mail_test

import (
	"mime"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/mail"
	"github.com/almoner/almoner/internal/testgolden"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/text"
)

func TestPartsAreGolden(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]app.ReceiptMail{
		"plain": gift(),
		"full": gift(func(m *app.ReceiptMail) {
			m.Cause.Address = fund.Address{Line1: "1 Pier Road", City: "Seattle", Region: "WA", PostalCode: "98101", Country: "USA"}
			m.Cause.ReceiptProfile = "us"
			m.Donation.Amount, m.Payment.Donated, m.Payment.FeeCover = 123_450, 123_450, 3_710
			m.Payment.Refunded = 20_000
			m.Rewards = []app.ClaimedReward{
				{Name: "Mug", Quantity: 2}, {Name: "Song", Quantity: 1},
			}
			m.Donation.Unavailable = []fund.UnavailableIncentive{
				{Kind: "poll_option", Name: "Red", Why: "its poll is closed"}, {Kind: "reward", Name: "Shirt", Why: "it is sold out"},
			}
		}),
		"refunded": gift(func(m *app.ReceiptMail) { m.Receipt.Void = fund.VoidRefunded }),
		"us":       gift(func(m *app.ReceiptMail) { m.Cause.ReceiptProfile = "us" }),
		"valued": gift(func(m *app.ReceiptMail) {
			m.Cause.ReceiptProfile, m.Rewards = "us", []app.ClaimedReward{{Name: "Mug", Quantity: 1}}
		}),
		"trial": gift(func(m *app.ReceiptMail) {
			m.Payment.Provider, m.Donation.Name, m.Donation.Currency = "sandbox", "", "JPY"
			m.Cause.LegalName, m.Cause.GovernmentID, m.Cause.ContactEmail = "", "", ""
			m.Rewards = []app.ClaimedReward{{Name: "Mug", Quantity: 1}}
		}),
		"hostile": gift(func(m *app.ReceiptMail) {
			m.Donation.Name = "Ada\r\nBcc: all@example.org\x00\x1b <script>alert(1)</script> \u202Eevil {{.URL}}"
			m.Donation.Comment = strings.Repeat("buy at https://evil.example ", 40_000)
			m.Cause.LegalName = "Wässer & \"Co\"\n<b>Ltd</b> 水"
			m.Fact.Name = "</td><img src=https://evil.example/x.png>"
		}),
	} {
		text, html, err := mail.Parts(text.English, m)
		if err != nil {
			t.Fatal(err)
		}
		testgolden.Compare(t, filepath.Join("testdata", name+".txt"), []byte(text))
		testgolden.Compare(t, filepath.Join("testdata", name+".html"), []byte(html))
		if strings.Contains(html, "<script") || strings.Contains(html, "<img") || strings.Contains(text+html, "buy at") {
			t.Errorf("%s: got %s, want nothing of the donor's as markup, and no comment", name, html)
		}
	}
}

// Whatever was typed is in its place and nowhere else.
func TestHostileTextsMakeNoHeaders(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	m := gift(func(m *app.ReceiptMail) {
		m.Donation.Name = "Zoë 👩‍🚀 \r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<x@example.org>"
		m.Donation.Comment = strings.Repeat("\r\n.\r\n", 100_000)
		m.Cause.LegalName = "Water\r\nBcc: all@example.org\r\n\r\n" + strings.Repeat("長い", 40)
		m.Fact.Name = "\r\n.\r\n"
	})
	if d := post(t, s).Send(t.Context(), sealed(m), let); d.Result != app.MailTaken {
		t.Fatalf("got %+v, want it taken", d)
	}
	got := s.Messages()
	if len(got) != 1 || got[0].To != "ada@example.org" {
		t.Fatalf("got %d messages, want one to the donor", len(got))
	}
	l := open(t, got[0])
	if l.Get("Bcc") != "" || len(l.Header) != 9 {
		t.Errorf("got headers %v, want only ours", l.Header)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(l.Get("Subject"))
	if err != nil || !strings.Contains(subject, "Water Bcc: all@example.org 長い") {
		t.Errorf("got subject %q, %v, want the name on one line", subject, err)
	}
	for line := range strings.Lines(string(got[0].Data)) {
		if len(line) > 998 {
			t.Errorf("got a line of %d bytes, want 998 at most", len(line))
		}
	}
	if !strings.Contains(l.text, "Zoë 👩‍🚀 Bcc: . MAIL") || len(got[0].Data) > 20_000 {
		t.Errorf("got\n%s\nwant the name on one line and no comment", l.text)
	}
}

func TestAddressesBeyondASCII(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	m := gift(func(m *app.ReceiptMail) { m.Donation.Email = "zoë@bücher.example" })
	if d := post(t, s).Send(t.Context(), sealed(m), let); d.Result != app.MailTaken || s.Messages()[0].To != "zoë@bücher.example" {
		t.Errorf("got %+v, want it taken", d)
	}
	s.Behave(testmail.At(testmail.Hello, testmail.Reply{Code: 250, Text: "old"}))
	if d := post(t, s).Send(t.Context(), sealed(m), let); d.Result != app.MailRefused || !strings.Contains(d.Problem, "ASCII") {
		t.Errorf("got %+v, want it refused", d)
	}
}

func TestMessagesAgainHaveTheSameID(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	for range 2 {
		post(t, s).Send(t.Context(), sealed(gift()), let)
	}
	got := s.Messages()
	if len(got) != 2 || open(t, got[0]).Get("Message-Id") != open(t, got[1]).Get("Message-Id") {
		t.Errorf("got %d messages, want two with one id", len(got))
	}
}
