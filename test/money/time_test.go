package money_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// jump sets the clock forward or a little back, and does what is due then.
func (w *world) jump(t *rapid.T) {
	w.clock.Advance(one(t, "by", []time.Duration{
		time.Microsecond, time.Second, time.Minute, 40 * time.Minute, 7 * time.Hour, 50 * time.Hour, 40 * 24 * time.Hour, -time.Second, -30 * time.Second,
	}))
	for _, currency := range []string{"JPY", "KWD"} {
		if w.rates[currency] != 0 {
			w.rate(currency)
		}
	}
	if rapid.Bool().Draw(t, "round") {
		w.DoDue(ctx)
	}
}

// setRates makes a rate known late.
func (w *world) setRates(*rapid.T) { w.rate("KWD") }

// restart starts the server anew, now and then with a provider of other money.
func (w *world) restart(t *rapid.T) {
	w.stop()
	other := map[fund.Mode]fund.Mode{fund.ModeSandbox: fund.ModeLive, fund.ModeLive: fund.ModeSandbox}[w.mode]
	if w.serves = w.mode; w.started && seldom(t, "other", 4) {
		w.serves = other
	}
	w.start(w.serves)
}

// rebuild sets all totals anew, which changes nothing.
func (w *world) rebuild(t *rapid.T) {
	if wrong := must.Get(w.store.Rebuild(ctx))(t); len(wrong) > 0 {
		t.Fatalf("got %v rebuilt, want nothing to do", wrong)
	}
}

// goLive takes the play money out, and goes on with real money.
func (w *world) goLive(t *rapid.T) {
	if !seldom(t, "really", 4) {
		t.Skip("not now")
	}
	w.stop()
	w.start("")
	_, err := w.GoLive(ctx, app.System())
	if w.mode == fund.ModeLive || !w.started {
		if !fault.Is(err, fault.Conflict) {
			t.Fatalf("went live twice: got %v, want it refused", err)
		}
	} else {
		must.Do(t, err)
		w.wentLive()
		w.noScores(t)
	}
	w.stop()
	w.serves = w.mode
	w.start(w.mode)
	w.anew(t)
}

// noScores wants nobody on any leaderboard.
func (w *world) noScores(t *rapid.T) {
	must.Do(t, w.CatchUp(ctx, app.System()))
	for _, f := range w.facts {
		seen := must.Get(w.SeeByName(ctx, app.System(), f.ID))(t)
		for _, board := range []fund.Board{fund.BoardDonor, fund.BoardUser, fund.BoardTeam} {
			query := app.BoardQuery{Board: board, Period: fund.PeriodAll}
			if left := must.Get(w.Leaderboard(ctx, seen, query, fund.Page{Limit: 9}))(t); len(left) != 0 {
				t.Fatalf("%s: got %v on the %s leaderboard after going live, want nobody", f.ID, left, board)
			}
		}
	}
}

// wentLive is the model without what was donated.
func (w *world) wentLive() {
	w.mode = fund.ModeLive
	w.bank = newBank(w.mode)
	w.donations, w.references, w.started, w.vague = nil, map[string]*donation{}, false, false
	for _, f := range w.facts {
		f.reached = false
	}
	for _, i := range w.items {
		i.bids = nil // promises of the play money
	}
	for _, m := range w.matches {
		m.carriers, m.ended = nil, m.ended && !m.ends.After(w.clock.Now())
	}
}
