package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// LiveFor is for how long a fact is live after its streamer said so, unless they say so again or end it before.
const LiveFor = 12 * time.Hour

// MaxLive is how many facts of one user, team or cause are live at once: whoever follows an owner is told of each.
const MaxLive = 10

// Live reports whether the streamer of the fact is live, as they said: that counts while the fact takes donations, between its dates.
func (f Fact) Live(now time.Time) bool {
	return now.Before(f.LiveUntil) && f.TakesDonations() && within(now, f.StartsAt, f.EndsAt)
}

// StartLive makes the fact live for LiveFor, or until it ends if that is sooner. One that is live already stays so for longer.
func (f *Fact) StartLive(now time.Time) (wrong fault.Fields) {
	switch {
	case f.Status == Retired:
		wrong.Add("status", IsRetired)
	case f.Status != Published:
		wrong.Add("status", "is not published: publish the "+f.Kind.Noun()+" before you go live")
	}
	if f.Approval != Approved {
		wrong.Add("approval", "is "+string(f.Approval)+": an operator of this server approves it before anybody can go live")
	}
	if now.Before(f.StartsAt) {
		wrong.Add("starts_at", "is yet to come: set it to now or earlier before you go live")
	}
	if !f.EndsAt.IsZero() && !now.Before(f.EndsAt) {
		wrong.Add("ends_at", "has passed: set it to a later time before you go live")
	}
	if len(wrong) > 0 {
		return wrong
	}
	if !f.Live(now) {
		f.LiveFrom = now
	}
	f.LiveUntil = f.liveAtMost(now.Add(LiveFor))
	return nil
}

// LimitLive ends that the fact is live at its end.
func (f *Fact) LimitLive() { f.LiveUntil = f.liveAtMost(f.LiveUntil) }

func (f Fact) liveAtMost(until time.Time) time.Time {
	if !f.EndsAt.IsZero() && f.EndsAt.Before(until) {
		return f.EndsAt
	}
	return until
}
