package fund

import (
	"errors"
	"slices"
	"strconv"
	"time"
)

const (
	// MaxRetryAfter bounds the wait that a receiver may ask for.
	MaxRetryAfter = time.Hour
	// WebhookPause is how long a delivery waits that could not be attempted, for a reason on this side.
	WebhookPause = 10 * time.Second

	statusGone        = 410
	statusRateLimited = 429
)

// WebhookWaits are how long to wait before each retry of a failed delivery, by the schedule's name. That of the original ends after 3,722
// seconds. That of three days begins with it, and ends after 259,322.
func WebhookWaits(schedule string) []time.Duration {
	seconds := []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}
	if schedule == ScheduleThreeDays {
		seconds = append(seconds, 3600, 7200, 14400, 28800, 28800, 28800, 28800, 28800, 28800, 28800, 28800)
	}
	for i := range seconds {
		seconds[i] *= time.Second
	}
	return seconds
}

// WebhookStage is how far an attempt came before it failed. The set is closed.
type WebhookStage string

// The stages of an attempt. The zero value is one that was answered.
const (
	// WebhookBefore is a failure on this side before anything was sent, such as a database that is away. It says nothing about the receiver.
	WebhookBefore WebhookStage = "before"
	// WebhookDuring is a request that got no answer: the host, its address or its certificate is not good, or it took too long.
	WebhookDuring WebhookStage = "during"
	// WebhookAfter is a failure on this side to record an attempt that was answered. The answer decides as if it were recorded.
	WebhookAfter WebhookStage = "after"
)

// WebhookTry is an attempt that ended, with what its delivery wants.
type WebhookTry struct {
	Stage WebhookStage
	// Status is the status of the answer; 0 without one. RetryAfter is the header of that name.
	Status     int
	RetryAfter string
	// Failures is how many attempts of the delivery failed before this one.
	Failures int
	// Schedule is one of WebhookSchedules; "" is ScheduleTiltify.
	Schedule string
	// Standard obeys what Standard Webhooks let a receiver answer: 410 stops the endpoint, and Retry-After delays the retry.
	Standard bool
	// Refused are further statuses that say that the receiver is gone, and Pointless those that say that this message will never be taken.
	Refused, Pointless []int
	// Once is for test messages, which are not tried again.
	Once bool
	// Begun is when the schedule of the delivery began, At when the attempt ended.
	Begun, At time.Time
}

// WebhookNext is what becomes of a delivery after an attempt. The set is closed.
type WebhookNext string

// What becomes of a delivery.
const (
	WebhookDone WebhookNext = "delivered"
	// WebhookRetry attempts it again.
	WebhookRetry WebhookNext = "retry"
	// WebhookGiveUp ends this delivery alone.
	WebhookGiveUp WebhookNext = "give up"
	// WebhookDeactivated ends it and deactivates the endpoint after the last retry, WebhookEnded because the receiver is gone for good.
	WebhookDeactivated WebhookNext = "deactivate"
	WebhookEnded       WebhookNext = "gone"
)

// WebhookDecision is what follows from an attempt.
type WebhookDecision struct {
	Next WebhookNext
	// At is when it is attempted again; the zero time unless Next is WebhookRetry.
	At time.Time
	// Counts reports whether the attempt counts as a failure of the receiver.
	Counts bool
	// Alarm is what the owner of the endpoint has to be told.
	Alarm WebhookAlarm
}

// Decide is the one place that says what follows from an attempt.
func (t WebhookTry) Decide() WebhookDecision {
	switch {
	case t.Stage == WebhookBefore:
		return t.pause()
	case t.Stage != WebhookDuring && t.Status >= 200 && t.Status <= 299:
		return WebhookDecision{Next: WebhookDone}
	case t.Once:
		return WebhookDecision{Next: WebhookGiveUp, Counts: true}
	case t.Standard && t.Status == statusGone, t.Status != 0 && slices.Contains(t.Refused, t.Status):
		return WebhookDecision{Next: WebhookEnded, Counts: true, Alarm: AlarmDeactivated}
	case t.Status != 0 && slices.Contains(t.Pointless, t.Status):
		return WebhookDecision{Next: WebhookGiveUp, Counts: true}
	}
	asked, asks := t.retryAfter()
	if asks && t.Status == statusRateLimited {
		return t.obey(asked)
	}
	waits := WebhookWaits(t.Schedule)
	if t.Failures >= len(waits) {
		return WebhookDecision{Next: WebhookDeactivated, Counts: true, Alarm: AlarmDeactivated}
	}
	return WebhookDecision{
		Next: WebhookRetry, At: t.At.Add(max(asked, waits[t.Failures])), Counts: true, Alarm: WebhookAlarmAt(t.Schedule, t.Failures+1),
	}
}

// pause is for what failed on this side: it is tried again until the schedule would have ended, and never held against the endpoint.
func (t WebhookTry) pause() WebhookDecision {
	if t.Once || t.late(t.At.Add(WebhookPause)) {
		return WebhookDecision{Next: WebhookGiveUp}
	}
	return WebhookDecision{Next: WebhookRetry, At: t.At.Add(WebhookPause)}
}

// obey waits as a receiver asked that takes too many requests. It works, so that this is no failure.
func (t WebhookTry) obey(asked time.Duration) WebhookDecision {
	at := t.At.Add(max(asked, time.Second))
	if t.late(at) {
		return WebhookDecision{Next: WebhookGiveUp}
	}
	return WebhookDecision{Next: WebhookRetry, At: at}
}

// late reports whether all retries of the schedule would have been made at an instant.
func (t WebhookTry) late(at time.Time) bool {
	var whole time.Duration
	for _, wait := range WebhookWaits(t.Schedule) {
		whole += wait
	}
	return at.After(t.Begun.Add(whole))
}

// retryAfter is how long a receiver asks to wait, at most MaxRetryAfter: in seconds, or until a date in one of the forms of HTTP (RFC 9110).
func (t WebhookTry) retryAfter() (time.Duration, bool) {
	if !t.Standard || t.RetryAfter == "" {
		return 0, false
	}
	// A number that is out of range is read as the largest.
	if seconds, err := strconv.ParseUint(t.RetryAfter, 10, 31); err == nil || errors.Is(err, strconv.ErrRange) {
		return min(time.Duration(seconds)*time.Second, MaxRetryAfter), true
	}
	for _, form := range []string{"Mon, 02 Jan 2006 15:04:05 GMT", time.RFC850, time.ANSIC} {
		if until, err := time.Parse(form, t.RetryAfter); err == nil {
			return min(max(until.Sub(t.At), 0), MaxRetryAfter), true
		}
	}
	return 0, false
}

// WebhookAlarm is what the owner of an endpoint has to be told. The set is closed.
type WebhookAlarm string

// The alarms: nothing, that half of the retries failed, and that the endpoint is deactivated.
const (
	AlarmNone        WebhookAlarm = ""
	AlarmHalf        WebhookAlarm = "half"
	AlarmDeactivated WebhookAlarm = "deactivated"
)

// WebhookAlarmAt is the alarm that a number of failed attempts of a delivery raises; each is raised once.
func WebhookAlarmAt(schedule string, failures int) WebhookAlarm {
	switch retries := len(WebhookWaits(schedule)); failures {
	case 1 + retries/2:
		return AlarmHalf
	case 1 + retries:
		return AlarmDeactivated
	default:
		return AlarmNone
	}
}
