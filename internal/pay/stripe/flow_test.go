package stripe_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestMoneyComesAndGoes(t *testing.T) {
	t.Parallel()
	m := startMock(t)
	for name, story := range map[string]func(*testing.T, *world){
		"paid, then refunded from here":        refundedHere,
		"refunded at Stripe":                   refundedThere,
		"disputed and won":                     disputedAndWon,
		"disputed and lost":                    disputedAndLost,
		"a refund that is cancelled":           cancelledRefund,
		"an inquiry that is closed":            closedInquiry,
		"a dispute that is prevented":          preventedDispute,
		"a dispute before the payment":         disputeFirst,
		"conceded":                             conceded,
		"slow money that comes":                slowMoney,
		"slow money that fails":                failedMoney,
		"nobody pays":                          nobodyPays,
		"paid at the last moment":              lastMoment,
		"the charity's own business":           ownBusiness,
		"Stripe is away":                       away,
		"a notice of another account":          otherAccount,
		"the fee in another currency":          foreignFee,
		"the donor comes back before Stripe":   earlyDonor,
		"money that was not asked for":         otherMoney,
		"a refund that Stripe refuses":         refusedRefund,
		"the fee is asked for after some time": lateFee,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, m, "USD")
			w.connect()
			story(t, w)
		})
		t.Run(name+", with the charity's own account", func(t *testing.T) {
			t.Parallel()
			w := newWorldOf(t, m, "USD", true)
			w.connect()
			story(t, w)
		})
	}
}

func refundedHere(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10", Email: "ann@example.org"}, CoverFee: true})
	if s.amount != 1061 {
		t.Errorf("got %d asked for, want the gift and its cover", s.amount)
	}
	w.want("begun", begun.Donation, fund.DonationPending, 0, 0)
	w.pay(s)
	w.want("paid", begun.Donation, fund.DonationCompleted, 1000, 0)
	if p := w.payment(begun.Donation); p.Fee != nil {
		t.Errorf("got a fee of %d, want it unknown as yet", *p.Fee)
	}
	s.fee = 61
	w.tell("charge.updated", w.fake.chargePaper(s))
	if p := w.payment(begun.Donation); p.Fee == nil || *p.Fee != 61 || !strings.HasPrefix(p.PayoutReference, "txn_") || !p.DueAt.IsZero() {
		t.Errorf("got %+v, want a fee of 61, the name of the movement, and nothing awaited", p)
	}
	refund := func(amount string) {
		t.Helper()
		_, err := w.RefundDonation(t.Context(), app.System(), fund.Key{ID: begun.Donation}, amount)
		w.Must(err)
	}
	refund("4")
	w.want("refunded in part", begun.Donation, fund.DonationPartiallyRefunded, 600, 0)
	w.tell("refund.created", w.fake.refundPaper(s, s.refunds[0]))
	w.want("told of it", begun.Donation, fund.DonationPartiallyRefunded, 600, 0)
	refund("")
	w.want("refunded", begun.Donation, fund.DonationRefunded, 0, 0)
	if s.refunded() != s.amount || w.fake.asked["POST refunds"] != 2 {
		t.Errorf("got %d of %d back in %d refunds, want all in two", s.refunded(), s.amount, w.fake.asked["POST refunds"])
	}
	if got := w.fake.asked["GET refunds"]; got != 0 {
		t.Errorf("got %d lists of refunds, want none while Stripe writes all of them out", got)
	}
	s.refunds[1].status = "failed"
	w.tell("refund.failed", w.fake.refundPaper(s, s.refunds[1]))
	w.want("the bank refused it", begun.Donation, fund.DonationPartiallyRefunded, 600, 0)
}

func refundedThere(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.pay(s)
	for i, left := range []int64{900, 800, 700, 600} {
		w.fake.addRefund(s, 100, false)
		w.tell("refund.created", w.fake.refundPaper(s, s.refunds[i]))
		w.want("refund", begun.Donation, fund.DonationPartiallyRefunded, left, 0)
	}
	if w.fake.asked["GET refunds"] == 0 {
		t.Error("got no list of refunds, want one where Stripe does not write all of them out")
	}
	w.fake.addRefund(s, 600, false)
	w.tell("charge.refunded", w.fake.chargePaper(s))
	w.want("all", begun.Donation, fund.DonationRefunded, 0, 0)
	_, err := w.RefundDonation(t.Context(), app.System(), fund.Key{ID: begun.Donation}, "1")
	if err == nil {
		t.Error("got a refund of nothing, want it refused")
	}
}

