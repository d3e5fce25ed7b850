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
	move := func(from, to fund.Mail) error {
		return w.s.Write(ctx, from.ID, func(ctx context.Context, tx *store.Tx) error { return tx.MoveMail(ctx, from, to) })
	}
	one, two, none := w.pay(fact, "a@example.org"), w.pay(fact, "b@example.org"), w.pay(fact, "")
	if none.Mail != (fund.Mail{}) || one.Number != 1 || none.Number != 3 {
		t.Errorf("got %+v and %+v, want the first and one without mail", one, none)
	}
	first, second := one.Mail, two.Mail
	same(t, "mail", must.Get(w.s.GetMail(ctx, one.DonationID))(t), first)
	same(t, "mail", first, fund.Mail{
		ID: one.DonationID, Kind: fund.MailReceipt, Recipient: "a@example.org", About: one.DonationID, DueAt: one.IssuedAt, CreatedAt: one.IssuedAt,
	})
	now := second.DueAt
	same(t, "due", must.Get(w.s.DueWork(ctx, fund.WorkMail, now, 9))(t), []fund.ID{first.ID, second.ID})
	same(t, "due, one", must.Get(w.s.DueWork(ctx, fund.WorkMail, now, 1))(t), []fund.ID{first.ID})
	same(t, "due before", must.Get(w.s.DueWork(ctx, fund.WorkMail, first.DueAt.Add(-time.Microsecond), 9))(t), []fund.ID(nil))

	handed := first.Hand(now.Add(time.Second))
	for _, c := range []struct {
		name     string
		from, to fund.Mail
		stale    bool
	}{
		{"hand", first, handed, false},
		{"hand twice", first, first.Hand(now.Add(2 * time.Second)), true},
		{"put off what was handed", first, first.PutOff(now, "x"), true},
		{"lose", handed, handed.Lose("no answer"), false},
		{"refuse", second, second.Refuse("nobody"), false},
	} {
		if err := move(c.from, c.to); fault.Is(err, fault.Stale) != c.stale || err != nil && !c.stale {
			t.Errorf("%s: got %v, want stale %v", c.name, err, c.stale)
		}
	}
	one.Mail, two.Mail = handed.Lose("no answer"), second.Refuse("nobody")
	same(t, "lost", must.Get(w.s.GetReceipt(ctx, first.ID))(t), one)
	same(t, "unknown", must.Get(w.s.ListReceipts(ctx, fund.MailUnknown, page(9)))(t), []fund.Receipt{one})
	same(t, "refused", must.Get(w.s.ListReceipts(ctx, fund.MailRefused, page(9)))(t), []fund.Receipt{two})
	count := func(state fund.MailState) int {
		return must.Get(w.s.CountMails(ctx, fund.MailReceipt, state))(t)
	}
	for state, want := range map[fund.MailState]int{fund.MailWaiting: 0, fund.MailUnknown: 1, fund.MailRefused: 1} {
		same(t, "count of "+string(state), count(state), want)
	}
	if _, err := w.s.ListReceipts(ctx, fund.MailSent, page(9)); !fault.Is(err, fault.Malformed) {
		t.Errorf("got %v, want no list of those that were sent", err)
	}
	sent := handed.Confirm(now.Add(2 * time.Second))
	if err := move(one.Mail, sent); err != nil {
		t.Error(err)
	}
	same(t, "sent", must.Get(w.s.GetReceipt(ctx, first.ID))(t).Mail.State(), fund.MailSent)
	same(t, "count of unknown", count(fund.MailUnknown), 0)
	if err := move(fund.Mail{ID: w.id()}, sent); !fault.Is(err, fault.Stale) {
		t.Errorf("got %v, want stale for a mail that is not there", err)
	}
}
