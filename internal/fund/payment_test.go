package fund_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
)

func TestOutcomeOfAPayment(t *testing.T) {
	t.Parallel()
	paid := func(refunded, disputed int64, dispute fund.DisputeStatus) fund.PaymentState {
		return fund.PaymentState{Status: fund.PaymentPaid, Paid: 1100, Refunded: refunded, Disputed: disputed, Dispute: dispute}
	}
	for _, c := range []struct {
		name   string
		before fund.DonationState
		state  fund.PaymentState
		want   fund.Outcome
	}{
		{"paid", fund.DonationPending, paid(0, 0, ""), fund.Outcome{State: fund.DonationCompleted}},
		{"one cent back", fund.DonationCompleted, paid(1, 0, ""), fund.Outcome{State: fund.DonationPartiallyRefunded, Refunded: 1}},
		{"all but one cent back", fund.DonationCompleted, paid(999, 0, ""), fund.Outcome{State: fund.DonationPartiallyRefunded, Refunded: 999}},
		{"the donation back, the fee cover not", fund.DonationCompleted, paid(1000, 0, ""), fund.Outcome{State: fund.DonationRefunded, Refunded: 1000}},
		{"everything back", fund.DonationCompleted, paid(1100, 0, ""), fund.Outcome{State: fund.DonationRefunded, Refunded: 1000}},
		{"an inquiry that holds no money", fund.DonationCompleted, paid(0, 0, fund.DisputeOpen), fund.Outcome{State: fund.DonationDisputed}},
		{"a dispute of all", fund.DonationCompleted, paid(0, 1100, fund.DisputeOpen), fund.Outcome{State: fund.DonationDisputed, Disputed: 1000}},
		{"a dispute after a refund", fund.DonationCompleted, paid(300, 1100, fund.DisputeOpen), fund.Outcome{State: fund.DonationDisputed, Refunded: 300, Disputed: 700}},
		{"a dispute that is lost", fund.DonationDisputed, paid(0, 1100, fund.DisputeLost), fund.Outcome{State: fund.DonationLost, Disputed: 1000}},
		{"one cent lost", fund.DonationDisputed, paid(0, 1, fund.DisputeLost), fund.Outcome{State: fund.DonationLost, Disputed: 1}},
		{"lost, but refunded before", fund.DonationDisputed, paid(1100, 1100, fund.DisputeLost), fund.Outcome{State: fund.DonationRefunded, Refunded: 1000}},
		{"a dispute that is won", fund.DonationDisputed, paid(0, 0, fund.DisputeWon), fund.Outcome{State: fund.DonationCompleted}},
		{"won after a refund", fund.DonationDisputed, paid(1, 0, fund.DisputeWon), fund.Outcome{State: fund.DonationPartiallyRefunded, Refunded: 1}},
		{"failed", fund.DonationPending, fund.PaymentState{Status: fund.PaymentFailed}, fund.Outcome{State: fund.DonationFailed}},
		{"cancelled", fund.DonationPending, fund.PaymentState{Status: fund.PaymentCancelled}, fund.Outcome{State: fund.DonationCancelled}},
		{"expired", fund.DonationPending, fund.PaymentState{Status: fund.PaymentExpired}, fund.Outcome{State: fund.DonationExpired}},
		{"failed after it was paid", fund.DonationCompleted, fund.PaymentState{Status: fund.PaymentFailed}, fund.Outcome{State: fund.DonationRefunded, Refunded: 1000}},
		{"failed while disputed", fund.DonationDisputed, fund.PaymentState{Status: fund.PaymentCancelled}, fund.Outcome{State: fund.DonationRefunded, Refunded: 1000}},
		{"open", fund.DonationPending, fund.PaymentState{Status: fund.PaymentOpen}, fund.Outcome{State: fund.DonationPending}},
		{"processing", fund.DonationPending, fund.PaymentState{Status: fund.PaymentProcessing}, fund.Outcome{State: fund.DonationPending}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := fund.Payment{State: c.before, Donated: 1000, FeeCover: 100}
			if got := p.Outcome(c.state); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	open := fund.PaymentState{Status: fund.PaymentProcessing}
	p := fund.Payment{State: fund.DonationDisputed, Donated: 1000, FeeCover: 100, Refunded: 200, Disputed: 1100}
	if got, want := p.Outcome(open), (fund.Outcome{State: fund.DonationDisputed, Refunded: 200, Disputed: 800}); got != want {
		t.Errorf("got %+v, want %+v: a payment that is not decided keeps what was known", got, want)
	}
	if got := p.Total(); got != 1100 {
		t.Errorf("got a total of %d, want 1100", got)
	}
}

// TestNoOutcomeTakesBackMoreThanWasDonated holds for any state that a provider may report.
func TestNoOutcomeTakesBackMoreThanWasDonated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gift := rapid.Int64Range(1, 1000).Draw(t, "gift")
		p := fund.Payment{Donated: gift, FeeCover: rapid.Int64Range(0, 100).Draw(t, "cover"), State: fund.DonationCompleted}
		s := fund.PaymentState{
			Status:   rapid.SampledFrom([]fund.PaymentStatus{fund.PaymentPaid, fund.PaymentFailed, fund.PaymentExpired}).Draw(t, "status"),
			Refunded: rapid.Int64Range(0, p.Total()).Draw(t, "refunded"), Disputed: rapid.Int64Range(0, p.Total()).Draw(t, "disputed"),
			Dispute: rapid.SampledFrom([]fund.DisputeStatus{"", fund.DisputeOpen, fund.DisputeWon, fund.DisputeLost}).Draw(t, "dispute"),
		}
		o := p.Outcome(s)
		if o.Refunded < 0 || o.Disputed < 0 || o.Refunded+o.Disputed > gift {
			t.Fatalf("got %+v of a donation of %d", o, gift)
		}
		if whole := o.Refunded == gift; whole != (o.State == fund.DonationRefunded) && s.Dispute != fund.DisputeOpen {
			t.Fatalf("got %+v of a donation of %d", o, gift)
		}
		if !o.State.Arrived() {
			t.Fatalf("got %+v, want a state of money that came", o)
		}
	})
}

