package fund_test

import (
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

func TestAlertPolicy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patch fund.AlertPolicyPatch
		wrong string
	}{
		"nothing":              {},
		"no pause":             {patch: fund.AlertPolicyPatch{Rest: fund.Some[time.Duration](0)}},
		"the longest pause":    {patch: fund.AlertPolicyPatch{Rest: fund.Some(fund.MaxAlertRest)}},
		"less than no pause":   {patch: fund.AlertPolicyPatch{Rest: fund.Some[time.Duration](-1)}, wrong: "rest"},
		"a longer pause":       {patch: fund.AlertPolicyPatch{Rest: fund.Some(fund.MaxAlertRest + 1)}, wrong: "rest"},
		"one apart":            {patch: fund.AlertPolicyPatch{Apart: fund.Some[int64](fund.MinAlertsApart)}},
		"most apart":           {patch: fund.AlertPolicyPatch{Apart: fund.Some[int64](fund.MaxAlertsApart)}},
		"none apart":           {patch: fund.AlertPolicyPatch{Apart: fund.Some[int64](fund.MinAlertsApart - 1)}, wrong: "apart"},
		"more apart":           {patch: fund.AlertPolicyPatch{Apart: fund.Some[int64](fund.MaxAlertsApart + 1)}, wrong: "apart"},
		"the least age":        {patch: fund.AlertPolicyPatch{Age: fund.Some(fund.MinAlertAge)}},
		"the greatest age":     {patch: fund.AlertPolicyPatch{Age: fund.Some(fund.DefaultAlertAge)}},
		"younger":              {patch: fund.AlertPolicyPatch{Age: fund.Some(fund.MinAlertAge - 1)}, wrong: "age"},
		"older":                {patch: fund.AlertPolicyPatch{Age: fund.Some(fund.DefaultAlertAge + 1)}, wrong: "age"},
		"nothing together":     {patch: fund.AlertPolicyPatch{Together: fund.Some("")}},
		"the most together":    {patch: fund.AlertPolicyPatch{Together: fund.Some("999999.99")}},
		"too much together":    {patch: fund.AlertPolicyPatch{Together: fund.Some("1000000")}, wrong: "together"},
		"less than nothing":    {patch: fund.AlertPolicyPatch{Together: fund.Some("-1")}, wrong: "together"},
		"no amount":            {patch: fund.AlertPolicyPatch{Jump: fund.Some("much")}, wrong: "jump"},
		"first from the same":  {patch: fund.AlertPolicyPatch{Together: fund.Some("5"), Jump: fund.Some("5")}},
		"first from less":      {patch: fund.AlertPolicyPatch{Together: fund.Some("5"), Jump: fund.Some("4.99")}, wrong: "jump"},
		"together, and no one": {patch: fund.AlertPolicyPatch{Together: fund.Some("5"), Jump: fund.Some("")}},
	} {
		p := fund.DefaultAlertPolicy()
		wrong := c.patch.Apply(&p, "USD")
		if (c.wrong == "") != (len(wrong) == 0) || len(wrong) > 0 && wrong[0].Path != c.wrong {
			t.Errorf("%s: got %v, want %q", name, wrong, c.wrong)
		}
	}
	if whole := fund.MaxAlertLasts + fund.MaxAlertRest + fund.AlertReady; whole > fund.MaxAlertBehind {
		t.Errorf("the longest alert, pause and start take %s, more than an alert may wait", whole)
	}
}

// flow is a stage in a test: what waits there, and the policy.
type flow struct {
	fund.Stage

	waiting []fund.Alert
	now     time.Time
	// rest is when the next alert may start.
	rest time.Time
}

// queue is what waits, as a store says it.
func (f *flow) queue() (q fund.AlertQueue) {
	slices.SortStableFunc(f.waiting, func(a, b fund.Alert) int {
		if a.Ahead != b.Ahead {
			return map[bool]int{true: -1, false: 1}[a.Ahead]
		}
		return a.QueuedAt.Compare(b.QueuedAt)
	})
	for i, a := range f.waiting {
		if q.Waiting++; i == 0 {
			q.First = &f.waiting[0]
		}
		if a.Amount < f.Policy.Together {
			q.Small++
		}
		if q.Oldest.IsZero() || a.QueuedAt.Before(q.Oldest) {
			q.Oldest = a.QueuedAt
		}
	}
	return q
}

// start starts what is next, which lasts for as long alone, and returns how long what is shown waited at most since the stage began to play.
func (f *flow) start(alone time.Duration) (waited time.Duration) {
	f.Begin(f.now, f.rest)
	group, lasts := f.queue().Next(f.now, f.Stage, alone), alone
	first := f.waiting[0].QueuedAt
	shown := func(a fund.Alert) bool {
		switch group {
		case fund.AlertAlone:
			return a.QueuedAt.Equal(first)
		case fund.AlertsSmall:
			return a.Amount < f.Policy.Together
		case fund.AlertsLate:
			return f.now.Sub(a.QueuedAt) > fund.AlertsTogetherAfter
		default:
			return true
		}
	}
	if group != fund.AlertAlone {
		lasts = min(alone, 10*time.Second) // of many nothing is read aloud
	}
	f.waiting = slices.DeleteFunc(f.waiting, func(a fund.Alert) bool {
		if !shown(a) {
			return false
		}
		since := a.QueuedAt
		if f.BusySince.After(since) {
			since = f.BusySince
		}
		waited = max(waited, f.now.Sub(since))
		return true
	})
	f.rest = f.now.Add(lasts + f.Policy.Rest)
	return waited
}

