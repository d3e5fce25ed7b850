package ui

import "time"

// Donation is a donation as everybody may see it.
type Donation struct {
	// ID is the donation's; "" for a sample.
	ID string
	// Name is the shown name, Comment what goes with it, "" for nothing, and Amount what is left of it after refunds.
	Name, Comment, Amount string
	Portrait              Portrait
	At                    time.Time
}
