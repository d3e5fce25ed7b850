package fund

import "time"

const (
	// LeasedAtOnce is how many donations that wait a screener has at once. Nobody else is given those before they are decided about, or the lease ends.
	LeasedAtOnce = 5
	// LeaseStays is how long a screener has them who does nothing.
	LeaseStays = time.Minute
	// LeaseRenews is how much of that is over before it is renewed: whoever looks every moment writes now and then.
	LeaseRenews = 10 * time.Second
	// MaxWaitingCount is how many donations that wait are counted.
	MaxWaitingCount = 99_999
)

// ScreeningLease is a donation that waits, and who decides about it.
type ScreeningLease struct {
	DonationID, FactID ID
	// Screener is a user or a grant, with the name as read; "" for an unknown one.
	Screener Ref
	EndsAt   time.Time
}

// Fresh reports whether the lease needs no renewal yet.
func (l ScreeningLease) Fresh(now time.Time) bool { return l.EndsAt.Sub(now) > LeaseStays-LeaseRenews }

// ScreenerSeen is somebody who screens: a user or a grant, with the name as read, and when they last looked at what waits.
type ScreenerSeen struct {
	ID     ID
	Name   string
	SeenAt time.Time
}
