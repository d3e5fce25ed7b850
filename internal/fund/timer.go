package fund

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// The limits of timers.
const (
	// MaxTimers is how many timers a fact has at once.
	MaxTimers = 5
	// MaxTimerLength is how much time a timer gets at most since it was started.
	MaxTimerLength = 366 * 24 * time.Hour
	// MaxTimerRate is how much time one unit of the currency, or one donation, adds at most.
	MaxTimerRate = 24 * time.Hour
	// MaxTimerFactor is how many times as much donations add at most in the time of a factor.
	MaxTimerFactor = 10
	// MaxTimerReason is how many characters the reason for an act may have.
	MaxTimerReason = 200
)

// TimerState is how a timer is.
type TimerState string

// The states of timers.
const (
	// TimerOff is yet to be started.
	TimerOff     TimerState = "off"
	TimerRunning TimerState = "running"
	// TimerPaused stands still. Donations add to it.
	TimerPaused TimerState = "paused"
	// TimerOver has run down. Nothing adds to it until somebody starts it again.
	TimerOver TimerState = "over"
)

// Timer is a clock that runs down, and that donations to its fact, and to all below it, add to. Lengths are whole seconds.
type Timer struct {
	ID, FactID ID
	Name       string
	State      TimerState
	// StartedAt is when it was started last; EndsAt is when it ends, if it runs or is over.
	StartedAt, EndsAt time.Time
	// EndReported is the last end that was reported.
	EndReported time.Time
	// Left is what is left while it is paused.
	Left time.Duration
	// Length is what it starts with; Granted is what it got since then, with that.
	Length, Granted time.Duration
	// PerUnit is what one unit of the currency adds, and PerDonation one donation.
	PerUnit, PerDonation time.Duration
	// Carry is what donations gave that was not enough for a second, in seconds of one minor unit.
	Carry int64
	// MaxLength is how much time it gets at most since it was started, LatestEnd when it ends at the latest; the zero value for no such limit.
	MaxLength time.Duration
	LatestEnd time.Time
	// Factor is how many times as much donations add from FactorFrom to FactorUntil; 1 for no more than usual.
	Factor                  int64
	FactorFrom, FactorUntil time.Time
	// Offline and Matches let donations without a payment, and those of matchers, add; Refunds lets what goes back be taken off.
	Offline, Matches, Refunds bool
	CreatedAt, UpdatedAt      time.Time
}

// StateAt is how the timer is at an instant: one whose end has passed is over.
func (t Timer) StateAt(now time.Time) TimerState {
	if t.State == TimerRunning && !now.Before(t.EndsAt) {
		return TimerOver
	}
	return t.State
}

// LeftAt is what is left at an instant.
func (t Timer) LeftAt(now time.Time) time.Duration {
	switch t.StateAt(now) {
	case TimerOff:
		return t.Length
	case TimerRunning:
		return t.EndsAt.Sub(now)
	case TimerPaused:
		return t.Left
	default:
		return 0
	}
}

