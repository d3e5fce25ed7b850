package fund

import "time"

// DonationSettings is how a fact takes donations. What is not set on a fact is taken from the facts above it, the
// nearest first, and in the end from DefaultGiving.
type DonationSettings struct {
	FactID ID
	// Minimum and Maximum bound a donation, in minor units; 0 for those from above.
	Minimum, Maximum int64
	// Presets are the amounts to choose from, in minor units; nil for those from above.
	Presets []int64
	// Screening says what is held until somebody has looked at it.
	Screening ScreeningMode
	// Words hold a donation whose name or comment has one of them, whatever the mode.
	Words []string
	// ReleaseAfter is when what was held is shown by itself; 0 for never.
	ReleaseAfter time.Duration
	UpdatedAt    time.Time
}

// ScreeningMode says which donations are held.
type ScreeningMode string

// The modes of screening; "" is that of the fact above.
const (
	ScreenNothing    ScreeningMode = "off"
	ScreenComments   ScreeningMode = "comments"
	ScreenEverything ScreeningMode = "everything"
)

// The bounds of a donation where nobody set any, in minor units: about a dollar, and the most that card
// networks take at once.
const (
	DefaultMinimum = 100
	DefaultMaximum = 99_999_999
)

// DefaultDonationSettings is how donations are taken where nothing else is said.
func DefaultDonationSettings() DonationSettings {
	return DonationSettings{
		Minimum: DefaultMinimum, Maximum: DefaultMaximum, Presets: []int64{1000, 2500, 5000, 10_000}, Screening: ScreenNothing,
	}
}

// Over is g with what it does not say taken from above.
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
		g.Screening, g.ReleaseAfter = above.Screening, above.ReleaseAfter
	}
	if g.Words == nil {
		g.Words = above.Words
	}
	return g
}