func TestMailStateOfAReceipt(t *testing.T) {
	t.Parallel()
	for want, r := range map[fund.MailState]fund.Receipt{
		fund.MailNone:    {},
		fund.MailWaiting: {DueAt: noon, Problem: "busy"},
		fund.MailUnknown: {HandedAt: noon, DueAt: noon, Problem: "lost"},
		fund.MailSent:    {SentAt: noon, HandedAt: noon, DueAt: noon, Problem: "x"},
		fund.MailRefused: {Problem: "no such mailbox"},
	} {
		if got := r.Mail(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestStepsOfAReceiptsMail(t *testing.T) {
	t.Parallel()
	start := fund.Receipt{Number: 7, DueAt: noon, Problem: "busy", Tries: 2}
	claimed := start.Claim(noon)
	if got, want := claimed.DueAt, noon.Add(2*time.Minute); !got.Equal(want) || claimed.Mail() != fund.MailWaiting {
		t.Errorf("claimed: got due %s and %s, want %s and waiting", got, claimed.Mail(), want)
	}
	handed := claimed.Hand(noon)
	if handed.Mail() != fund.MailUnknown || !handed.DueAt.IsZero() || !handed.HandedAt.Equal(noon) || handed.Tries != 2 {
		t.Errorf("handed: got %+v", handed)
	}
	sent := handed.Confirm(noon.Add(time.Second))
	if sent.Mail() != fund.MailSent || sent.Tries != 3 || sent.Problem != "" || !sent.SentAt.Equal(noon.Add(time.Second)) {
		t.Errorf("sent: got %+v", sent)
	}
	lost := handed.Lose("connection reset")
	if lost.Mail() != fund.MailUnknown || lost.Tries != 3 || lost.Problem != "connection reset" {
		t.Errorf("lost: got %+v", lost)
	}
	refused := handed.Refuse("no such mailbox")
	if refused.Mail() != fund.MailRefused || refused.Tries != 3 || !refused.DueAt.IsZero() || !refused.HandedAt.IsZero() {
		t.Errorf("refused: got %+v", refused)
	}
	returned := handed.Requeue(noon, "no mail server")
	if returned.Mail() != fund.MailWaiting || returned.Tries != 2 || !returned.DueAt.Equal(noon.Add(30*time.Second)) || !returned.HandedAt.IsZero() {
		t.Errorf("returned: got %+v", returned)
	}
}

// TestPutOffDoublesItsWait follows one message until it is refused: 28 tries over about five days.
func TestPutOffDoublesItsWait(t *testing.T) {
	t.Parallel()
	r, now, first := fund.Receipt{DueAt: noon}, noon, noon
	wait := time.Minute
	for try := 1; try < 28; try++ {
		r = r.Hand(now).PutOff(now, "busy")
		if got := r.DueAt.Sub(now); got != wait || r.Tries != try || r.Mail() != fund.MailWaiting || !r.HandedAt.IsZero() || r.Problem != "busy" {
			t.Fatalf("try %d: got a wait of %s and %+v, want %s", try, got, r, wait)
		}
		now, wait = r.DueAt, min(2*wait, 6*time.Hour)
	}
	if r = r.Hand(now).PutOff(now, "busy"); r.Mail() != fund.MailRefused || r.Tries != 28 {
		t.Errorf("got %+v, want it refused at the 28th try", r)
	}
	if days := now.Sub(first).Hours() / 24; days < 4.5 || days > 5.5 {
		t.Errorf("got %.1f days of tries, want about five", days)
	}
	// No stored count can make the wait overflow.
	if got := (fund.Receipt{Tries: 26}).PutOff(noon, "busy").DueAt; !got.Equal(noon.Add(6 * time.Hour)) {
		t.Errorf("got due %s, want six hours on", got)
	}
}

func TestRenewWaitsForAnAnswerThatMayStillCome(t *testing.T) {
	t.Parallel()
	handed := fund.Receipt{HandedAt: noon, Tries: 5, Problem: "lost"}
	if _, err := handed.Renew(noon.Add(3*time.Minute - 1)); err == nil {
		t.Error("got nil, want a conflict while the mail server may still answer")
	}
	for name, r := range map[string]fund.Receipt{
		"unknown": handed, "sent": {SentAt: noon, HandedAt: noon}, "refused": {Problem: "no such mailbox", Tries: 28}, "waiting": {DueAt: noon},
	} {
		now := noon.Add(3 * time.Minute)
		if name != "unknown" {
			now = noon.Add(1) // an answer that is still possible is waited for
		}
		got, err := r.Renew(now)
		if err != nil || got.Mail() != fund.MailWaiting || got.Tries != 0 || got.Problem != "" || !got.DueAt.Equal(now) {
			t.Errorf("%s: got %+v, %v, want it due now and its tries forgotten", name, got, err)
		}
	}
}

func TestAPaymentIsAwaitedUntilItIsMadeOrOver(t *testing.T) {
	t.Parallel()
	for p, want := range map[fund.Payment]bool{
		{State: fund.DonationPending, Status: fund.PaymentOpen}:       true,
		{State: fund.DonationPending, Status: fund.PaymentProcessing}: false,
		{State: fund.DonationExpired, Status: fund.PaymentOpen}:       false,
	} {
		if got := p.Awaited(); got != want {
			t.Errorf("%s, %s: got %v, want %v", p.State, p.Status, got, want)
		}
	}
}
