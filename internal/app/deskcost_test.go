package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestStatementsOfDesks wants an act at the alert desk, and one at the screening, with what their pages read then, to take no more statements when much waits.
// The plans of these statements are tested in the store: each walks along an index.
func TestStatementsOfDesks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	s := w.showOfCampaign(t)
	ada, _ := w.volunteer(t, "Ada", fund.GrantScreener)
	var waiting int
	wait := func(until int) {
		w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenNothing)})
		for i := waiting; i < until; i++ {
			s.give(fmt.Sprint("Alert ", i), "5", "")
		}
		w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)})
		for i := waiting; i < until; i++ {
			w.gift(t, fmt.Sprint("Held ", i), "hi")
		}
		waiting = until
	}
	for _, much := range []int{app.DeskWaiting + 10, 5 * app.DeskWaiting} {
		wait(much)
		seen := must.Get(w.See(ctx, s.owner, factKey(s.fact)))(t)
		if got := s.desk().Waiting; got != much {
			t.Fatalf("got %d alerts that wait, want %d", got, much)
		}
		for _, act := range []struct {
			name string
			most int
			do   func()
		}{
			// PostgreSQL asks for one statement more than SQLite: it locks the row of the stage.
			{"pause", 12, func() { s.run(fund.DeskPause, fund.ID{}) }},
			{"resume", 12, func() { s.run(fund.DeskResume, fund.ID{}) }},
			{"the page of the alert desk", 12, func() { must.Get(w.Desk(ctx, seen))(t) }},
			{"a look of a screener", 33, func() { w.takes(t, ada) }},
			{"a decision, with a look before it", 41, func() {
				one := must.Get(w.TakeHeld(ctx, ada, campaignKey(w.campaign), false))(t).Mine[0]
				must.Do(t, w.DecideDonation(ctx, ada, fund.Key{ID: one.ID}, app.Decision{To: fund.ScreeningHidden, Was: one.Screening}))
			}},
		} {
			if ran := w.Statements(act.do); len(ran) > act.most {
				t.Errorf("%s with %d that wait: got %d statements, want %d at most:\n%s", act.name, much, len(ran), act.most, strings.Join(ran, "\n"))
			}
		}
	}
}
