package live

import (
	"math/rand/v2"
	"time"
)

// Reason is why a connection ends.
type Reason string

// The reasons.
const (
	// ReasonSlow is that the receiver did not read what was sent; it resumes from its last cursor.
	ReasonSlow Reason = "slow"
	// ReasonRights is that the token or session ended, or what it may do.
	ReasonRights Reason = "rights"
	// ReasonGone is that the receiver may not see any of the facts any more.
	ReasonGone Reason = "gone"
	// ReasonRefused is that the client sends what it may not, or too much.
	ReasonRefused Reason = "refused"
	// ReasonAge is that the connection is old; the receiver resumes.
	ReasonAge Reason = "age"
	// ReasonStopping is that the server stops.
	ReasonStopping Reason = "stopping"
	// ReasonReset is that the database was replaced: the receiver comes back and gets a reset.
	ReasonReset Reason = "reset"
	// ReasonRetry is that something could not be read for now.
	ReasonRetry Reason = "retry"
)

// reasons are all reasons, as they are written.
func reasons() []string {
	var all []string
	for _, r := range []Reason{ReasonSlow, ReasonRights, ReasonGone, ReasonRefused, ReasonAge, ReasonStopping, ReasonReset, ReasonRetry} {
		all = append(all, string(r))
	}
	return all
}

const (
	// soon is within what time those come back who lost their connection alone, spread those who lost it together. It is long enough
	// that 5,000 of them do not come at once.
	soon   = time.Second
	spread = 15 * time.Second
)

// End is the error of a connection that is to be closed.
type End struct {
	Reason Reason
	// Retry is after what time the receiver may come back.
	Retry time.Duration
}

// Error is the reason.
func (e *End) Error() string { return "live connection ends: " + string(e.Reason) }

// retry is after what time to come back: another one each time.
func (r Reason) retry() time.Duration {
	switch r {
	case ReasonSlow, ReasonAge, ReasonGone, ReasonRights:
		return within(soon)
	default:
		return RetryHint()
	}
}

// RetryHint is after what time a client may come back whose connection broke: another one each time, so that those who lost theirs
// together come back one by one.
func RetryHint() time.Duration { return within(spread) }

func within(d time.Duration) time.Duration {
	return d/10 + rand.N(d).Truncate(time.Millisecond) //nolint:gosec // spreads load, hides nothing
}
