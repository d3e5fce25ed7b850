package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// begin records a donation of 1000 whose money has yet to arrive, and returns its payment.
func (w *world) begin(fact fund.Fact, claims ...fund.Claim) fund.Payment {
	w.tb.Helper()
	return w.beginWith(fact, func(c *store.Completion) { c.Donation.Claims = claims })
}

// beginWith is begin after the changes.
func (w *world) beginWith(fact fund.Fact, change ...func(*store.Completion)) fund.Payment {
	w.tb.Helper()
	c := w.completion(fact, 1000, change...)
	d := must.Get(w.s.Begin(w.tb.Context(), store.PendingDonation{Completion: c, Payment: fund.Payment{Provider: "sandbox"}}))(w.tb)
	return w.payment(d.ID)
}

func (w *world) payment(donation fund.ID) fund.Payment {
	w.tb.Helper()
	return must.Get(w.s.GetPayment(w.tb.Context(), donation))(w.tb)
}

// reported settles a payment, as it was read before, with the provider's report; stale is whether that must be
// refused.
func (w *world) reported(p fund.Payment, word fund.PaymentState, stale bool) {
	w.tb.Helper()
	err := w.s.Settle(w.tb.Context(), store.Settlement{Payment: p, Reported: word})
	if fault.Is(err, fault.Stale) != stale || err != nil && !stale {
		w.tb.Errorf("%+v of version %d: got %v, want stale %v", word, p.Version, err, stale)
	}
}

func paid(refunded int64) fund.PaymentState {
	return fund.PaymentState{Status: fund.PaymentPaid, Paid: 1000, Currency: "USD", Refunded: refunded}
}

// testStaleReports asks the provider twice about one payment, and the older answer arrives last.
func testStaleReports(t *testing.T, w *world) {
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	want := func(what string, donation fund.ID, state fund.DonationState, version, raised int64) {
		t.Helper()
		p := w.payment(donation)
		if p.State != state || p.Version != version || w.read(fact.ID).Raised != raised {
			t.Errorf("%s: got %s of version %d and %d raised, want %s, %d and %d", what, p.State, p.Version, w.read(fact.ID).Raised, state, version, raised)
		}
		w.clean()
	}
	asked := w.begin(fact)
	id := asked.DonationID
	w.reported(asked, fund.PaymentState{Status: fund.PaymentProcessing}, false)
	w.reported(asked, paid(0), true) // read before the payment was known to be on its way
	want("paid, but stale", id, fund.DonationPending, 1, 0)
	w.reported(asked, fund.PaymentState{Status: fund.PaymentExpired}, true)
	want("expired, but stale", id, fund.DonationPending, 1, 0)

	arriving := w.payment(id)
	w.reported(arriving, paid(0), false)
	want("paid", id, fund.DonationCompleted, 2, 1000)
	w.reported(arriving, paid(0), true)
	w.reported(arriving, paid(100), true)
	want("paid twice", id, fund.DonationCompleted, 2, 1000)

	here := w.payment(id)
	w.reported(here, paid(300), false)
	want("refunded", id, fund.DonationPartiallyRefunded, 3, 700)
	for _, older := range []int64{0, 300, 600} {
		w.reported(here, paid(older), true)
		want("an older word of refunds", id, fund.DonationPartiallyRefunded, 3, 700)
	}
	w.reported(w.payment(id), paid(600), false)
	want("refunded further", id, fund.DonationPartiallyRefunded, 4, 400)

	late := w.begin(fact)
	w.reported(late, paid(300), false) // the first report is a payment with a partial refund
	want("paid and refunded at once", late.DonationID, fund.DonationPartiallyRefunded, 2, 400+700)
}

