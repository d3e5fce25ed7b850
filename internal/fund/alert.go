package fund

import (
	"encoding/hex"
	"time"
)

// The limits of alerts.
const (
	// AlertLasts is for how long an alert is shown.
	AlertLasts = 8 * time.Second
	// AlertsTogetherAfter is how old alerts are that are shown together however few they are: nobody was there to show them.
	AlertsTogetherAfter = 10 * time.Minute
	// AlertsKept is for how long a desk can look back at ended alerts; longer than DefaultAlertAge, so that no donation is news twice.
	AlertsKept = 7 * 24 * time.Hour
	// AlertGrace is how long after its end a page may say that it showed an alert. Of others it is not known.
	AlertGrace = 3 * time.Second
	// AlertNames is how many donors an alert of many donations names.
	AlertNames = 12
	// MaxAlertPlayers is how many pages of one overlay are known, those that may play and those that wait for that.
	MaxAlertPlayers = 20
)

// AlertState is how far an alert is.
type AlertState string

// The states of alerts. One that was started does not start again unless somebody asks for it.
const (
	AlertQueued AlertState = "queued"
	// AlertHeld waits, too, but its donation is not shown to the public, or not any more.
	AlertHeld    AlertState = "held"
	AlertPlaying AlertState = "playing"
	AlertPlayed  AlertState = "played"
	// AlertSkipped was ended by somebody at the desk, before or while it was shown.
	AlertSkipped AlertState = "skipped"
	// AlertBroken was started, and no page reported its end.
	AlertBroken AlertState = "broken"
	// AlertLeft is of a donation that its stage does not take any more, since somebody changed which it does. Nobody sees it.
	AlertLeft AlertState = "left"
)

// Alert is what a stage shows of one donation.
type Alert struct {
	ID, StageID ID
	// DonationID is zero for a test, which shows Sample.
	DonationID ID
	State      AlertState
	// Lead is the alert that it is shown with, which may be itself; zero before it is shown.
	Lead ID
	// Amount is that of the donation when it was queued, in minor units.
	Amount int64
	Sample *AlertSample
	// Front is set for what is shown before all others, and alone: tests, and what somebody asked for again.
	Front bool
	// Ahead is set for a donation of an amount that is shown before those that wait.
	Ahead bool
	// Position is that of the event of the log that queued it, by which alerts are in order; 0 for a test.
	Position int64
	// Variant is the one that it has since it was first shown; nil before that.
	Variant *ChosenVariant
	// EndsAt is when it ends; zero while it is queued, and for one that is pinned.
	QueuedAt, StartedAt, EndsAt, EndedAt time.Time
}

// Pinned reports whether the alert stays until somebody ends it.
func (a Alert) Pinned() bool { return a.State == AlertPlaying && a.EndsAt.IsZero() }

// Shows reports whether the alert is to be seen.
func (a Alert) Shows(now time.Time) bool {
	return a.State == AlertPlaying && (a.EndsAt.IsZero() || now.Before(a.EndsAt))
}

// Broken reports whether nobody is known to have seen the end of the alert.
func (a Alert) Broken(now time.Time) bool {
	return a.State == AlertBroken || a.State == AlertPlaying && !a.Pinned() && now.After(a.EndsAt.Add(AlertGrace))
}

// AlertSample is a donation that is made up for a test.
type AlertSample struct {
	Name    string `json:"name"`
	Amount  int64  `json:"amount"`
	Comment string `json:"comment,omitempty"`
	// Reward is what a made-up reward is called; "" for none. Count is how many donations there are; 0 is one.
	Reward string `json:"reward,omitempty"`
	Count  int    `json:"count,omitempty"`
	// Variant is the id of the one that is tried out; "" for the one that fits.
	Variant string `json:"variant,omitempty"`
}

// AlertShown is what is to be seen of the alerts that are shown together: what everybody may see of their donations.
type AlertShown struct {
	Alert

	// Count is how many donations there are, Total what they are together in minor units, and Donations the largest AlertNames of them.
	Count     int
	Total     int64
	Donations []PublicDonation
	// Rewards are the names of those that a single donation claims, where the text of the alert has them.
	Rewards []string
}

// DeskAct is what somebody does at the alert desk.
type DeskAct string

// The acts of a desk.
const (
	DeskPause  DeskAct = "pause"
	DeskResume DeskAct = "resume"
	// DeskOff shows nothing any more in all overlays of the stage, and ends the alert that is shown. DeskOn goes on with what waits, DeskOnEmpty without it.
	DeskOff     DeskAct = "off"
	DeskOn      DeskAct = "on"
	DeskOnEmpty DeskAct = "on_empty"
	// DeskSkip ends an alert, or takes it out of the queue; DeskAgain shows one again, next and alone.
	DeskSkip  DeskAct = "skip"
	DeskAgain DeskAct = "again"
	// DeskPin keeps the alert that is shown until DeskUnpin.
	DeskPin   DeskAct = "pin"
	DeskUnpin DeskAct = "unpin"
)

// DeskActs lists what can be done at a desk.
func DeskActs() []DeskAct {
	return []DeskAct{DeskPause, DeskResume, DeskOff, DeskOn, DeskOnEmpty, DeskSkip, DeskAgain, DeskPin, DeskUnpin}
}

// OnAlert reports whether the act is about one alert.
func (d DeskAct) OnAlert() bool {
	return d == DeskSkip || d == DeskAgain || d == DeskPin || d == DeskUnpin
}

// AlertPlayer is a page of an overlay that shows alerts.
type AlertPlayer struct {
	OverlayID ID
	// Hash is the SHA-256 of the secret in its browser.
	Hash []byte
	// Allowed reports whether it may start alerts.
	Allowed bool
	// Muted reports whether its browser lets it make no sound.
	Muted             bool
	CreatedAt, SeenAt time.Time
	// HeardAt is when it last said that its browser lets it sound; zero for never.
	HeardAt time.Time
}

// Name names the page to those who set up the stage. It is no secret: it comes from one.
func (p AlertPlayer) Name() string { return hex.EncodeToString(p.Hash) }
