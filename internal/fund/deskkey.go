package fund

import "time"

// MaxDeskKeys is how many keys of its alert desk a stage has at once.
const MaxDeskKeys = 20

// DeskKey lets a program run the alert desk of a stage, and nothing else. Its text is not stored.
type DeskKey struct {
	ID, StageID, FactID ID
	// Name is what those who made it call it.
	Name string
	// UsedAt is when it did something last, EndedAt when it was ended; zero for never.
	CreatedAt, UsedAt, EndedAt time.Time
}
