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
func (s Screener) HoldsName(name string) bool { return s.holds(name) }

// holds reports whether a text has a word that holds it, or leads elsewhere where nothing may.
func (s Screener) holds(text string) bool {
	return text != "" && (s.words.In(text) || s.settings.ShippedWords && hasShippedWord(text) || s.bars(text))
}

// bars reports whether a text is never shown: it leads elsewhere, and nothing may.
func (s Screener) bars(text string) bool { return s.settings.NoContacts && glyph.HasContact(text) }

// Barred reports whether nobody may show a donation as the screening says, because what the public would see of it leads elsewhere.
func (s Screener) Barred(d Donation, to Screening) bool {
	return to.NameShown() && !d.Anonymous && s.bars(d.Name) || to.CommentShown() && s.bars(d.Comment)
}

// Attended reports whether what the mode held is released only while somebody screens.
func (s Screener) Attended() bool {
	return s.settings.Screening == ScreenEverything && s.settings.ReleaseAttended
}

// Screen decides whether the public sees the name and the comment of a donation whose money has arrived, and from when. The time to wait begins
// when the money arrived.
func (s Screener) Screen(d *Donation) {
	d.ReleaseAt = time.Time{}
	name, comment := s.holds(d.Name), s.holds(d.Comment)
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
