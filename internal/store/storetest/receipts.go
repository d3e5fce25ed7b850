package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// pay makes a donation whose money arrived through a payment.
func (w *world) pay(fact fund.Fact, email string) fund.Receipt {
	w.tb.Helper()
	ctx := w.tb.Context()
	d := must.Get(w.s.Begin(ctx, store.PendingDonation{
		Completion: store.Completion{USD: 100, Donation: fund.Donation{
			ID: w.id(), Fact: fund.Ref{ID: fact.ID}, CauseID: fact.Cause.ID, Amount: 100, Currency: fact.Currency, Email: email,
		}},
		Payment: fund.Payment{Provider: "sandbox"},
	}))(w.tb)
	p := must.Get(w.s.GetPayment(ctx, d.ID))(w.tb)
	reported := fund.PaymentState{Status: fund.PaymentPaid, Paid: 100, Currency: fact.Currency}
	if err := w.s.Settle(ctx, store.Settlement{Payment: p, Reported: reported}); err != nil {
		w.tb.Fatal(err)
	}
	return must.Get(w.s.GetReceipt(ctx, d.ID))(w.tb)
}

func testReceipts(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	move := func(from, to fund.Receipt) error {
		return w.s.Write(ctx, from.DonationID, func(ctx context.Context, tx *store.Tx) error { return tx.MoveReceipt(ctx, from, to) })
	}
	first, second, none := w.pay(fact, "a@example.org"), w.pay(fact, "b@example.org"), w.pay(fact, "")
	if first.Mail() != fund.MailWaiting || none.Mail() != fund.MailNone || first.Number != 1 || none.Number != 3 {
		t.Errorf("got %+v and %+v, want one that waits and one without mail", first, none)
	}
	now := second.DueAt
	same(t, "due", must.Get(w.s.DueReceipts(ctx, now, 9))(t), []fund.Receipt{first, second})
	same(t, "due, one", must.Get(w.s.DueReceipts(ctx, now, 1))(t), []fund.Receipt{first})
	same(t, "due before", must.Get(w.s.DueReceipts(ctx, first.DueAt.Add(-time.Microsecond), 9))(t), []fund.Receipt(nil))

	claimed := first.Claim(now)
	handed := claimed.Hand(now.Add(time.Second))
	for _, c := range []struct {
		name     string
		from, to fund.Receipt
		stale    bool
	}{
		{"claim", first, claimed, false},
		{"claim what another has", first, first.Claim(now.Add(time.Second)), true},
		{"hand", claimed, handed, false},
		{"hand twice", claimed, handed, true},
		{"put off what was handed", claimed, claimed.PutOff(now, "x"), true},
		{"lose", handed, handed.Lose("no answer"), false},
		{"refuse", second, second.Refuse("nobody"), false},
	} {
		if err := move(c.from, c.to); fault.Is(err, fault.Stale) != c.stale || err != nil && !c.stale {
			t.Errorf("%s: got %v, want stale %v", c.name, err, c.stale)
		}
	}
	lost, refused := handed.Lose("no answer"), second.Refuse("nobody")
	same(t, "lost", must.Get(w.s.GetReceipt(ctx, first.DonationID))(t), lost)
	same(t, "unknown", must.Get(w.s.ListReceipts(ctx, fund.MailUnknown, page(9)))(t), []fund.Receipt{lost})
	same(t, "refused", must.Get(w.s.ListReceipts(ctx, fund.MailRefused, page(9)))(t), []fund.Receipt{refused})
	for state, want := range map[fund.MailState]int{fund.MailWaiting: 0, fund.MailUnknown: 1, fund.MailRefused: 1} {
		same(t, "count of "+string(state), must.Get(w.s.CountReceipts(ctx, state))(t), want)
	}
	same(t, "count of unknown", must.Get(w.s.CountUnknownReceipts(ctx))(t), 1)
	if _, err := w.s.ListReceipts(ctx, fund.MailSent, page(9)); !fault.Is(err, fault.Malformed) {
		t.Errorf("got %v, want no list of those that were sent", err)
	}
	sent := handed.Confirm(now.Add(2 * time.Second))
	sent.Tries = 1
	if err := move(lost, sent); err != nil {
		t.Error(err)
	}
	same(t, "sent", must.Get(w.s.GetReceipt(ctx, first.DonationID))(t).Mail(), fund.MailSent)
	same(t, "count of unknown", must.Get(w.s.CountUnknownReceipts(ctx))(t), 0)
	if err := move(fund.Receipt{DonationID: w.id()}, sent); !fault.Is(err, fault.Stale) {
		t.Errorf("got %v, want stale for a receipt that is not there", err)
	}
}
