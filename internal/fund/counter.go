package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// MaxCounters is how many counters a fact has at once.
const MaxCounters = 20

// Counter adds up what a fact and everything below it raised within a time: what is left of the donations that were completed then, so that refunds lower it.
type Counter struct {
	ID, FactID ID
	// Currency is the fact's.
	Currency string
	Name     string
	// StartsAt is from when on it counts, EndsAt until when; the zero time for no end.
	StartsAt, EndsAt time.Time
	// PollOption, Via and Relay let it count only donations for an option of a poll of the fact, those that came by links with a name, and those that came by a
	// webhook relay; the zero value for all.
	PollOption ID
	Via        string
	Relay      ID
	// Raised is in minor units of Currency.
	Raised               int64
	CreatedAt, UpdatedAt time.Time
}

// Active reports whether the counter counts donations that come now.
func (c Counter) Active(now time.Time) bool { return within(now, c.StartsAt, c.EndsAt) }

// CountedDonation is what counters and timers ask of a donation.
type CountedDonation struct {
	ID          ID
	CompletedAt time.Time
	PollOption  ID
	Via         string
	Relay       ID
	Origin      Origin
	IsMatch     bool
	// Erased reports whether its donor was erased: by which link they came is not known any more.
	Erased bool
}

// Counts reports whether the counter counts a donation to its fact, or to one below that.
func (c Counter) Counts(d CountedDonation) bool {
	return !d.CompletedAt.IsZero() && within(d.CompletedAt, c.StartsAt, c.EndsAt) &&
		(c.PollOption.IsZero() || c.PollOption == d.PollOption) && (c.Via == "" || c.Via == d.Via) && (c.Relay.IsZero() || c.Relay == d.Relay)
}

// CounterPatch creates or changes a counter.
type CounterPatch struct {
	Name             Opt[string]
	StartsAt, EndsAt Opt[time.Time]
	// PollOption and Relay are found by who applies the patch.
	PollOption, Relay Opt[Key]
	Via               Opt[string]
	Invalid           fault.Fields
}

// Apply changes a counter, but for its option and its relay. One without a start begins now.
func (p CounterPatch) Apply(c *Counter, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&c.Name)
	p.StartsAt.To(&c.StartsAt)
	p.EndsAt.To(&c.EndsAt)
	p.Via.To(&c.Via)
	CheckName(&wrong, "name", &c.Name)
	if c.StartsAt.IsZero() {
		c.StartsAt = now
	}
	CheckSpan(&wrong, c.StartsAt, c.EndsAt)
	checkVia(&wrong, "via", &c.Via)
	c.UpdatedAt = now
	return wrong
}
