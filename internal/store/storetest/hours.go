package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// foldHours brings the hours up to the end of the log.
func (w *world) foldHours() {
	w.tb.Helper()
	for must.Get(w.s.FoldHours(w.tb.Context()))(w.tb).Events > 0 {
	}
}

// testRaisedHours follows gifts, a refund and a move through the hours, and builds them again from the ledger.
func testRaisedHours(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("cause"), w.user("ann")
	one, two := w.event(cause, "one"), w.event(cause, "two")
	fact := w.campaign(cause, ann, "fact", in(one))
	below := w.campaign(cause, ann, "below", in(one), supporting(fact))
	begins := start.Truncate(time.Hour)
	hours := func(what string, f fund.Fact, want ...int64) {
		t.Helper()
		w.foldHours()
		var got []int64
		for _, h := range must.Get(w.s.RaisedHours(ctx, f.ID, begins, 9))(t) {
			got = append(got, int64(h.At.Sub(begins)/time.Hour), h.Amount)
		}
		same(t, what+" of "+f.Slug, got, want)
	}
	w.give(below, 1, at(start)) // counted from the ledger
	hours("begun", fact, 0, 1)
	w.give(fact, 10, at(start))
	back := w.give(below, 5, at(start.Add(2*time.Hour)))
	hours("given", below, 0, 1, 2, 5)
	for _, f := range []fund.Fact{fact, one.Fact, cause.Fact} {
		hours("given", f, 0, 11, 2, 5)
	}
	hours("nothing", two.Fact)
	same(t, "limited", len(must.Get(w.s.RaisedHours(ctx, fact.ID, begins, 1))(t)), 1)
	same(t, "later", len(must.Get(w.s.RaisedHours(ctx, fact.ID, begins.Add(time.Hour), 9))(t)), 1)
	moved := w.read(fact.ID)
	moved.Event, moved.Parent, moved.ParentKind = factRef(two.Fact), factRef(two.Fact), fund.KindFundraisingEvent
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, moved) })
	hours("left", one.Fact, 0, 0, 2, 0)
	for _, f := range []fund.Fact{two.Fact, cause.Fact} {
		hours("joined", f, 0, 11, 2, 5)
	}
	must.Get(w.refund(back, 3))(t)
	w.foldHours()
	var sum int64
	for _, h := range must.Get(w.s.RaisedHours(ctx, cause.ID, time.Time{}, 9))(t) {
		sum += h.Amount
	}
	same(t, "all hours", sum, w.read(cause.ID).Total())
}

// testOwnHours wants the hours of a team and of a user to add up to their totals, with gifts to what supports their facts on both sides of the border.
func testOwnHours(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, bob, crew := w.cause("cause"), w.user("ann"), w.user("bob"), w.team("crew")
	team := w.campaign(cause, ann, "team", func(f *fund.Fact) { f.Kind = fund.KindTeamCampaign }, forTeam(crew))
	member := w.campaign(cause, ann, "member", supporting(team), forTeam(crew))
	other := w.campaign(cause, bob, "other", supporting(team))
	w.give(team, 1, at(start))
	w.give(member, 10, at(start))
	w.give(other, 100, at(start))
	w.give(member, 1000, at(start.Add(time.Hour)))
	w.foldHours()
	begins := start.Truncate(time.Hour)
	span := store.HourSpan{Since: begins, Now: begins.Add(time.Hour), Most: 8}
	for _, one := range []struct {
		what string
		of   store.OwnFacts
		want []int64
	}{
		{"team", store.OwnFacts{Team: crew.ID}, []int64{0, 11, 1, 1000}}, {"ann", store.OwnFacts{User: ann.ID}, []int64{0, 10, 1, 1000}},
		{"bob", store.OwnFacts{User: bob.ID}, []int64{0, 100}}, {"nobody", store.OwnFacts{User: w.id()}, nil},
	} {
		var got []int64
		var sum int64
		for _, h := range must.Get(w.s.OwnHours(ctx, one.of, span))(t) {
			got, sum = append(got, int64(h.At.Sub(begins)/time.Hour), h.Amount), sum+h.Amount
			same(t, "currency", h.Currency, "USD")
		}
		same(t, one.what, got, one.want)
		var total int64
		for _, s := range must.Get(w.s.OwnTotals(ctx, one.of.User, one.of.Team))(t) {
			total += s.Minor
		}
		same(t, "total of "+one.what, sum, total)
	}
	// Four facts are looked at for the team: two of its own, and two that support one of these.
	for name, in := range map[string]store.HourSpan{
		"later": {Since: begins.Add(time.Hour), Now: span.Now, Most: 8}, "many facts": {Since: begins, Now: span.Now, Most: 7}, "one hour": {Since: begins, Now: span.Now, Most: 4},
	} {
		hours := must.Get(w.s.OwnHours(ctx, store.OwnFacts{Team: crew.ID}, in))(t)
		if len(hours) != 1 || hours[0].Amount != 1000 {
			t.Errorf("%s: got %v, want the last hour", name, hours)
		}
	}
	span.Most = 3
	same(t, "too many facts", len(must.Get(w.s.OwnHours(ctx, store.OwnFacts{Team: crew.ID}, span))(t)), 0)
}