// refusedRefund gives back here what was given back at Stripe before: we learn of it, and ask for less.
func refusedRefund(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.pay(s)
	w.fake.addRefund(s, 600, false)
	_, err := w.RefundDonation(t.Context(), app.System(), fund.Key{ID: begun.Donation}, "5")
	if !fault.Is(err, fault.PaymentFailed) {
		t.Errorf("got %v, want it refused", err)
	}
	w.want("refused", begun.Donation, fund.DonationPartiallyRefunded, 400, 0)
	s.refunds[0].status = "failed"
	w.tell("refund.failed", w.fake.refundPaper(s, s.refunds[0]))
	_, err = w.RefundDonation(t.Context(), app.System(), fund.Key{ID: begun.Donation}, "5")
	w.Must(err)
	w.want("asked anew", begun.Donation, fund.DonationPartiallyRefunded, 500, 0)
}

func (w *world) dispute(s *session) *dispute {
	d := &dispute{id: "dp_" + s.id, amount: s.amount, status: "needs_response"}
	s.disputes = append(s.disputes, d)
	return d
}

func disputedAndWon(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.pay(s)
	d := w.dispute(s)
	w.tell("charge.dispute.created", w.fake.disputePaper(s, d))
	w.want("asked", begun.Donation, fund.DonationDisputed, 1000, 0)
	d.withdrawn = true
	w.tell("charge.dispute.funds_withdrawn", w.fake.disputePaper(s, d))
	w.want("withdrawn", begun.Donation, fund.DonationDisputed, 0, 0)
	d.status = "under_review"
	w.tell("charge.dispute.updated", w.fake.disputePaper(s, d))
	w.want("under review", begun.Donation, fund.DonationDisputed, 0, 0)
	d.status = "won"
	w.tell("charge.dispute.closed", w.fake.disputePaper(s, d))
	w.want("won", begun.Donation, fund.DonationCompleted, 1000, 0)
	d.given = true
	w.tell("charge.dispute.funds_reinstated", w.fake.disputePaper(s, d))
	w.want("reinstated", begun.Donation, fund.DonationCompleted, 1000, 0)
}

func disputedAndLost(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.pay(s)
	w.fake.addRefund(s, 300, false)
	d := w.dispute(s)
	d.amount, d.withdrawn, s.foreign = 700, true, true
	w.tell("charge.dispute.funds_withdrawn", w.fake.disputePaper(s, d))
	w.want("withdrawn after a refund", begun.Donation, fund.DonationDisputed, 0, 0)
	d.status = "lost"
	w.tell("charge.dispute.closed", w.fake.disputePaper(s, d))
	w.want("lost", begun.Donation, fund.DonationLost, 0, 0)
}

// cancelledRefund has a refund that never left Stripe: the money is still here.
func cancelledRefund(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.pay(s)
	w.fake.addRefund(s, 300, false)
	w.fake.addRefund(s, 200, false)
	w.tell("refund.created", w.fake.refundPaper(s, s.refunds[1]))
	w.want("two refunds", begun.Donation, fund.DonationPartiallyRefunded, 500, 0)
	for i, left := range []int64{800, 1000} {
		s.refunds[i].status = "canceled"
		w.tell("refund.updated", w.fake.refundPaper(s, s.refunds[i]))
		state := fund.DonationPartiallyRefunded
		if left == 1000 {
			state = fund.DonationCompleted
		}
		w.want("one is cancelled", begun.Donation, state, left, 0)
	}
	// Stripe does not write out more refunds than two, so that they are listed.
	w.fake.addRefund(s, 100, false)
	w.tell("refund.created", w.fake.refundPaper(s, s.refunds[2]))
	w.want("another refund", begun.Donation, fund.DonationPartiallyRefunded, 900, 0)
}