// testEndedPayments ends payments repeatedly: what was reserved for their donations is released once.
func testEndedPayments(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	mug := fund.Reward{
		ID: w.id(), FactID: fact.ID, Name: "Mug", Amount: 100, Currency: "USD", Kind: fund.RewardPhysical, Quantity: ptr[int64](9), Enabled: true,
		CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertReward(ctx, &mug) })
	claim := func(n int64) fund.Claim { return fund.Claim{ID: w.id(), Reward: fund.Ref{ID: mug.ID}, Quantity: n} }
	rewards := func(what string, held, claimed int64) {
		t.Helper()
		got := must.Get(w.s.GetReward(ctx, fund.Key{ID: mug.ID}))(t)
		same(t, what, []int64{got.Held, got.Claimed}, []int64{held, claimed})
		w.clean()
	}
	other, ending := w.begin(fact, claim(4)), w.begin(fact, claim(2))
	rewards("both begun", 6, 0)
	w.reported(ending, fund.PaymentState{Status: fund.PaymentExpired}, false)
	rewards("ended", 4, 0)
	for _, status := range []fund.PaymentStatus{fund.PaymentExpired, fund.PaymentCancelled, fund.PaymentFailed, fund.PaymentFailed} {
		w.reported(w.payment(ending.DonationID), fund.PaymentState{Status: status}, false)
		rewards("ended again", 4, 0)
	}
	same(t, "state", w.payment(ending.DonationID).State, fund.DonationFailed)
	before := must.Get(w.s.LastPosition(ctx))(t)
	w.reported(w.payment(ending.DonationID), fund.PaymentState{Status: fund.PaymentFailed}, false)
	same(t, "events of a word that says nothing new", must.Get(w.s.LastPosition(ctx))(t), before)

	// Money that arrives after the end takes rewards again.
	w.reported(w.payment(ending.DonationID), paid(0), false)
	rewards("paid after its end", 4, 2)
	w.reported(w.payment(other.DonationID), paid(0), false)
	rewards("paid in time", 0, 6)
	w.reported(w.payment(other.DonationID), fund.PaymentState{Status: fund.PaymentFailed}, false)
	rewards("failed after it was paid", 0, 2)
	same(t, "raised", w.read(fact.ID).Raised, int64(1000))
}

// testDuePayments lists the payments that waited longest first.
func testDuePayments(t *testing.T, w *world) {
	ctx := t.Context()
	fact := w.campaign(w.cause("cause"), w.user("ann"), "fact")
	late, early, never := w.begin(fact), w.begin(fact), w.begin(fact)
	for p, due := range map[fund.ID]time.Time{late.DonationID: start.Add(2 * time.Second), early.DonationID: start.Add(time.Second), never.DonationID: {}} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PostponePayment(ctx, p, due) })
	}
	due := func(now time.Time, limit int) []fund.ID {
		return must.Get(w.s.DueWork(ctx, fund.WorkPayment, now, limit))(t)
	}
	same(t, "nothing due", due(start.Add(time.Second-time.Microsecond), 9), []fund.ID(nil))
	same(t, "one due", due(start.Add(time.Second), 9), []fund.ID{early.DonationID})
	same(t, "both due", due(start.Add(time.Hour), 9), []fund.ID{early.DonationID, late.DonationID})
	same(t, "the first of them", due(start.Add(time.Hour), 1), []fund.ID{early.DonationID})
}

