package api

import "time"

// Tag names a thing that an answer shows (a UUID).
type Tag [16]byte

// Freshness says what a kept answer depends on.
type Freshness struct {
	// Tags are the things whose change makes the answer stale.
	Tags []Tag
	// Until is when the answer goes stale without a write; zero is no time limit.
	Until time.Time
}

// Shows is the freshness of an answer that shows these things; zero ids are nothing.
func Shows[ID ~[16]byte](ids ...ID) *Freshness {
	fresh := &Freshness{}
	for _, id := range ids {
		if tag := Tag(id); tag != (Tag{}) {
			fresh.Tags = append(fresh.Tags, tag)
		}
	}
	return fresh
}

// ChangesAt limits the freshness to the first of the instants that is still to come, and gives it back.
func (f *Freshness) ChangesAt(now time.Time, instants ...time.Time) *Freshness {
	for _, at := range instants {
		if at.After(now) && (f.Until.IsZero() || at.Before(f.Until)) {
			f.Until = at
		}
	}
	return f
}