// TestNothingWaitsForLong computes shows of all extreme settings, with alerts of all lengths, donations that come one at a time or many at once, and pages that
// take as long as they may: none waits for others longer than a minute.
func TestNothingWaitsForLong(t *testing.T) {
	t.Parallel()
	for _, rest := range []time.Duration{0, fund.DefaultAlertRest, fund.MaxAlertRest} {
		for _, apart := range []int64{fund.MinAlertsApart, fund.DefaultAlertsApart, fund.MaxAlertsApart} {
			for _, amounts := range [][2]int64{{0, 0}, {500, 0}, {0, 1}, {0, 900}, {500, 500}, {1 << 40, 0}} {
				p := fund.AlertPolicy{Rest: rest, Apart: apart, Together: amounts[0], Jump: amounts[1], Age: fund.MinAlertAge}
				for _, alone := range []time.Duration{fund.AlertLasts, 17 * time.Second, fund.MaxAlertLasts} {
					for _, each := range []time.Duration{time.Second, 7 * time.Second, 31 * time.Second} {
						for _, crowd := range []int{1, 3, 9} {
							if waited := longestWait(p, alone, each, crowd); waited > fund.MaxAlertBehind {
								t.Fatalf("%+v, alerts of %s, %d gifts each %s: got one that waited for %s, want at most %s", p, alone, crowd, each, waited, fund.MaxAlertBehind)
							}
						}
					}
				}
			}
		}
	}
}

// longestWait plays a show of some minutes with crowds of donations that come after each other.
func longestWait(p fund.AlertPolicy, alone, each time.Duration, crowd int) (longest time.Duration) {
	begin := time.Unix(1e9, 0)
	f := flow{now: begin, rest: begin, Stage: fund.Stage{Policy: p}}
	next, number := begin, int64(0)
	for f.now.Before(begin.Add(4 * time.Minute)) {
		for ; !next.After(f.now); next = next.Add(each) {
			for range crowd {
				number++
				amount := number * 37 % 1000
				f.waiting = append(f.waiting, fund.Alert{QueuedAt: next.Add(time.Duration(number)), Amount: amount, Ahead: p.Jumps(amount)})
			}
		}
		if len(f.waiting) > 0 {
			longest = max(longest, f.start(alone))
		}
		if f.now = f.rest.Add(fund.AlertReady); len(f.waiting) == 0 && next.After(f.now) {
			f.now = next
		}
	}
	return longest
}

// TestWhatIsShownTogether names the group of some queues.
func TestWhatIsShownTogether(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	ago := func(d time.Duration) fund.Alert { return fund.Alert{QueuedAt: now.Add(-d), Amount: 100} }
	small := fund.AlertPolicy{Apart: 5, Together: 101}
	for name, c := range map[string]struct {
		first   fund.Alert
		waiting int
		policy  fund.AlertPolicy
		busy    time.Duration
		want    fund.AlertGroup
	}{
		"one":                        {first: ago(time.Hour), waiting: 1, busy: 2 * time.Hour, want: fund.AlertAlone},
		"as many as wait apart":      {first: ago(1), waiting: 5, want: fund.AlertAlone},
		"more":                       {first: ago(1), waiting: 6, want: fund.AlertsAll},
		"more, behind a large one":   {first: fund.Alert{QueuedAt: now, Ahead: true}, waiting: 6, want: fund.AlertAlone},
		"more, behind a test":        {first: fund.Alert{QueuedAt: now, Front: true}, waiting: 60, want: fund.AlertAlone},
		"since before it was opened": {first: ago(time.Minute), waiting: 3, want: fund.AlertAlone},
		"for nearly a minute":        {first: ago(50 * time.Second), waiting: 3, busy: time.Hour, want: fund.AlertsAll},
		"for less":                   {first: ago(46 * time.Second), waiting: 3, busy: time.Hour, want: fund.AlertAlone},
		"for long":                   {first: ago(fund.AlertsTogetherAfter + 1), waiting: 2, want: fund.AlertsLate},
		"small ones":                 {first: ago(1), waiting: 2, policy: small, want: fund.AlertsSmall},
		"a larger one first":         {first: fund.Alert{QueuedAt: now, Amount: 101}, waiting: 3, policy: small, want: fund.AlertAlone},
	} {
		s := fund.Stage{Policy: c.policy, BusySince: now.Add(-c.busy)}
		if s.Policy.Apart == 0 {
			s.Policy = fund.DefaultAlertPolicy()
		}
		q := fund.AlertQueue{Waiting: c.waiting, First: &c.first, Oldest: c.first.QueuedAt}
		if s.Policy.Together > 0 {
			q.Small = 2
		}
		if got := q.Next(now, s, fund.AlertLasts); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}
