package fund

import (
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// The limits of how alerts follow each other.
const (
	// DefaultAlertRest is for how long nothing is shown after an alert where nobody set that up, MaxAlertRest the longest.
	DefaultAlertRest = 2 * time.Second
	MaxAlertRest     = 6 * time.Second
	// DefaultAlertsApart is how many alerts may wait to be shown one at a time where nobody set that up; MinAlertsApart and MaxAlertsApart are the fewest and the
	// most.
	DefaultAlertsApart = 5
	MinAlertsApart     = 1
	MaxAlertsApart     = 20
	// DefaultAlertAge is how old the news of a donation may be where nobody set that up, which is also the most. MinAlertAge is the least.
	DefaultAlertAge = 24 * time.Hour
	MinAlertAge     = 5 * time.Minute
	// MaxAlertBehind is how long an alert waits for others at most, while the stage plays.
	MaxAlertBehind = time.Minute
	// MaxAlertLasts is the longest alert: the longest sound and the longest speech.
	MaxAlertLasts = 50 * time.Second
	// AlertReady is how long a page takes at most to start the alert that is next, with its speech. Where it took longer, nobody was there to start it. An alert,
	// the rest after it and this together are at most MaxAlertBehind.
	AlertReady = 4 * time.Second
)

// AlertPolicy is how the alerts of a stage follow each other.
type AlertPolicy struct {
	// Rest is for how long nothing is shown after an alert.
	Rest time.Duration
	// Apart is how many alerts may wait to be shown one at a time. Of more, those that wait are shown together.
	Apart int64
	// Together is below which amount donations that wait are shown together however few they are, Jump from which amount one is shown before those that wait; both
	// in minor units, 0 for no such thing.
	Together, Jump int64
	// Age is how old a donation may be to be shown.
	Age time.Duration
}

// DefaultAlertPolicy is that of a stage that nobody set up.
func DefaultAlertPolicy() AlertPolicy {
	return AlertPolicy{Rest: DefaultAlertRest, Apart: DefaultAlertsApart, Age: DefaultAlertAge}
}

// Jumps reports whether a donation is shown before those that wait.
func (p AlertPolicy) Jumps(amount int64) bool { return p.Jump > 0 && amount >= p.Jump }

// AlertPolicyPatch changes how alerts follow each other. Together and Jump are decimal text in major units; "" is no such thing.
type AlertPolicyPatch struct {
	Rest, Age      Opt[time.Duration]
	Apart          Opt[int64]
	Together, Jump Opt[string]
}

// Apply changes the policy of a stage whose fact has the currency.
func (patch AlertPolicyPatch) Apply(p *AlertPolicy, currency string) (wrong fault.Fields) {
	patch.Rest.To(&p.Rest)
	patch.Apart.To(&p.Apart)
	patch.Age.To(&p.Age)
	if p.Rest < 0 || p.Rest > MaxAlertRest {
		wrong.Add("rest", secondsFrom(0, MaxAlertRest))
	}
	if p.Apart < MinAlertsApart || p.Apart > MaxAlertsApart {
		wrong.Add("apart", fmt.Sprintf("must be from %d to %d", MinAlertsApart, MaxAlertsApart))
	}
	if p.Age < MinAlertAge || p.Age > DefaultAlertAge {
		wrong.Add("age", fmt.Sprintf("must be from %d to %d minutes", MinAlertAge/time.Minute, DefaultAlertAge/time.Minute))
	}
	p.Together = alertAmount(&wrong, "together", patch.Together, p.Together, currency)
	p.Jump = alertAmount(&wrong, "jump", patch.Jump, p.Jump, currency)
	if p.Jump > 0 && p.Jump < p.Together {
		wrong.Add("jump", "must not be less than the amount below which donations are shown together")
	}
	return wrong
}

// alertAmount is an amount of the settings of a stage, from 0 to the most that a donation can be; "" is 0.
func alertAmount(wrong *fault.Fields, path string, set Opt[string], now int64, currency string) int64 {
	switch {
	case !set.Set:
	case set.Value == "":
		now = 0
	default:
		now = parseAmount(wrong, path, set.Value, currency)
	}
	if now > DefaultMaximum {
		wrong.Add(path, money.TooLarge)
	}
	return now
}

// AlertQueue is what waits on a stage.
type AlertQueue struct {
	// Waiting is how many alerts wait, Small how many of them are below the amount that is shown together, First the one that is next.
	Waiting, Small int
	First          *Alert
	// Oldest is when the first of those was queued that are not at the front.
	Oldest time.Time
}

// AlertGroup says which of the waiting alerts are shown with the first.
type AlertGroup uint8

// The groups. None has those at the front.
const (
	AlertAlone AlertGroup = iota
	// AlertsSmall are those below the amount that is shown together, AlertsLate those that wait for longer than AlertsTogetherAfter, AlertsAll all.
	AlertsSmall
	AlertsLate
	AlertsAll
)

// Next is the group that is shown next with the first alert of the queue, which would last for as long if it were shown alone. What the desk put to the front
// aside, nothing waits for longer than MaxAlertBehind while one alert follows the other: whatever would is shown now.
func (q AlertQueue) Next(now time.Time, s Stage, lasts time.Duration) AlertGroup {
	switch {
	case q.First == nil || q.First.Front || q.Waiting == 1:
		return AlertAlone
	case q.behind(now, s, lasts):
		return AlertsAll
	case q.First.Ahead:
		return AlertAlone
	case int64(q.Waiting) > s.Policy.Apart:
		return AlertsAll
	case now.Sub(q.First.QueuedAt) > AlertsTogetherAfter:
		return AlertsLate
	case q.Small > 1 && q.First.Amount < s.Policy.Together:
		return AlertsSmall
	default:
		return AlertAlone
	}
}

// behind reports whether something that waits would wait too long for an alert that lasts for as long. What waited before the stage began to play is not counted.
func (q AlertQueue) behind(now time.Time, s Stage, lasts time.Duration) bool {
	since := q.Oldest
	if s.BusySince.After(since) {
		since = s.BusySince
	}
	return now.Add(lasts + s.Policy.Rest + AlertReady).After(since.Add(MaxAlertBehind))
}
