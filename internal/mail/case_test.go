package mail_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testmail"
)

// caseOfGift is what a mail about a case of the gift says. Its donor and its cause write what mail programs would make links of.
func caseOfGift() app.CaseMail {
	g := gift()
	g.Cause.TimeZone = "Europe/Berlin"
	return app.CaseMail{
		Mode: fund.ModeSandbox,
		Case: fund.Case{
			ID: fund.ID{7}, DonationID: g.Donation.ID, State: fund.CaseDeclined, Message: "I gave twice <b>. See https://evil.com/x +1 (555) 010-9999 me@example.org", Reason: "Spent. See evil.com",
			Refunded: 250, AnswerBy: time.Date(2026, 12, 11, 23, 30, 0, 0, time.UTC),
		},
		Donation: g.Donation, Cause: g.Cause, URL: "https://give.example.org/gifts/abc",
	}
}

func TestMailsAboutCases(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fund.MailKind][]string{
		fund.MailCaseOpened:   {"We passed your message on", "$10.00", "12 December 2026 (CET)"},
		fund.MailCaseRefunded: {"A refund for your gift", "Water refunded $2.50"},
		fund.MailCaseDeclined: {"An answer about your gift", "Water did not refund this gift: Spent. See […]"},
		fund.MailCaseReceived: {"A donor asks for a refund", "I gave twice <b>. See […] […] […]", "12 December 2026 (CET)", "07000000-0000-0000-0000-000000000000"},
		fund.MailCaseDue:      {"A refund request waits for an answer", "I gave twice", "12 December 2026 (CET)"},
		fund.MailCaseOverdue:  {"A refund request is overdue", "I gave twice"},
		fund.MailCaseClosed:   {"A refund request was answered", "$10.00", "Water declined: Spent."},
	} {
		want = append(want, "[Sandbox]", "Sandbox: all money here is play money.")
		s := testmail.Start(t, testmail.Options{})
		l := sealed(gift())
		l.Kind, l.Content = kind, caseOfGift()
		if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
			t.Fatalf("%s: got %+v, want it taken", kind, d)
		}
		sent := open(t, s.Messages()[0])
		message := sent.Get("Subject") + "\n" + sent.text
		for _, text := range want {
			if !strings.Contains(message, text) {
				t.Errorf("%s: got a mail without %q:\n%s", kind, text, message)
			}
		}
		replyTo := ""
		if kind.ToDonorOfCase() {
			replyTo = "<help@water.example.org>"
		}
		if got := sent.Get("Reply-To"); got != replyTo {
			t.Errorf("%s: got replies to %q, want %q", kind, got, replyTo)
		}
		for _, no := range []string{"https://evil.com", "evil.com", "555", "me@example"} {
			if strings.Contains(message+sent.html, no) {
				t.Errorf("%s: got a mail with %q, want nothing that becomes a link:\n%s", kind, no, message)
			}
		}
	}
}

// TestMailsSayWhatWentBack reads what a cause is mailed about a case that was answered with a part of the gift.
func TestMailsSayWhatWentBack(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	l, content := sealed(gift()), caseOfGift()
	content.Case.State, content.Case.Reason = fund.CaseRefunded, ""
	l.Kind, l.Content = fund.MailCaseClosed, content
	post(t, s).Send(t.Context(), l, let)
	if got := strings.Join(strings.Fields(open(t, s.Messages()[0]).text), " "); !strings.Contains(got, "Water refunded $2.50.") || strings.Contains(got, "declined") {
		t.Errorf("got %s\nwant what went back", got)
	}
}

// TestMailsSayWhoAnswersCases has a cause with people who may answer, and one without.
func TestMailsSayWhoAnswersCases(t *testing.T) {
	t.Parallel()
	for finance, want := range map[bool]string{
		true:  "Owners and finance of Water do that through the API (POST /api/private/cases/07000000-0000-0000-0000-000000000000/refund or /decline)",
		false: "Nobody of Water has the right to do that here, so an operator of this server does",
	} {
		s := testmail.Start(t, testmail.Options{})
		l, content := sealed(gift()), caseOfGift()
		content.Finance = finance
		l.Kind, l.Content = fund.MailCaseReceived, content
		post(t, s).Send(t.Context(), l, let)
		if got := strings.Join(strings.Fields(open(t, s.Messages()[0]).text), " "); !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}
