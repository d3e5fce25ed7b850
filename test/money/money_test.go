// Package money_test makes random histories of hostile amounts, clocks, windows and providers, and looks at all money after each step.
package money_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testpg"
)

// begunWithin is for how long histories are begun on each database, unless flags say how many there are; 0 for no limit.
var begunWithin = 20 * time.Second

// TestMain makes few but long histories unless flags say otherwise: each step looks at everything.
func TestMain(m *testing.M) {
	flag.Parse()
	defaults := map[string]string{"rapid.checks": "12", "rapid.steps": "60"}
	if testing.Short() {
		defaults = map[string]string{"rapid.checks": "2", "rapid.steps": "30"}
	}
	flag.Visit(func(f *flag.Flag) { delete(defaults, f.Name) })
	if defaults["rapid.checks"] == "" {
		begunWithin = 0
	}
	for name, value := range defaults {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	testpg.Main(m)
}

// databases are what everything runs on.
var databases = map[string]func(testing.TB) string{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres}

func TestMoneyOnSQLite(t *testing.T) {
	t.Parallel()
	histories(t, databases["SQLite"])
}

func TestMoneyOnPostgreSQL(t *testing.T) {
	t.Parallel()
	histories(t, databases["PostgreSQL"])
}

// histories changes a world at random, and looks at all money after each step.
func histories(t *testing.T, database func(testing.TB) string) {
	t.Helper()
	began, failing := time.Now(), false
	rapid.Check(t, func(rt *rapid.T) {
		if begunWithin > 0 && time.Since(began) > begunWithin && !failing {
			return
		}
		finished := false
		defer func() { failing = failing || !finished }() // what fails is made again and again, until it is short
		limit := one(rt, "limit", []fund.DonationLimit{fund.DefaultDonationLimit, fund.DonationLimit(money.Max)})
		w := newWorld(rt, database(history{t, rt}), limit)
		actions := w.actions()
		rt.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) { w.check() },
			"do": func(t *rapid.T) {
				w.follow() // a page that was read may have asked the bank
				one(t, "what", actions).do(t)
			},
		})
		w.final()
		finished = true
	})
}

// history is a test whose leavings go with a run of its property: a long run has thousands.
type history struct {
	testing.TB
	run *rapid.T
}

// Cleanup calls do when the run ends.
func (h history) Cleanup(do func()) { h.run.Cleanup(do) }

// TempDir is a folder that is there for the run.
func (h history) TempDir() string {
	folder := must.Get(os.MkdirTemp("", "money"))(h.run)
	h.Cleanup(func() { must.Do(h.run, os.RemoveAll(folder)) })
	return folder
}

// action is what can happen, so many times as often as others.
type action struct {
	times int
	name  string
	do    func(*rapid.T)
}

// GoString names the action in the log of a history.
func (a action) GoString() string { return a.name }

// actions are what can happen. What moves money happens more often.
func (w *world) actions() (all []action) {
	for _, one := range []action{
		{5, "give", w.give}, {4, "donate", w.donate}, {2, "pay", w.pay}, {4, "record", w.record}, {1, "record again", w.again}, {1, "fill", w.fill},
		{2, "change payment", w.happen("pay")}, {2, "refund at bank", w.happen("refund")}, {1, "refund fails", w.happen("refund fails")},
		{2, "dispute", w.happen("dispute")}, {2, "decide dispute", w.happen("decide")}, {1, "e-check returns", w.happen("returned")},
		{1, "report again", w.reportAgain}, {1, "forge", w.forge}, {1, "deafen", w.deafen}, {3, "refund", w.refund}, {1, "concede", w.concede},
		{2, "begin match", w.beginMatch}, {1, "change match", w.changeMatch}, {1, "end match", w.endMatch}, {1, "create", w.create},
		{2, "move", w.move}, {1, "join", w.join}, {1, "lend", w.lend}, {1, "publish", w.publish}, {1, "decide", w.decide}, {1, "delete", w.remove},
		{2, "close", w.close}, {1, "open other", w.openOther}, {1, "publish other", w.publishOther}, {4, "bid", w.bid}, {2, "withdraw", w.withdraw}, {3, "jump", w.jump}, {1, "set rates", w.setRates}, {2, "restart", w.restart}, {1, "rebuild", w.rebuild},
		{1, "go live", w.goLive},
	} {
		for range one.times {
			all = append(all, one)
		}
	}
	return all
}

// one draws one of some, each as likely as the others: rapid's own generators prefer the first.
func one[T any](t *rapid.T, label string, some []T) T {
	return rapid.Custom(func(t *rapid.T) T {
		n := 0
		for range 10 {
			n *= 2
			if rapid.Bool().Draw(t, "bit") {
				n++
			}
		}
		return some[n%len(some)]
	}).Draw(t, label)
}

// seldom reports whether something happens that does once in so many times.
func seldom(t *rapid.T, label string, times int) bool {
	all := make([]bool, times)
	all[times-1] = true
	return one(t, label, all)
}
