package money_test

import (
	"fmt"
	"net/http"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
)

// donated is one of the donations; it skips where there is none that fits.
func (w *world) donated(t *rapid.T, fits func(*donation) bool) *donation {
	var some []*donation
	for _, d := range w.donations {
		if fits(d) {
			some = append(some, d)
		}
	}
	if len(some) == 0 {
		t.Skip("there is no such donation")
	}
	return one(t, "donation", some)
}

func viaBank(d *donation) bool { return d.paid != nil }

// changes is what can happen to a payment at the bank.
var changes = map[string]func(*rapid.T, *fund.PaymentState){
	"pay": func(t *rapid.T, s *fund.PaymentState) {
		fee := int64(33)
		if s.Status == fund.PaymentOpen || s.Status == fund.PaymentProcessing {
			s.Status, s.Fee = one(t, "status", []fund.PaymentStatus{
				fund.PaymentPaid, fund.PaymentPaid, fund.PaymentPaid, fund.PaymentProcessing, fund.PaymentFailed, fund.PaymentExpired, fund.PaymentCancelled,
			}), &fee
		}
	},
	"refund": func(t *rapid.T, s *fund.PaymentState) {
		if s.Status == fund.PaymentPaid && s.Dispute != fund.DisputeOpen {
			s.Refunded += one(t, "part", []int64{0, 1, (s.Paid - s.Refunded - s.Disputed) / 2, s.Paid - s.Refunded - s.Disputed})
			s.Refunded = min(s.Refunded, s.Paid-s.Disputed)
		}
	},
	"refund fails": func(_ *rapid.T, s *fund.PaymentState) { s.Refunded /= 2 },
	"dispute": func(t *rapid.T, s *fund.PaymentState) {
		if s.Status == fund.PaymentPaid && s.Dispute == "" {
			s.Dispute = fund.DisputeOpen
			s.Disputed = one(t, "part", []int64{0, 1, (s.Paid - s.Refunded) / 2, s.Paid - s.Refunded})
		}
	},
	"decide": func(t *rapid.T, s *fund.PaymentState) {
		if s.Dispute != fund.DisputeOpen {
			return
		}
		if s.Dispute = fund.DisputeLost; rapid.Bool().Draw(t, "won") {
			s.Dispute, s.Disputed = fund.DisputeWon, 0
		}
	},
	"returned": func(_ *rapid.T, s *fund.PaymentState) {
		if s.Status == fund.PaymentPaid && s.Dispute == "" {
			s.Status = fund.PaymentFailed // an e-check
		}
	},
}

// happen changes the truth about a payment, and mostly tells it.
func (w *world) happen(what string) func(*rapid.T) {
	return func(t *rapid.T) {
		d := w.donated(t, viaBank)
		changes[what](t, d.paid)
		if !w.bank.deaf && seldom(t, "too late", 4) {
			w.fillUp(t, d.to)
		}
		if !seldom(t, "silent", 4) {
			w.report(t, d)
		}
	}
}

// pay pays a donation that is open, if there is one, so that most donations come to be counted.
func (w *world) pay(t *rapid.T) {
	d := w.donated(t, func(d *donation) bool { return viaBank(d) && d.paid.Status == fund.PaymentOpen })
	d.paid.Status = fund.PaymentPaid
	w.report(t, d)
}

// report tells what happened to a payment. Where the bank answers, the donation is what the bank says afterwards; money that does not fit in is
// kept, with an alarm.
func (w *world) report(t test, d *donation) {
	alarms := w.Uncounted()
	w.told(t, w.bank.event(d.id))
	if w.bank.deaf {
		return
	}
	w.follow()
	arrived, back := d.owed()
	if d.arrived == arrived && d.back == back {
		return
	}
	more := d.amount // which is counted before what went back of it
	if d.arrived {
		more = d.back - back
	}
	if w.fits(d, more) || w.Uncounted() == alarms {
		t.Fatalf("donation %s is %s with %d back (alarms: %d more), want %d more; events that wait: %s",
			d.id, d.state, d.back, w.Uncounted()-alarms, more, w.waiting())
	}
}

// waiting is why provider events wait.
func (w *world) waiting() (why []string) {
	for _, e := range must.Get(w.ListOpenProviderEvents(ctx, app.System(), fund.Page{Limit: 100}))(w.t) {
		why = append(why, fmt.Sprint(e.DonationID, ": ", e.Problem, " (tries ", e.Tries, ", due ", e.DueAt, ", now ", w.clock.Now(), ")"))
	}
	return why
}

// told hands over an event, and applies what is due then.
func (w *world) told(t test, raw pay.Raw) {
	must.Do(t, w.TakeProviderEvent(ctx, w.bank.Name(), raw))
	w.clock.Advance(11 * time.Second) // the lease of a new event
	w.DoDue(ctx)
}

// reportAgain repeats an event in any order.
func (w *world) reportAgain(t *rapid.T) {
	if len(w.bank.told) == 0 {
		t.Skip("nothing was told")
	}
	w.told(t, one(t, "event", w.bank.told))
}

// forge hands over what is not the bank's.
func (w *world) forge(t *rapid.T) {
	d := w.donated(t, viaBank)
	forged := newBank("forged").event(d.id)
	if err := w.TakeProviderEvent(ctx, w.bank.Name(), forged); !fault.Is(err, fault.Unauthenticated) {
		t.Fatalf("a forged event: got %v, want it refused", err)
	}
}

// deafen makes the bank stop answering for some steps.
func (w *world) deafen(t *rapid.T) {
	w.bank.deaf, w.deafFor = true, rapid.IntRange(1, 4).Draw(t, "steps")
}

// refund refunds a donation through the API.
func (w *world) refund(t *rapid.T) {
	d := w.donated(t, func(*donation) bool { return true })
	part := one(t, "part", []int64{0, 1, d.net() / 2, d.net(), d.net() + 1, -1})
	body := fmt.Sprintf(`{"amount":%q}`, decimal(part, d.to.currency))
	if rapid.Bool().Draw(t, "whole") {
		body, part = "{}", d.net()
	}
	got, ok := write[recorded](w, http.MethodPost, "/api/private/donations/"+d.id.String()+"/refund", body)
	switch {
	case ok && d.paid == nil:
		if d.back += part; part <= 0 || d.net() < 0 {
			t.Fatalf("refund of %d of a donation: got %+v, want it refused", part, got)
		}
	case !ok && d.paid == nil && part > 0 && d.net() >= part && part <= money.Max:
		t.Fatalf("refund of %d of the %d of a donation was refused", part, d.net())
	}
}

// concede gives up a dispute through the API.
func (w *world) concede(t *rapid.T) {
	d := w.donated(t, viaBank)
	write[recorded](w, http.MethodPost, "/api/private/donations/"+d.id.String()+"/dispute/concede", "{}")
}
