package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// by makes a paid donation that a link with a name led to.
func (w *world) by(f fund.Fact, via string, amount int64) fund.Payment {
	w.tb.Helper()
	c := w.completion(f, amount)
	d := must.Get(w.s.Begin(w.tb.Context(), store.PendingDonation{Completion: c, Payment: fund.Payment{Provider: "sandbox", Via: via}}))(w.tb)
	w.reported(w.payment(d.ID), fund.PaymentState{Status: fund.PaymentPaid, Paid: amount, Currency: "USD"}, false)
	return w.payment(d.ID)
}

// back gives some of a donation back.
func (w *world) back(p fund.Payment, amount int64) {
	w.tb.Helper()
	w.reported(p, fund.PaymentState{Status: fund.PaymentPaid, Paid: p.Donated, Currency: "USD", Refunded: amount}, false)
}

// testViaSums adds up donations by the links that led to them, and wants the sums to be those of the ledger.
func testViaSums(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	event := w.event(cause, "event")
	parent := w.campaign(cause, ann, "parent", func(f *fund.Fact) { f.Event = &fund.Ref{ID: event.ID} })
	child, other := w.campaign(cause, ann, "child", supporting(parent)), w.campaign(cause, ann, "other")
	w.by(parent, "mail", 100)
	w.by(child, "mail", 10)
	w.by(child, "panel", 500)
	w.by(child, "", 1)
	w.by(other, "mail", 2000)
	w.give(child, 7)
	w.back(w.by(parent, "panel", 300), 200)
	w.back(w.by(parent, "mail", 4000), 4000)
	for _, one := range []struct {
		fact fund.Fact
		want fund.ViaSums
	}{
		{parent, fund.ViaSums{Vias: []fund.ViaSum{{Via: "panel", Donations: 2, Amount: 600}, {Via: "mail", Donations: 2, Amount: 110}}, None: fund.ViaSum{Donations: 2, Amount: 8}}},
		{child, fund.ViaSums{Vias: []fund.ViaSum{{Via: "panel", Donations: 1, Amount: 500}, {Via: "mail", Donations: 1, Amount: 10}}, None: fund.ViaSum{Donations: 2, Amount: 8}}},
		{w.read(event.ID), fund.ViaSums{Vias: []fund.ViaSum{{Via: "panel", Donations: 2, Amount: 600}, {Via: "mail", Donations: 2, Amount: 110}}, None: fund.ViaSum{Donations: 2, Amount: 8}}},
		{w.read(cause.ID), fund.ViaSums{Vias: []fund.ViaSum{{Via: "mail", Donations: 3, Amount: 2110}, {Via: "panel", Donations: 2, Amount: 600}}, None: fund.ViaSum{Donations: 2, Amount: 8}}},
	} {
		got, whole, err := w.s.ViaSums(ctx, one.fact, fund.Span{})
		must.Do(t, err)
		same(t, "whole", whole, true)
		same(t, "sums of "+one.fact.Slug, got, one.want)
		sum := got.None.Amount + got.Others.Amount
		for _, via := range got.Vias {
			sum += via.Amount
		}
		same(t, "the total of "+one.fact.Slug, sum, w.read(one.fact.ID).Total())
	}
	later, _, err := w.s.ViaSums(ctx, w.read(cause.ID), fund.Span{After: time.Now().AddDate(200, 0, 0)})
	must.Do(t, err)
	same(t, "nothing later", later, fund.ViaSums{})

	// Whoever makes links with many names is one sum.
	many := w.campaign(cause, ann, "many")
	for i := range fund.MaxVias + 2 {
		w.by(many, fmt.Sprint("via ", i), int64(1000-i))
	}
	got, _, err := w.s.ViaSums(ctx, many, fund.Span{})
	must.Do(t, err)
	same(t, "names", len(got.Vias), fund.MaxVias)
	same(t, "the last name", got.Vias[fund.MaxVias-1], fund.ViaSum{Via: fmt.Sprint("via ", fund.MaxVias-1), Donations: 1, Amount: 1001 - fund.MaxVias})
	same(t, "others", got.Others, fund.ViaSum{Donations: 2, Amount: 1999 - 2*fund.MaxVias})
}
