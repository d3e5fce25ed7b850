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

func alarm(urgent bool) app.AlarmMail {
	began := time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC)
	return app.AlarmMail{
		Alarm: fund.Alarm{Check: "disk", Node: "web1", Urgent: urgent, Text: "200 MB of 20 GB are free.", Fix: "Make room.", BeganAt: began, EndedAt: began.Add(time.Hour)},
		Site:  "give.example.org", Link: "https://give.example.org/account",
	}
}

// TestMailsOfAlarms compares each with what it was.
func TestMailsOfAlarms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind    fund.MailKind
		urgent  bool
		subject string
	}{
		"began":  {fund.MailAlarmBegan, false, "give.example.org needs attention: disk"},
		"urgent": {fund.MailAlarmBegan, true, "Something is wrong at give.example.org: disk"},
		"ended":  {fund.MailAlarmEnded, false, "It is over at give.example.org: disk"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testmail.Start(t, testmail.Options{})
			l := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: c.kind, Recipient: "ada@example.org"}, Content: alarm(c.urgent)}
			if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
				t.Fatalf("got %+v, want it taken", d)
			}
			got := open(t, s.Messages()[0])
			if got.Get("Subject") != c.subject {
				t.Errorf("got the subject %q, want %q", got.Get("Subject"), c.subject)
			}
			for part, text := range map[string]string{".txt": got.text, ".html": got.html} {
				testgolden.Compare(t, filepath.Join("testdata", "alarm-"+name+part), []byte(text))
			}
		})
	}
}

// TestAlarmsStayInTheirLines quotes what another server answered, and lets nothing of it begin a line.
func TestAlarmsStayInTheirLines(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	m := alarm(true)
	m.Text = "smtp.example.org said\r\n\r\nYour account is locked\u2028now"
	l := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: fund.MailAlarmBegan, Recipient: "ada@example.org"}, Content: m}
	if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
		t.Fatalf("got %+v, want it taken", d)
	}
	if got := open(t, s.Messages()[0]).text; !strings.Contains(got, "\n> disk (web1): smtp.example.org said Your account is locked now\n") {
		t.Errorf("got\n%s", got)
	}
}