// testDisputes follows one payment through refunds and disputes: every change is an entry of the ledger and an event,
// and moves the claimed and the reserved rewards.
func testDisputes(t *testing.T, w *world) {
	ctx := t.Context()
	ann := w.user("ann")
	fact := w.campaign(w.cause("cause"), ann, "fact")
	mug := fund.Reward{
		ID: w.id(), FactID: fact.ID, Name: "Mug", Amount: 100, Currency: "USD", Kind: fund.RewardPhysical, Quantity: ptr[int64](9), Enabled: true,
		CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertReward(ctx, &mug) })
	id := w.begin(fact, fund.Claim{ID: w.id(), Reward: fund.Ref{ID: mug.ID}, Quantity: 2}).DonationID
	type change struct {
		// refunded and disputed are what the provider reports as returned in all, of 1000.
		refunded, disputed int64
		dispute            fund.DisputeStatus
		state              fund.DonationState
		claimed, held      int64
		// events lists the topics with what they moved, entries the new entries of the ledger.
		events, entries string
	}
	const (
		completed, refunded, disputed = fund.TopicDonationCompleted, fund.TopicDonationRefunded, fund.TopicDonationDisputed
		restored, stock               = fund.TopicDonationRestored, fund.TopicStockChanged
	)
	entries := 0
	for i, s := range []change{
		{0, 0, "", fund.DonationCompleted, 2, 0, fmt.Sprint(completed, 1000), "donation 1000"},
		{0, 0, fund.DisputeOpen, fund.DonationDisputed, 2, 0, fmt.Sprint(disputed, 0), ""},
		{0, 1000, fund.DisputeOpen, fund.DonationDisputed, 0, 2, fmt.Sprint(disputed, -1000), "dispute -1000"},
		{0, 0, fund.DisputeWon, fund.DonationCompleted, 2, 0, fmt.Sprint(restored, 1000), "dispute_reversal 1000"},
		{400, 0, fund.DisputeWon, fund.DonationPartiallyRefunded, 2, 0, fmt.Sprint(refunded, -400), "refund -400"},
		{100, 0, fund.DisputeWon, fund.DonationPartiallyRefunded, 2, 0, fmt.Sprint(restored, 300), "refund_reversal 300"},
		{300, 200, fund.DisputeOpen, fund.DonationDisputed, 2, 0, fmt.Sprint(refunded, -200, disputed, -200), "dispute -200 refund -200"},
		{300, 700, fund.DisputeOpen, fund.DonationDisputed, 0, 2, fmt.Sprint(disputed, -500), "dispute -500"},
		{300, 700, fund.DisputeLost, fund.DonationLost, 0, 0, fmt.Sprint(restored, 0, stock, 0), ""},
		{300, 0, fund.DisputeWon, fund.DonationPartiallyRefunded, 2, 0, fmt.Sprint(restored, 700, stock, 0), "dispute_reversal 700"},
		{1000, 0, fund.DisputeWon, fund.DonationRefunded, 0, 0, fmt.Sprint(refunded, -700, stock, 0), "refund -700"},
		{0, 0, fund.DisputeWon, fund.DonationCompleted, 2, 0, fmt.Sprint(restored, 1000, stock, 0), "refund_reversal 1000"},
	} {
		before := must.Get(w.s.LastPosition(ctx))(t)
		word := paid(s.refunded)
		word.Disputed, word.Dispute = s.disputed, s.dispute
		w.reported(w.payment(id), word, false)
		what := fmt.Sprintf("change %d", i)
		d := must.Get(w.s.GetDonation(ctx, fund.Key{ID: id}))(t)
		reward := must.Get(w.s.GetReward(ctx, fund.Key{ID: mug.ID}))(t)
		left := 1000 - s.refunded - s.disputed
		same(t, what, []any{d.State, d.Refunded, d.Disputed, w.read(fact.ID).Raised, reward.Claimed, reward.Held, must.Get(w.s.GetUser(ctx, fund.Key{ID: ann.ID}))(t).RaisedUSD},
			[]any{s.state, s.refunded, s.disputed, left, s.claimed, s.held, left})
		var topics []any
		for _, e := range must.Get(w.s.EventsAfter(ctx, before, 9))(t) {
			topics = append(topics, e.Topic, e.Amount)
		}
		same(t, what+": events", fmt.Sprint(topics...), s.events)
		var moved []string
		err := w.s.EachMovement(ctx, store.RecordFilter{Fact: fact.ID}, func(m fund.Movement) error {
			moved = append(moved, fmt.Sprint(m.Kind, " ", m.Moved))
			return nil
		})
		slices.Sort(moved[entries:]) // entries of one instant are in the order of their ids
		same(t, what+": ledger", []any{err, strings.Join(moved[entries:], " ")}, []any{nil, s.entries})
		entries = len(moved)
		w.clean()
	}
}

// testUnavailable closes a target while the money is in transit: the donation records that the target was left out.
func testUnavailable(t *testing.T, w *world) {
	ctx := t.Context()
	fact := w.campaign(w.cause("cause"), w.user("ann"), "fact")
	for enabled, want := range map[bool][]fund.UnavailableIncentive{true: nil, false: {{Kind: "target", Name: "Run", Why: "it is closed"}}} {
		target := fund.Target{ID: w.id(), FactID: fact.ID, Name: "Run", Amount: 9, Enabled: true, CreatedAt: w.at(), UpdatedAt: w.at()}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertTarget(ctx, &target) })
		d := must.Get(w.s.Begin(ctx, store.PendingDonation{
			Completion: store.Completion{USD: 1000, Donation: fund.Donation{
				ID: w.id(), Fact: fund.Ref{ID: fact.ID}, CauseID: fact.Cause.ID, Amount: 1000, Currency: "USD", Target: &fund.Ref{ID: target.ID},
			}},
			Payment: fund.Payment{Provider: "sandbox"},
		}))(t)
		target.Enabled = enabled
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTarget(ctx, target) })
		w.reported(w.payment(d.ID), paid(0), false)
		got := must.Get(w.s.GetDonation(ctx, fund.Key{ID: d.ID}))(t)
		same(t, "left out", got.Unavailable, want)
		same(t, "target", got.Target != nil, enabled)
		w.clean()
	}
}
