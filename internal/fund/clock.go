package fund

import "time"

// How far ahead of now the last donation may be stamped. Donations of a cause are stamped in their order, so that one from a clock that was
// ahead dates all later ones.
const (
	// ClockTolerance is what is no trouble: the clocks of several nodes differ a little.
	ClockTolerance = time.Minute
	// MaxClockAhead is how far a server still starts.
	MaxClockAhead = 24 * time.Hour
)