// closedInquiry has a bank that asks and takes no money.
func closedInquiry(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.pay(s)
	d := w.dispute(s)
	for _, status := range []string{"warning_needs_response", "warning_under_review"} {
		d.status = status
		w.tell("charge.dispute.created", w.fake.disputePaper(s, d))
		w.want("the bank asks", begun.Donation, fund.DonationDisputed, 1000, 0)
	}
	d.status = "warning_closed"
	w.tell("charge.dispute.closed", w.fake.disputePaper(s, d))
	w.want("closed", begun.Donation, fund.DonationCompleted, 1000, 0)
}

// preventedDispute has two disputes that were settled before they began: one took the money, one did not.
func preventedDispute(_ *testing.T, w *world) {
	for _, withdrawn := range []bool{false, true} {
		begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
		w.pay(s)
		d := w.dispute(s)
		d.status, d.withdrawn = "prevented", withdrawn
		w.tell("charge.dispute.closed", w.fake.disputePaper(s, d))
		state := fund.DonationCompleted
		if withdrawn {
			state = fund.DonationLost
		}
		w.want("prevented", begun.Donation, state, 1000, 0)
	}
}

// disputeFirst has the provider events in the wrong order, and Stripe away in between: what cannot be resolved waits.
func disputeFirst(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	s.status, s.paymentStatus, s.intent = "complete", "paid", "succeeded"
	d := w.dispute(s)
	d.withdrawn = true
	w.fake.broken = &reply{status: 503, body: []byte(`{"error":{"type":"api_error"}}`)}
	w.tell("charge.dispute.created", w.fake.disputePaper(s, d))
	w.want("Stripe is away", begun.Donation, fund.DonationPending, 0, 1)
	w.fake.broken = nil
	w.round()
	w.want("the dispute is resolved", begun.Donation, fund.DonationDisputed, 0, 0)
	w.tell("checkout.session.completed", w.fake.sessionPaper(s, false))
	w.want("the payment is told of", begun.Donation, fund.DonationDisputed, 0, 0)
}

func conceded(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.pay(s)
	d := w.dispute(s)
	d.withdrawn = true
	w.tell("charge.dispute.created", w.fake.disputePaper(s, d))
	_, err := w.ConcedeDispute(t.Context(), app.System(), fund.Key{ID: begun.Donation})
	w.Must(err)
	w.want("conceded", begun.Donation, fund.DonationLost, 0, 0)
	if _, err := w.ConcedeDispute(t.Context(), app.System(), fund.Key{ID: begun.Donation}); !fault.Is(err, fault.Conflict) {
		t.Errorf("again: got %v, want a conflict", err)
	}
}

func slowMoney(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	s.status, s.intent = "complete", "processing"
	w.tell("checkout.session.completed", w.fake.sessionPaper(s, false))
	w.want("on its way", begun.Donation, fund.DonationPending, 0, 0)
	w.Clock.Advance(40 * time.Minute)
	w.round()
	w.want("still on its way", begun.Donation, fund.DonationPending, 0, 0)
	s.paymentStatus, s.intent = "paid", "succeeded"
	w.tell("checkout.session.async_payment_succeeded", w.fake.sessionPaper(s, false))
	w.want("arrived", begun.Donation, fund.DonationCompleted, 1000, 0)
}

func failedMoney(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	s.status, s.intent = "complete", "processing"
	w.tell("checkout.session.completed", w.fake.sessionPaper(s, false))
	s.intent, s.failure = "requires_payment_method", "insufficient_funds"
	w.tell("checkout.session.async_payment_failed", w.fake.sessionPaper(s, false))
	w.want("failed", begun.Donation, fund.DonationFailed, 0, 0)
	if got := w.payment(begun.Donation).Reason; got != "The card or account has insufficient funds." {
		t.Errorf("got %q, want a reason in our own words", got)
	}
}

func nobodyPays(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.Clock.Advance(32 * time.Minute)
	w.round()
	if s.status != "expired" {
		t.Errorf("got a session that is %s, want it ended", s.status)
	}
	w.tell("checkout.session.expired", w.fake.sessionPaper(s, false))
	w.want("expired", begun.Donation, fund.DonationExpired, 0, 0)
}

// lastMoment pays when we are just about to end the payment, so that Stripe refuses to.
func lastMoment(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.Clock.Advance(32 * time.Minute)
	s.status, s.paymentStatus, s.intent = "complete", "paid", "succeeded"
	w.round()
	w.want("paid in time", begun.Donation, fund.DonationCompleted, 1000, 0)
}

