package fund_test

import (
	"testing"

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
