package fund

import "time"

const (
	// AlarmCalm is for how long nothing may be wrong before an alarm ends. What comes and goes is one alarm.
	AlarmCalm = 15 * time.Minute
	// AlarmSilence is after how long the alarm of a node ends that says nothing any more: it was switched off, or has another name now.
	AlarmSilence = time.Hour
	// AlarmKept is how long alarms are kept after their end.
	AlarmKept = 90 * 24 * time.Hour
	// AlarmPostedFor is how long a message to the operators' webhook is tried.
	AlarmPostedFor = 24 * time.Hour
)

// Alarm is something that is wrong with a server, from its beginning to its end.
type Alarm struct {
	ID ID
	// Check is what is wrong, such as "disk", and Node on which node; "" for the whole server. There is one open alarm of both.
	Check, Node string
	// Urgent is set for what loses or refuses something now; else it will, unless it is mended.
	Urgent bool
	// Text says what is wrong, Fix what to do about it, as of when it was last looked at.
	Text, Fix string
	// BeganAt is when it was first seen, SeenAt when it was last seen, EndedAt when it was over; the zero time while it is open.
	BeganAt, SeenAt, EndedAt time.Time
	// DueAt is when the webhook is to be told of the beginning or of the end; the zero time when it knows.
	DueAt time.Time
	// BeginPosted reports whether the webhook was told of the beginning.
	BeginPosted bool
}

// Open reports whether something is still wrong.
func (a Alarm) Open() bool { return a.EndedAt.IsZero() }

// Over reports whether an open alarm is over that node does not see: the whole server's, or its own, AlarmCalm after it was last seen, and that of a node which
// is silent.
func (a Alarm) Over(node string, now time.Time) bool {
	if a.Node == "" || a.Node == node {
		return now.Sub(a.SeenAt) >= AlarmCalm
	}
	return now.Sub(a.SeenAt) >= AlarmSilence
}