func ownBusiness(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	shop := &session{id: "cs_shop_1", status: "complete", intent: "succeeded", amount: 5000, currency: "usd"}
	w.fake.sessions[shop.id] = shop
	w.tell("charge.dispute.created", w.fake.disputePaper(shop, w.dispute(shop)))
	w.tell("refund.created", w.fake.refundPaper(shop, w.fake.addRefund(shop, 100, false)))
	w.tell("charge.refunded", w.fake.chargePaper(shop))
	w.tell("payout.paid", object{"id": "po_1", "object": "payout"})
	w.want("nothing of ours", begun.Donation, fund.DonationPending, 0, 0)
	if n := w.fake.asked["GET payment_intents id"]; n != 2 {
		t.Errorf("got %d questions whose payment it is, want 2: the charge says so itself", n)
	}
	w.pay(s)
	w.want("paid", begun.Donation, fund.DonationCompleted, 1000, 0)
}

func away(t *testing.T, w *world) {
	w.fake.broken = &reply{status: 500, body: []byte(`{"error":{"type":"api_error","message":"secret words"}}`)}
	_, err := w.give(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want it unavailable", err)
	}
	w.fake.broken = nil
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.fake.broken = &reply{status: 429, body: []byte(`{"error":{"type":"invalid_request_error","code":"rate_limit"}}`)}
	w.pay(s)
	w.want("paid while Stripe is busy", begun.Donation, fund.DonationPending, 0, 1)
	w.fake.broken = nil
	w.round()
	w.want("tried again", begun.Donation, fund.DonationCompleted, 1000, 0)
}

// otherAccount has a provider event that another charity's account marks as ours: we ask about our own payment only.
func otherAccount(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	claimed := *s
	claimed.status, claimed.paymentStatus, claimed.intent = "complete", "paid", "succeeded"
	w.tell("checkout.session.completed", w.fake.sessionPaper(&claimed, false))
	w.want("claimed", begun.Donation, fund.DonationPending, 0, 0)
}

func foreignFee(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	s.fee, s.foreign = 31, true // of 500 in another currency
	w.pay(s)
	if p := w.payment(begun.Donation); p.Fee == nil || *p.Fee != 62 {
		t.Errorf("got %+v, want a fee of 62 cents", p)
	}
}

// earlyDonor comes back, and sends the form again, before Stripe has told of the payment.
func earlyDonor(t *testing.T, w *world) {
	form, err := w.NewForm(t.Context())
	w.Must(err)
	id, err := w.OpenForm(t.Context(), form, "10")
	w.Must(err)
	in := fund.CheckoutInput{ID: id, DonationInput: fund.DonationInput{Amount: "10"}}
	begun, s := w.begin(in)
	if again, err := w.give(in); err != nil || again != begun {
		t.Errorf("got %+v, %v, want the same page again", again, err)
	}
	s.status, s.paymentStatus, s.intent = "complete", "paid", "succeeded"
	if again, err := w.give(in); err != nil || again.URL != s.success {
		t.Errorf("got %+v, %v, want where Stripe leads to, %s", again, err, s.success)
	}
	s.status = "expired"
	if _, err := w.give(in); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want to be told to begin anew", err)
	}
	if w.fake.asked["POST checkout sessions"] != 1 {
		t.Errorf("got %d sessions, want one", w.fake.asked["POST checkout sessions"])
	}
}

func otherMoney(_ *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	s.currency = "eur"
	w.pay(s)
	w.want("euros for dollars", begun.Donation, fund.DonationPending, 0, 1)
	s.currency, s.donation = "usd", donation
	w.round()
	w.want("a session of another donation", begun.Donation, fund.DonationPending, 0, 1)
	s.donation = begun.Donation.String()
	w.Clock.Advance(time.Minute)
	w.round()
	w.want("as asked for", begun.Donation, fund.DonationCompleted, 1000, 0)
}

func lateFee(t *testing.T, w *world) {
	begun, s := w.begin(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.pay(s)
	s.fee = 59
	w.Clock.Advance(7 * time.Hour)
	w.round()
	if p := w.payment(begun.Donation); p.Fee == nil || *p.Fee != 59 || !p.DueAt.IsZero() {
		t.Errorf("got %+v, want a fee of 59 and nothing awaited", p)
	}
}
