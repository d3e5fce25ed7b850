package app_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/testworld"
)

// withChaos makes a chaotic provider take the world's payments.
func withChaos(t *testing.T) (*world, *chaos) {
	t.Helper()
	w, c := newWorld(t), newChaos()
	w.Restart(func(o *app.Options) {
		o.Payments = app.Payments{Provider: c, Others: []pay.Provider{w.sandbox}, Fee: testworld.Fee}
	})
	return w, c
}

// TestAnyEventsEndWhereTheProviderIs lets a provider do anything: events twice, in any order, late, lost, forged and lying, timeouts, stale
// answers, and restarts in between. In the end every donation, the ledger and all totals agree with the provider.
func TestAnyEventsEndWhereTheProviderIs(t *testing.T) {
	t.Parallel()
	w, c := withChaos(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := &chaosModel{w: w, c: c, unreported: map[fund.ID]bool{}}
		rt.Repeat(map[string]func(*rapid.T){
			"begin": m.begin, "pay": m.pay, "refund": m.refund, "refund fails": m.refundFails, "dispute": m.dispute, "decide": m.decide,
			"report": m.report, "report again": m.reportAgain, "forge": m.forge, "deaf": m.deaf, "race": m.race, "round": m.round,
			"later": m.later, "restart": m.restart, "our refund": m.ourRefund,
		})
		m.settle(rt)
	})
}

// chaosModel is the state of a run of the test.
type chaosModel struct {
	w     *world
	c     *chaos
	begun []fund.ID
	told  []pay.Raw
	// unreported are payments that changed since their last event.
	unreported map[fund.ID]bool
}

func (m *chaosModel) pick(rt *rapid.T) fund.ID {
	if len(m.begun) == 0 {
		rt.Skip("nothing has begun")
	}
	return rapid.SampledFrom(m.begun).Draw(rt, "donation")
}

func (m *chaosModel) begin(rt *rapid.T) {
	m.c.set(false, rapid.IntRange(0, 9).Draw(rt, "late") == 0)
	defer m.c.set(false, false)
	id, err := fund.NewID(m.w.Clock.Now(), idBits)
	must.Do(rt, err)
	amount := rapid.SampledFrom([]string{"1", "10", "25.55"}).Draw(rt, "amount")
	in := fund.CheckoutInput{ID: id, CoverFee: rapid.Bool().Draw(rt, "cover"), DonationInput: fund.DonationInput{Amount: amount, Name: "Ada"}}
	if _, err := m.w.BeginDonation(rt.Context(), app.Actor{}, campaignKey(m.w.campaign), in); err != nil && !fault.Is(err, fault.Unavailable) {
		rt.Fatal(err)
	}
	m.begun = append(m.begun, id)
}

// change changes the truth about one payment.
func (m *chaosModel) change(rt *rapid.T, change func(*fund.PaymentState)) {
	id := m.pick(rt)
	m.unreported[id] = true
	must.Do(rt, m.c.change("pi_"+id.String(), change))
}

func (m *chaosModel) pay(rt *rapid.T) {
	fee := int64(33)
	to := rapid.SampledFrom([]fund.PaymentStatus{fund.PaymentPaid, fund.PaymentPaid, fund.PaymentProcessing, fund.PaymentFailed, fund.PaymentExpired}).Draw(rt, "status")
	m.change(rt, func(s *fund.PaymentState) {
		if s.Status == fund.PaymentOpen || s.Status == fund.PaymentProcessing {
			s.Status, s.Fee = to, &fee
		}
	})
}

func (m *chaosModel) refund(rt *rapid.T) {
	part := rapid.Int64Range(1, 3000).Draw(rt, "part")
	m.change(rt, func(s *fund.PaymentState) {
		if s.Status == fund.PaymentPaid && s.Dispute != fund.DisputeOpen {
			s.Refunded = min(s.Paid-s.Disputed, s.Refunded+part)
		}
	})
}

func (m *chaosModel) refundFails(rt *rapid.T) {
	m.change(rt, func(s *fund.PaymentState) { s.Refunded /= 2 })
}

func (m *chaosModel) dispute(rt *rapid.T) {
	part := rapid.Int64Range(0, 3000).Draw(rt, "part")
	m.change(rt, func(s *fund.PaymentState) {
		if s.Status == fund.PaymentPaid && s.Dispute == "" {
			s.Dispute, s.Disputed = fund.DisputeOpen, min(s.Paid-s.Refunded, part)
		}
	})
}

