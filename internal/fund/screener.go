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

// Barred reports whether nobody may show a donation as the screening says, because what would be seen or read aloud of it leads elsewhere.
func (s Screener) Barred(d Donation, to Screening) bool {
	return to.NameShown() && !d.Anonymous && s.bars(d.Name) || to.CommentRead() && s.bars(d.Comment)
}

// Withheld reports whether the public never sees the comment of a donation that the screening would show.
func (s Screener) Withheld(d Donation, to Screening) bool {
	return s.settings.Screening == ScreenHostOnly && d.Comment != "" && to.CommentShown()
}

// Approval is the screening of a donation that was looked at, and is good.
func (s Screener) Approval(d Donation) Screening {
	if s.Withheld(d, ScreeningShown) {
		return ScreeningHostOnly
	}
	return ScreeningShown
}

// holdsComments reports whether the mode holds every comment, and no name.
func (s Screener) holdsComments() bool {
	return s.settings.Screening == ScreenComments || s.settings.Screening == ScreenHostOnly
}

// TwoPasses reports whether one screener passes a donation on and another one shows it.
func (s Screener) TwoPasses() bool { return s.settings.TwoPasses }

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
	case s.holdsComments() && d.Comment != "" || comment:
		d.Screening = ScreeningCommentHeld
	default:
		d.Screening = ScreeningShown
		return
	}
	if s.settings.ReleaseAfter > 0 && !name && !comment {
		d.ReleaseAt = d.CompletedAt.Add(s.settings.ReleaseAfter)
	}
}
