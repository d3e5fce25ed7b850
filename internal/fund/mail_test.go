package fund_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

func TestMailState(t *testing.T) {
	t.Parallel()
	for want, r := range map[fund.MailState]fund.Mail{
		fund.MailNone:    {},
		fund.MailWaiting: {DueAt: noon, Problem: "busy"},
		fund.MailUnknown: {HandedAt: noon, DueAt: noon, Problem: "lost"},
		fund.MailSent:    {SentAt: noon, HandedAt: noon, DueAt: noon, Problem: "x"},
		fund.MailRefused: {Problem: "no such mailbox"},
	} {
		if got := r.State(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestStepsOfAMail(t *testing.T) {
	t.Parallel()
	start := fund.Mail{Kind: fund.MailReceipt, DueAt: noon, Problem: "busy", Tries: 2}
	if !start.Due(noon) || start.Due(noon.Add(-1)) {
		t.Error("got it due at another time than noon")
	}
	handed := start.Hand(noon)
	if handed.Due(noon.Add(time.Hour)) {
		t.Error("got a handed mail due, want it never sent again automatically")
	}
	if handed.State() != fund.MailUnknown || !handed.DueAt.IsZero() || !handed.HandedAt.Equal(noon) || handed.Tries != 2 {
		t.Errorf("handed: got %+v", handed)
	}
	sent := handed.Confirm(noon.Add(time.Second))
	if sent.State() != fund.MailSent || sent.Tries != 3 || sent.Problem != "" || !sent.SentAt.Equal(noon.Add(time.Second)) {
		t.Errorf("sent: got %+v", sent)
	}
	lost := handed.Lose("connection reset")
	if lost.State() != fund.MailUnknown || lost.Tries != 3 || lost.Problem != "connection reset" {
		t.Errorf("lost: got %+v", lost)
	}
	refused := handed.Refuse("no such mailbox")
	if refused.State() != fund.MailRefused || refused.Tries != 3 || !refused.DueAt.IsZero() || !refused.HandedAt.IsZero() {
		t.Errorf("refused: got %+v", refused)
	}
	returned := handed.Requeue(noon, "no mail server")
	if returned.State() != fund.MailWaiting || returned.Tries != 2 || !returned.DueAt.Equal(noon.Add(30*time.Second)) || !returned.HandedAt.IsZero() {
		t.Errorf("returned: got %+v", returned)
	}
}

// TestPutOffDoublesItsWait follows one message until it is refused: 28 tries over about five days.
func TestPutOffDoublesItsWait(t *testing.T) {
	t.Parallel()
	r, now, first := fund.Mail{DueAt: noon}, noon, noon
	wait := time.Minute
	for try := 1; try < 28; try++ {
		r = r.Hand(now).PutOff(now, "busy")
		if got := r.DueAt.Sub(now); got != wait || r.Tries != try || r.State() != fund.MailWaiting || !r.HandedAt.IsZero() || r.Problem != "busy" {
			t.Fatalf("try %d: got a wait of %s and %+v, want %s", try, got, r, wait)
		}
		now, wait = r.DueAt, min(2*wait, 6*time.Hour)
	}
	if r = r.Hand(now).PutOff(now, "busy"); r.State() != fund.MailRefused || r.Tries != 28 {
		t.Errorf("got %+v, want it refused at the 28th try", r)
	}
	if days := now.Sub(first).Hours() / 24; days < 4.5 || days > 5.5 {
		t.Errorf("got %.1f days of tries, want about five", days)
	}
	// No stored count can make the wait overflow.
	if got := (fund.Mail{Tries: 26}).PutOff(noon, "busy").DueAt; !got.Equal(noon.Add(6 * time.Hour)) {
		t.Errorf("got due %s, want six hours on", got)
	}
}

func TestRenewWaitsForAnAnswerThatMayStillCome(t *testing.T) {
	t.Parallel()
	handed := fund.Mail{HandedAt: noon, Tries: 5, Problem: "lost"}
	if _, err := handed.Renew(noon.Add(3*time.Minute - 1)); err == nil {
		t.Error("got nil, want a conflict while the mail server may still answer")
	}
	for name, r := range map[string]fund.Mail{
		"unknown": handed, "sent": {SentAt: noon, HandedAt: noon}, "refused": {Problem: "no such mailbox", Tries: 28}, "waiting": {DueAt: noon},
	} {
		now := noon.Add(3 * time.Minute)
		if name != "unknown" {
			now = noon.Add(1) // an answer that is still possible is waited for
		}
		got, err := r.Renew(now)
		if err != nil || got.State() != fund.MailWaiting || got.Tries != 0 || got.Problem != "" || !got.DueAt.Equal(now) {
			t.Errorf("%s: got %+v, %v, want it due now and its tries forgotten", name, got, err)
		}
	}
}