func (m *chaosModel) decide(rt *rapid.T) {
	won := rapid.Bool().Draw(rt, "won")
	m.change(rt, func(s *fund.PaymentState) {
		switch {
		case s.Dispute == fund.DisputeOpen && won:
			s.Dispute, s.Disputed = fund.DisputeWon, 0
		case s.Dispute == fund.DisputeOpen:
			s.Dispute = fund.DisputeLost
		}
	})
}

func (m *chaosModel) report(rt *rapid.T) {
	topic := rapid.SampledFrom([]string{"paid", "failed", "refunded", "dispute.won"}).Draw(rt, "topic")
	id := m.pick(rt)
	raw := m.c.event(id, topic, chaosWord)
	m.told = append(m.told, raw)
	delete(m.unreported, id)
	must.Do(rt, m.w.TakeProviderEvent(rt.Context(), "chaos", raw))
}

func (m *chaosModel) reportAgain(rt *rapid.T) {
	if len(m.told) == 0 {
		rt.Skip("nothing was reported")
	}
	must.Do(rt, m.w.TakeProviderEvent(rt.Context(), "chaos", rapid.SampledFrom(m.told).Draw(rt, "notice")))
}

func (m *chaosModel) forge(rt *rapid.T) {
	err := m.w.TakeProviderEvent(rt.Context(), "chaos", m.c.event(m.pick(rt), "paid", "foe"))
	if !fault.Is(err, fault.Unauthenticated) {
		rt.Fatalf("a forged event: got %v, want it refused", err)
	}
}

// deaf lets a round pass while the provider does not answer.
func (m *chaosModel) deaf(rt *rapid.T) {
	m.c.set(true, false)
	m.round(rt)
	m.c.set(false, false)
}

// race changes the truth, and lets the server learn it, while an older answer is on its way: no further event follows.
func (m *chaosModel) race(rt *rapid.T) {
	id := m.pick(rt)
	delete(m.unreported, id)
	m.c.mu.Lock()
	m.c.between = func(string) {
		must.Do(rt, m.c.change("pi_"+id.String(), func(s *fund.PaymentState) {
			if s.Status == fund.PaymentPaid && s.Dispute != fund.DisputeOpen {
				s.Refunded = s.Paid - s.Disputed
			}
		}))
		must.Do(rt, m.w.Reconcile(rt.Context(), id))
	}
	m.c.mu.Unlock()
	must.Do(rt, m.w.Reconcile(rt.Context(), id))
}

func (m *chaosModel) ourRefund(rt *rapid.T) {
	_, err := m.w.RefundDonation(rt.Context(), app.System(), fund.Key{ID: m.pick(rt)}, rapid.SampledFrom([]string{"0.50", ""}).Draw(rt, "amount"))
	if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
		rt.Fatal(err)
	}
}

func (m *chaosModel) round(rt *rapid.T) { m.w.DoDue(rt.Context()) }

func (m *chaosModel) later(rt *rapid.T) {
	m.w.Clock.Advance(time.Duration(rapid.SampledFrom([]int{1, 60, 3600}).Draw(rt, "seconds")) * time.Second)
}

func (m *chaosModel) restart(*rapid.T) { m.w.Restart(nil) }

// settle sends the missing events, runs everything that is due, and compares.
func (m *chaosModel) settle(rt *rapid.T) {
	for id := range m.unreported {
		must.Do(rt, m.w.TakeProviderEvent(rt.Context(), "chaos", m.c.event(id, "anything", chaosWord)))
	}
	m.w.Clock.Advance(2 * time.Hour) // past every pause
	m.round(rt)
	for _, id := range m.begun {
		truth, d := m.c.state("pi_"+id.String()), m.w.donation(rt, id)
		p, err := m.w.Store.GetPayment(rt.Context(), id)
		must.Do(rt, err)
		// The previous state does not matter: a payment that completed and then failed was returned in full.
		fresh := p
		if fresh.State = fund.DonationPending; !d.CompletedAt.IsZero() && truth.Status != fund.PaymentPaid {
			fresh.State = fund.DonationCompleted
		}
		want := fresh.Outcome(truth)
		if got := (fund.Outcome{State: d.State, Refunded: d.Refunded, Disputed: d.Disputed}); got != want && truth.Status != fund.PaymentProcessing {
			rt.Errorf("donation %s: got %+v, want %+v: the provider says %+v", id, got, want, truth)
		}
	}
	if open, err := m.w.ListOpenProviderEvents(rt.Context(), app.System(), fund.Page{Limit: 9}); err != nil || len(open) > 0 {
		rt.Errorf("got events %v left, %v, want none", open, err)
	}
	m.w.raised(rt)
}