// ClockText is a length of time as a timer shows it, with the second that has begun: 1:02:03 or 2:03.
func ClockText(d time.Duration) string {
	seconds := int64((d + time.Second - 1) / time.Second)
	if seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// ReadClock reads a length of time as somebody types it: seconds alone, 2:03 or 1:02:03.
func ReadClock(typed string) (d time.Duration, ok bool) {
	parts := strings.Split(strings.TrimSpace(typed), ":")
	if len(parts) > 3 {
		return 0, false
	}
	var seconds int64
	for i, part := range parts {
		number, ok := money.ReadCount(part)
		if !ok || number < 0 || number > int64(MaxTimerLength/time.Second) || i > 0 && number > 59 {
			return 0, false
		}
		seconds = seconds*60 + number
	}
	return min(time.Duration(seconds), MaxTimerLength/time.Second+1) * time.Second, true
}

// Take counts an event about a donation, in a currency of so many minor units to one, and reports whether the timer is another one now. Times are those of the
// events, so that it does not matter when and where they are read.
func (t *Timer) Take(e Event, d CountedDonation, unit int64) (changed bool) {
	switch {
	case t.State != TimerRunning && t.State != TimerPaused:
		return false
	case t.State == TimerRunning && (!e.At.Before(t.EndsAt) || t.EndReported.Equal(t.EndsAt)): // what comes to light after that does not revive it
		t.State = TimerOver
		return true
	case d.CompletedAt.Before(t.StartedAt), d.Origin == OriginImport, d.Origin == OriginOffline && !t.Offline, d.IsMatch && !t.Matches,
		e.Topic != TopicDonationCompleted && !t.Refunds:
		return false
	}
	factor := int64(1)
	if t.Factor > 1 && within(d.CompletedAt, t.FactorFrom, t.FactorUntil) {
		factor = t.Factor
	}
	was := *t
	t.add(t.worth(e.Amount, factor, unit) + time.Duration(factor*donationsOf(e))*t.PerDonation)
	return *t != was
}

// worth is the time of an amount, in whole seconds. What is left over is carried on.
func (t *Timer) worth(amount, factor, unit int64) time.Duration {
	seconds := new(big.Int).Mul(big.NewInt(amount), big.NewInt(factor*int64(t.PerUnit/time.Second)))
	rest := new(big.Int)
	seconds.DivMod(seconds.Add(seconds, big.NewInt(t.Carry)), big.NewInt(unit), rest)
	t.Carry = rest.Int64()
	if most := int64(MaxTimerLength / time.Second); seconds.CmpAbs(big.NewInt(most)) > 0 {
		return time.Duration(seconds.Sign()) * MaxTimerLength
	}
	return time.Duration(seconds.Int64()) * time.Second
}

// donationsOf is by how many donations there are more after an event: one that went back as a whole is none any more.
func donationsOf(e Event) int64 {
	gone := []string{string(DonationRefunded), string(DonationLost)}
	switch was, is := slices.Contains(gone, e.Detail.From), slices.Contains(gone, e.Detail.To); {
	case e.Topic == TopicDonationCompleted, was && !is && e.Detail.To != "":
		return 1
	case is && !was:
		return -1
	default:
		return 0
	}
}

// add adds time, as much as the limits of the timer let it, or takes time off.
func (t *Timer) add(d time.Duration) {
	most := MaxTimerLength
	if t.MaxLength > 0 {
		most = t.MaxLength
	}
	if d > 0 {
		d = min(d, max(0, most-t.Granted))
		if t.State == TimerRunning && !t.LatestEnd.IsZero() {
			d = min(d, max(0, t.LatestEnd.Sub(t.EndsAt).Truncate(time.Second)))
		}
	}
	if t.State == TimerPaused {
		d = max(d, -t.Left)
		t.Left += d
	} else {
		t.EndsAt = t.EndsAt.Add(d)
	}
	t.Granted += d.Truncate(time.Second)
}

// endIn has the timer run, and end after a time, at its latest end at most.
func (t *Timer) endIn(left time.Duration, now time.Time) {
	t.State, t.EndsAt, t.Left = TimerRunning, now.Add(left), 0
	if !t.LatestEnd.IsZero() && t.LatestEnd.Before(t.EndsAt) {
		t.EndsAt = t.LatestEnd
	}
}

// End notes that the end of a timer is reported, if it has passed by an instant and was not. It returns whether that was so.
func (t *Timer) End(now time.Time) (due bool) {
	if t.EndsAt.IsZero() || now.Before(t.EndsAt) || t.EndReported.Equal(t.EndsAt) {
		return false
	}
	t.EndReported = t.EndsAt
	return true
}

// TimerAct is what becomes of a timer.
type TimerAct string

// The acts: what somebody does, and what the log of a timer holds besides.
const (
	// TimerStart starts a timer with its length, also one that is paused or over.
	TimerStart  TimerAct = "start"
	TimerPause  TimerAct = "pause"
	TimerResume TimerAct = "resume"
	// TimerAdd adds time, or takes it off.
	TimerAdd TimerAct = "add"
	// TimerGifts says that donations added time, or that what went back took it off.
	TimerGifts TimerAct = "gifts"
	// TimerEnd says that it ran out.
	TimerEnd TimerAct = "end"
)

// TimerRun is something to do with a timer.
type TimerRun struct {
	Act TimerAct
	// By is how much time is added; less than 0 takes it off.
	By time.Duration
	// Reason is why, for those who run the stage; "" for none.
	Reason  string
	Invalid fault.Fields
}

// TimerEntry is a line of the log of a timer.
type TimerEntry struct {
	TimerID ID
	// Number is 1, 2, 3 … in the order of the log of a timer.
	Number int64
	At     time.Time
	Act    TimerAct
	// By is how much time was added, less than 0 for what was taken off. Gifts is how many donations did so, of an entry of donations.
	By    time.Duration
	Gifts int64
	// Reason is why somebody did it.
	Reason string
	// Actor is who did it; zero for nobody. Name is what they are called.
	Actor ID
	Name  string
}

// Already reports whether the timer is as an act makes it: one that was sent again because its answer was lost changes nothing.
func (t Timer) Already(act TimerAct, now time.Time) bool {
	is := t.StateAt(now)
	return is == TimerRunning && (act == TimerStart || act == TimerResume) || is == TimerPaused && act == TimerPause
}

// Run does something with the timer, if it is not done already. What does not fit its state is Invalid at state.
func (t *Timer) Run(r *TimerRun, now time.Time) fault.Fields {
	wrong := begin(r.Invalid)
	is, act, by := t.StateAt(now), r.Act, r.By
	checkText(&wrong, "reason", &r.Reason, MaxTimerReason)
	fits := map[TimerAct]bool{
		TimerStart: true, TimerPause: is == TimerRunning, TimerResume: is == TimerPaused, TimerAdd: is == TimerRunning || is == TimerPaused,
	}[act]
	switch {
	case t.Already(act, now):
		return wrong
	case act == TimerAdd && (by == 0 || by.Abs() > MaxTimerLength):
		wrong.Add("seconds", "must not be 0, and "+secondsFrom(-MaxTimerLength, MaxTimerLength))
	case act == TimerStart && !t.LatestEnd.IsZero() && !now.Before(t.LatestEnd):
		wrong.Add("latest_end", "has passed")
	case !fits:
		wrong.Add("state", fmt.Sprintf("is %s, which does not let it %s", is, act))
	}
	if len(wrong) > 0 {
		return wrong
	}
	switch act {
	case TimerStart:
		t.StartedAt, t.Granted, t.Carry = now, t.Length, 0
		t.endIn(t.Length, now)
	case TimerPause:
		t.State, t.Left, t.EndsAt = TimerPaused, t.EndsAt.Sub(now), time.Time{}
	case TimerResume:
		t.endIn(t.Left, now)
	case TimerAdd:
		t.add(by)
	}
	t.UpdatedAt = now
	return nil
}

// TimerPatch creates or changes a timer.
type TimerPatch struct {
	Name                               Opt[string]
	Length, PerUnit, PerDonation       Opt[time.Duration]
	MaxLength                          Opt[time.Duration]
	Factor                             Opt[int64]
	LatestEnd, FactorFrom, FactorUntil Opt[time.Time]
	Offline, Matches, Refunds          Opt[bool]
	Invalid                            fault.Fields
}

// Apply changes a timer. One that runs ends no later than its latest end from then on; what it got already stays otherwise.
func (p TimerPatch) Apply(t *Timer, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&t.Name)
	p.Length.To(&t.Length)
	p.PerUnit.To(&t.PerUnit)
	p.PerDonation.To(&t.PerDonation)
	p.MaxLength.To(&t.MaxLength)
	p.LatestEnd.To(&t.LatestEnd)
	p.Factor.To(&t.Factor)
	p.FactorFrom.To(&t.FactorFrom)
	p.FactorUntil.To(&t.FactorUntil)
	p.Offline.To(&t.Offline)
	p.Matches.To(&t.Matches)
	p.Refunds.To(&t.Refunds)
	CheckName(&wrong, "name", &t.Name)
	for _, one := range []struct {
		path           string
		is, least, max time.Duration
	}{
		{"starting_length", t.Length, time.Second, MaxTimerLength}, {"per_unit", t.PerUnit, 0, MaxTimerRate}, {"per_donation", t.PerDonation, 0, MaxTimerRate},
		{"max_length", t.MaxLength, 0, MaxTimerLength},
	} {
		if one.is < one.least || one.is > one.max {
			wrong.Add(one.path, secondsFrom(one.least, one.max))
		}
	}
	if t.MaxLength > 0 && t.MaxLength < t.Length {
		wrong.Add("max_length", "must be at least the length that it starts with")
	}
	if t.Factor < 1 || t.Factor > MaxTimerFactor {
		wrong.Add("factor", fmt.Sprintf("must be from 1 to %d", MaxTimerFactor))
	}
	if !t.FactorFrom.IsZero() && !t.FactorUntil.IsZero() && !t.FactorUntil.After(t.FactorFrom) {
		wrong.Add("factor_until", AfterStart)
	}
	if t.StateAt(now) == TimerRunning && !t.LatestEnd.IsZero() && t.LatestEnd.Before(t.EndsAt) {
		t.EndsAt = t.LatestEnd
	}
	t.UpdatedAt = now
	return wrong
}
