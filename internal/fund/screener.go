package fund

import (
	"time"

	"github.com/almoner/almoner/internal/glyph"
)

// Screener judges donations by the settings of the fact that they are for. It is prepared once and may be used for many donations.
type Screener struct {
	settings DonationSettings
	words    *glyph.WordList
}

// Screener prepares the settings, which must be whole: with everything that is inherited.
func (g DonationSettings) Screener() Screener {
	return Screener{g, glyph.NewWordList(glyph.Options{Words: g.Words, Allowed: g.Allowed, Leet: g.Leet})}
}

// HoldsName reports whether a donation with the name is held, whatever the mode.
func (s Screener) HoldsName(name string) bool { return s.words.In(name) }

// Screen decides whether the public sees the name and the comment of a donation whose money has arrived, and from when. The time to wait begins
// when the money arrived.
func (s Screener) Screen(d *Donation) {
	d.ReleaseAt = time.Time{}
	name, comment := s.words.In(d.Name), s.words.In(d.Comment)
	switch {
	case s.settings.Screening == ScreenEverything || name:
		d.Screening = ScreeningHeld
	case s.settings.Screening == ScreenComments && d.Comment != "" || comment:
		d.Screening = ScreeningCommentHeld
	default:
		d.Screening = ScreeningShown
		return
	}
	if s.settings.ReleaseAfter > 0 && !name && !comment {
		d.ReleaseAt = d.CompletedAt.Add(s.settings.ReleaseAfter)
	}
}
