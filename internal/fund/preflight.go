package fund

import "slices"

// Preflight is something that a streamer tries out before the first show, and says that it works. The set is closed.
type Preflight string

// What is tried out.
const (
	PreflightOverlay Preflight = "overlay"
	PreflightSound   Preflight = "sound"
	PreflightChat    Preflight = "chat"
	PreflightGift    Preflight = "gift"
)

// Preflights are all of them, in the order of their bits in the database, which never changes.
func Preflights() []Preflight {
	return []Preflight{PreflightOverlay, PreflightSound, PreflightChat, PreflightGift}
}

// Bit is that of the thing; 0 for none.
func (p Preflight) Bit() int64 {
	at := slices.Index(Preflights(), p)
	if at < 0 {
		return 0
	}
	return 1 << at
}
