package fund

import "time"

// Event is an entry of the ordered log of changes.
type Event struct {
	// Position is 1, 2, 3 … in the order of commit; 0 until it is appended.
	Position int64
	// Topic is the kind of change.
	Topic Topic
	// Subject is the changed object, Facts the facts whose responses show it: the fact concerned and its ancestors.
	Subject ID
	Facts   []ID
	// Amount is the change in the amount of a donation, in minor units; 0 if no money moved.
	Amount int64
	At     time.Time
	// Detail is what the event reports beyond its amount; the zero value for nothing.
	Detail Detail
	// Version is that of the event's shape: EventVersion when it is appended.
	Version int
	// Test marks an event of a rehearsal: nothing changed, its subject is not stored, and it counts nowhere.
	Test bool
}

// EventVersion is the version of the shape of the events that are appended now. Readers of the log see events of earlier versions, too.
const EventVersion = 1

// EventRetention is how long the log keeps events at least; see store.Tx.PruneEvents for what it keeps longer.
const EventRetention = 90 * 24 * time.Hour

// Detail is what an event reports beyond its amount: ids, amounts and states, never a text or a name. What it does not hold is read from the
// subject. docs/events.md lists which topic fills in what.
type Detail struct {
	// From and To are the subject's state before and after; both are "" where no state changed.
	From, To string
	// Parent is what the subject is a part of besides its fact: the poll of an option, the item of a bid.
	Parent ID
	// Donation is the donation that caused the change.
	Donation ID
	// Amount is what the total is measured against, in minor units: the amount of a goal, target, milestone or pledge. Total is the total
	// after the change.
	Amount, Total int64
	// Left is how many of a limited reward are left.
	Left int64
	// Sample is the subject of a test event as JSON, at most MaxSampleBytes.
	Sample []byte
}

// MaxSampleBytes is how large the sample of a test event may be.
const MaxSampleBytes = 16 << 10

// IsZero reports whether there is no detail.
func (d Detail) IsZero() bool {
	return d.From == "" && d.To == "" && d.Parent.IsZero() && d.Donation.IsZero() && d.Amount == 0 && d.Total == 0 && d.Left == 0 && len(d.Sample) == 0
}
