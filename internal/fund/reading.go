package fund

import (
	"time"
	"unicode"
)

const (
	// ReaderLooksBack is how long a donation waits to be read aloud. An older one is old news, and is not in the view of who reads any more.
	ReaderLooksBack = 72 * time.Hour
	// MaxReadings is how many donations that wait the view of who reads lists.
	MaxReadings = 10
	// MaxReadingBacklog is how many of them it counts.
	MaxReadingBacklog = 999
	// MaxPinned is how many donations to a fact can be pinned at once.
	MaxPinned = 10
	// LastReadings is how many donations that were read the view lists, so that one can be taken back.
	LastReadings = 3
)

// Reading is what those see of a donation who read it aloud: what everybody sees, with a comment that is for the host only.
type Reading struct {
	ID ID
	// Name is the display name, Comment the approved comment; "" for none.
	Name, Comment string
	// Amount is the net amount, in minor units of Currency.
	Amount      int64
	Currency    string
	CompletedAt time.Time
	// PollOption, Poll and Target are the incentive selection; nil for none. Rewards are what was claimed.
	PollOption, Poll, Target *Ref
	Rewards                  []ReadReward
	// SentAt is when somebody moved it to the front, PinnedAt when somebody pinned it, ReadAt when it was read; zero for never.
	SentAt, PinnedAt, ReadAt time.Time
}

// ReadReward is how many of a reward a donation claimed.
type ReadReward struct {
	Name     string
	Quantity int64
}

// Readable reports whether the donation may be read aloud: it is listed, and nothing of it waits for somebody to look at it, or was hidden.
func (d Donation) Readable() bool { return d.Listed() && d.Screening.CommentRead() }

// Reading is what those see of a readable donation who read it aloud.
func (d Donation) Reading() Reading {
	r := Reading{
		ID: d.ID, Name: d.DisplayName(), Comment: d.Comment, Amount: d.Net(), Currency: d.Currency, CompletedAt: d.CompletedAt,
		PollOption: d.PollOption, Poll: d.Poll, Target: d.Target,
	}
	for _, c := range d.Claims {
		r.Rewards = append(r.Rewards, ReadReward{c.Reward.Name, c.Quantity})
	}
	return r
}

const (
	// readingStart is how long name and amount take, readingPace how many letters are read in a second.
	readingStart = 3 * time.Second
	readingPace  = 14
	// wideLetters is for how many letters of an alphabet a sign stands that writes a syllable or a word.
	wideLetters = 3
)

// Takes is about how long reading it aloud takes, in whole seconds.
func (r Reading) Takes() time.Duration {
	letters := 0
	for _, sign := range r.Comment {
		if unicode.In(sign, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			letters += wideLetters
		} else {
			letters++
		}
	}
	return readingStart + time.Duration((letters+readingPace-1)/readingPace)*time.Second
}
