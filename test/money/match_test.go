package money_test

import (
	"fmt"
	"net/http"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// pledges are what matchers promise, in JSON.
var pledges = []string{`"20"`, `"150"`, `"1000000"`, `"0.01"`, `"1"`, `"10000000000"`, `"0"`, `"-20"`, `"99999999999999999999"`, `null`}

// moments are when a match begins, or how long it lasts.
var (
	begins = []time.Duration{0, -time.Second, -30 * time.Second, -time.Hour, -1000 * time.Hour, time.Hour, 100 * time.Hour}
	lasts  = []time.Duration{200 * time.Hour, 24 * time.Hour, time.Minute, time.Second, time.Microsecond, 0, -time.Hour, 250 * 365 * 24 * time.Hour}
)

// beginMatch begins a donation match.
func (w *world) beginMatch(t *rapid.T) {
	f := w.pick(t, func(f *fact) bool { return changing(f) && f.kind != "cause" })
	m := &match{to: f}
	body, past := w.matchBody(t)
	var ok bool
	if m.named, ok = write[named](w, http.MethodPost, f.address()+"/donation_matches", body); !ok {
		return
	}
	if past {
		t.Fatalf("a match with a window in the past was made: %s", body)
	}
	m.id = must.Get(fund.ParseID(m.ID))(t)
	w.matches = append(w.matches, m)
	w.recounted = m
}

// matchBody draws what a match should be, and whether it may not be because it begins in the past.
func (w *world) matchBody(t *rapid.T) (body string, past bool) {
	begins, lasts, pledges := begins, lasts, pledges
	if one(t, "plain", []bool{true, true, false}) {
		begins, lasts, pledges = begins[:3], lasts[:3], pledges[:4]
	}
	begin := one(t, "begins", begins)
	starts := w.clock.Now().Add(begin)
	ends := starts.Add(one(t, "lasts", lasts))
	pledge := one(t, "pledge", pledges)
	kind := one(t, "type", []fund.MatchType{fund.MatchAmount, fund.MatchAmount, fund.MatchAll})
	if kind == fund.MatchAll {
		pledge = "null"
	}
	body = fmt.Sprintf(`{"matched_by":"Friend","match_type":%q,"pledged_amount":%s,"starts_at":%q,"ends_at":%q}`,
		kind, pledge, starts.Format(time.RFC3339Nano), ends.Format(time.RFC3339Nano))
	return body, begin < -fund.PastTolerance
}

func (w *world) someMatch(t *rapid.T) *match {
	if len(w.matches) == 0 {
		t.Skip("there is no match")
	}
	return one(t, "match", w.matches)
}

// changeMatch changes a match: its window, or its pledge.
func (w *world) changeMatch(t *rapid.T) {
	m := w.someMatch(t)
	body, past := w.matchBody(t)
	w.recounted = m
	if _, ok := write[named](w, http.MethodPatch, "/api/private/donation_matches/"+m.ID, body); ok && (past || m.ended) {
		t.Fatalf("a match that has ended or a window in the past was changed: %s", body)
	}
}

// endMatch ends a match by hand.
func (w *world) endMatch(t *rapid.T) {
	m := w.someMatch(t)
	if _, ok := write[named](w, http.MethodPost, "/api/private/donation_matches/"+m.ID+"/end", ""); ok && m.ended {
		t.Fatal("a match ended twice")
	}
}
