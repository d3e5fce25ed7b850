package fund

import (
	"slices"
	"time"
)

// DonationSettings are the rules under which a fact takes donations. A setting that is not set is inherited from the nearest ancestor that
// sets it, and finally from DefaultDonationSettings.
type DonationSettings struct {
	FactID ID
	// Minimum and Maximum bound a donation, in minor units; 0 inherits.
	Minimum, Maximum int64
	// Presets are the suggested amounts, in minor units; nil inherits.
	Presets []int64
	// Screening says what is held for review.
	Screening ScreeningMode
	// Words hold a donation whose name or comment contains one of them, in every mode and however it is written. Leet also reads digits and
	// signs as letters. nil inherits both.
	Words []string
	Leet  bool
	// Allowed are words and phrases that contain one of Words and hold nothing; nil inherits.
	Allowed []string
	// ReleaseAfter is how long after the donation a held one is released automatically; 0 for never.
	ReleaseAfter time.Duration
	// ReleaseAttended lets what ScreenEverything held be released only while somebody screens. It goes with Screening.
	ReleaseAttended bool
	// ShippedWords holds what has a word of the list that comes with the program, as one of Words does. NoContacts holds what leads elsewhere, such as a link or a
	// telephone number, and nobody can show it. Both hold below a fact whatever is set there.
	ShippedWords, NoContacts bool
	// TwoPasses has a screener pass a donation that waits on, and another one show it; see ScreeningPass. It holds below a fact whatever is set there.
	TwoPasses bool
	// OfflineMaximum and OfflineDailyMaximum are what each of those who raise money for a cause may record without a payment, at once and
	// a day, in minor units; 0 is nothing. Only a cause sets them.
	OfflineMaximum, OfflineDailyMaximum int64
	// StreamersShip lets those who raise money for a cause see the answers and shipping addresses of claimed rewards, and fulfill them: of a cause
	// or an event at all of its campaigns, of another fact at it and at what supports it. It holds below a fact whatever is set there.
	StreamersShip bool
	// Thanks are the fundraiser's own words on the page that thanks a donor, in plain text; "" for none. StreamDelay is how long after it happened
	// viewers of the fact's stream see something; 0 for unknown. Neither is inherited.
	Thanks      string
	StreamDelay time.Duration
	// Statement is what a cause tells donors before they pay, in plain text; "" for nothing. InstantOnly leaves out the methods of payment that take
	// days. Only a cause sets them.
	Statement   string
	InstantOnly bool
	UpdatedAt   time.Time
}

// SameBounds reports whether the amounts that are taken and suggested are the same.
func (g DonationSettings) SameBounds(other DonationSettings) bool {
	return g.Minimum == other.Minimum && g.Maximum == other.Maximum && slices.Equal(g.Presets, other.Presets)
}

// SameOffline reports whether the same may be recorded without a payment.
func (g DonationSettings) SameOffline(other DonationSettings) bool {
	return g.OfflineMaximum == other.OfflineMaximum && g.OfflineDailyMaximum == other.OfflineDailyMaximum
}

// SameWords reports whether donors are thanked with the same words, and told the same delay.
func (g DonationSettings) SameWords(other DonationSettings) bool {
	return g.Thanks == other.Thanks && g.StreamDelay == other.StreamDelay
}

// OnlyScreening are the settings that say what is held, without the others.
func (g DonationSettings) OnlyScreening() DonationSettings {
	return DonationSettings{
		FactID: g.FactID, Screening: g.Screening, Words: g.Words, Leet: g.Leet, Allowed: g.Allowed, ReleaseAfter: g.ReleaseAfter,
		ReleaseAttended: g.ReleaseAttended, ShippedWords: g.ShippedWords, NoContacts: g.NoContacts, TwoPasses: g.TwoPasses, UpdatedAt: g.UpdatedAt,
	}
}

// SameTerms reports whether what only a cause sets for its donors is the same.
func (g DonationSettings) SameTerms(other DonationSettings) bool {
	return g.Statement == other.Statement && g.InstantOnly == other.InstantOnly
}

// LetsOffline reports whether a cause lets those who raise money for it record anything without a payment.
func (g DonationSettings) LetsOffline() bool {
	return g.OfflineMaximum > 0 && g.OfflineDailyMaximum > 0
}

// ScreeningMode says which donations are held.
type ScreeningMode string

// The modes of screening; "" inherits. ScreenHostOnly holds comments, and shows them to nobody but those who read donations aloud.
const (
	ScreenNothing    ScreeningMode = "off"
	ScreenComments   ScreeningMode = "comments"
	ScreenEverything ScreeningMode = "everything"
	ScreenHostOnly   ScreeningMode = "host_only"
)

// ScreeningModes lists the modes of screening.
func ScreeningModes() []ScreeningMode {
	return []ScreeningMode{ScreenNothing, ScreenComments, ScreenEverything, ScreenHostOnly}
}

// The default bounds of a donation, in minor units: about a dollar, and the most that card networks accept in one payment.
const (
	DefaultMinimum = 100
	DefaultMaximum = 99_999_999
)

// DefaultDonationSettings apply where neither a fact nor its ancestors set anything.
func DefaultDonationSettings() DonationSettings {
	return DonationSettings{
		Minimum: DefaultMinimum, Maximum: DefaultMaximum, Presets: []int64{1000, 2500, 5000, 10_000}, Screening: ScreenNothing,
	}
}

// Over returns g with its unset fields inherited from above.
func (g DonationSettings) Over(above DonationSettings) DonationSettings {
	if g.Minimum == 0 {
		g.Minimum = above.Minimum
	}
	if g.Maximum == 0 {
		g.Maximum = above.Maximum
	}
	if g.Presets == nil {
		g.Presets = above.Presets
	}
	if g.Screening == "" {
		g.Screening, g.ReleaseAfter, g.ReleaseAttended = above.Screening, above.ReleaseAfter, above.ReleaseAttended
	}
	if g.Words == nil {
		g.Words, g.Leet = above.Words, above.Leet
	}
	if g.Allowed == nil {
		g.Allowed = above.Allowed
	}
	g.ShippedWords, g.NoContacts = g.ShippedWords || above.ShippedWords, g.NoContacts || above.NoContacts
	g.TwoPasses = g.TwoPasses || above.TwoPasses
	return g
}
