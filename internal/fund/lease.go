package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

const (
	// LeasedAtOnce is how many donations that wait a screener has at once. Nobody else is given those before they are decided about, or the lease ends.
	LeasedAtOnce = 5
	// LeaseStays is how long a screener has them who does nothing.
	LeaseStays = time.Minute
	// LeaseRenews is how much of that is over before it is renewed: whoever looks every moment writes now and then.
	LeaseRenews = 10 * time.Second
	// MaxWaitingCount is how many donations that wait are counted.
	MaxWaitingCount = 99_999
	// MaxUndo is how many of their last decisions a screener can take back.
	MaxUndo = 20
	// MaxScreeningNote is how many characters a note about a donation may have.
	MaxScreeningNote = 500
	// MaxHandover is how many characters what one shift tells the next one may have.
	MaxHandover = 2000
)

// ScreeningLease is a donation that waits, and who decides about it.
type ScreeningLease struct {
	DonationID, FactID ID
	// Screener is a user or a grant, with the name as read; "" for an unknown one.
	Screener Ref
	EndsAt   time.Time
	// TwoPasses is set where a screener is given no donations that they passed on.
	TwoPasses bool
}

// Fresh reports whether the lease needs no renewal yet.
func (l ScreeningLease) Fresh(now time.Time) bool { return l.EndsAt.Sub(now) > LeaseStays-LeaseRenews }

// ScreenerSeen is somebody who screens: a user or a grant, with the name as read, and when they last looked at what waits.
type ScreenerSeen struct {
	ID     ID
	Name   string
	SeenAt time.Time
}

// ScreeningDecision is what a screener made of a donation, and what it was.
type ScreeningDecision struct {
	ID, FactID, Screener, DonationID ID
	Was, Became                      Screening
	// Passed is set where the screener passed it on for another one to show it.
	Passed bool
}

// ScreeningPass is a donation that waits, and who passed it on for another screener to show it.
type ScreeningPass struct {
	DonationID, FactID ID
	// Screener is a user or a grant, with the name as read; "" for an unknown one.
	Screener Ref
	At       time.Time
}

// ScreeningNote is what those who screen tell each other about a donation, or one shift the next one about a fact.
type ScreeningNote struct {
	// About is the donation or the fact.
	About ID
	Text  string
	// Version counts the notes about a fact from 1 on; 0 for none. Those about donations have no version.
	Version int64
	// By is the user or grant who wrote it, with the name as read; "" for an unknown one.
	By Ref
	At time.Time
}

// CheckNote accepts an optional text of several lines.
func CheckNote(wrong *fault.Fields, path string, note *string, limit int) {
	checkLines(wrong, path, note, limit)
}

// CheckShownName accepts the name of a donor to be shown; "" for what the donor typed.
func CheckShownName(wrong *fault.Fields, path string, name *string) {
	checkText(wrong, path, name, MaxDonorName)
}
