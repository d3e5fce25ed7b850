package fund

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// Apply changes the donation settings of a fact with the currency.
func (p DonationSettingsPatch) Apply(g *DonationSettings, currency string, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	bound := func(path string, set Opt[string], to *int64) {
		if set.Set && set.Value == "" {
			*to = 0
		} else if set.Set {
			*to = ParseAmount(&wrong, path, set.Value, currency)
		}
	}
	bound("minimum", p.Minimum, &g.Minimum)
	bound("maximum", p.Maximum, &g.Maximum)
	if g.Minimum > 0 && g.Maximum > 0 && g.Maximum < g.Minimum {
		wrong.Add("maximum", "must not be less than the minimum")
	}
	bound("offline_maximum", p.OfflineMaximum, &g.OfflineMaximum)
	bound("offline_daily_maximum", p.OfflineDailyMaximum, &g.OfflineDailyMaximum)
	if g.OfflineDailyMaximum < g.OfflineMaximum {
		wrong.Add("offline_daily_maximum", "must not be less than offline_maximum")
	}
	if p.Presets.Set {
		g.Presets = p.presets(currency, &wrong)
	}
	p.Screening.To(&g.Screening)
	if g.Screening != "" {
		CheckOneOf(&wrong, "screening", g.Screening, []ScreeningMode{ScreenNothing, ScreenComments, ScreenEverything})
	}
	if p.Words.Set {
		g.Words = p.words(&wrong)
	}
	if p.ReleaseAfter.Set {
		if p.ReleaseAfter.Value < 0 || p.ReleaseAfter.Value > MaxReleaseAfter {
			wrong.Add("release_after", fmt.Sprintf("must be from 0 to %d seconds", MaxReleaseAfter))
		}
		g.ReleaseAfter = time.Duration(p.ReleaseAfter.Value) * time.Second
	}
	g.UpdatedAt = now
	return wrong
}

// CheckWithin requires settings to stay within the bounds that a cause set, in the currency.
func (g DonationSettings) CheckWithin(wrong *fault.Fields, cause DonationSettings, currency string) {
	if g.Minimum != 0 && g.Minimum < cause.Minimum {
		wrong.Add("minimum", "must not be less than the cause's: "+money.English.Amount(cause.Minimum, currency))
	}
	if cause.Maximum != 0 && g.Maximum > cause.Maximum {
		wrong.Add("maximum", "must not be more than the cause's: "+money.English.Amount(cause.Maximum, currency))
	}
}

func (p DonationSettingsPatch) presets(currency string, wrong *fault.Fields) []int64 {
	if len(p.Presets.Value) > MaxPresets {
		wrong.Add("presets", TooMany(MaxPresets))
		return nil
	}
	var all []int64
	for i, text := range p.Presets.Value {
		all = append(all, ParseAmount(wrong, fmt.Sprintf("presets.%d", i), text, currency))
	}
	return all
}

func (p DonationSettingsPatch) words(wrong *fault.Fields) []string {
	if len(p.Words.Value) > MaxWords {
		wrong.Add("words", TooMany(MaxWords))
		return nil
	}
	var all []string
	for i, word := range p.Words.Value {
		path := fmt.Sprintf("words.%d", i)
		checkText(wrong, path, &word, MaxWord)
		if invisible(word) {
			wrong.Add(path, Blank)
		}
		all = append(all, word)
	}
	return all
}

// Check requires a donation to be within the bounds, in minor units of the currency.
func (g DonationSettings) Check(wrong *fault.Fields, amount int64, currency string) {
	if _, err := money.Digits(currency); err != nil || amount <= 0 {
		return // reported by the amount check
	}
	switch {
	case amount < g.Minimum:
		wrong.AddField(fault.Field{
			Path: "amount", Text: "is less than the minimum donation of " + money.English.Amount(g.Minimum, currency), Rule: BelowMinimum, Limit: g.Minimum,
		})
	case amount > g.Maximum:
		wrong.AddField(fault.Field{
			Path: "amount", Text: "is more than the maximum donation of " + money.English.Amount(g.Maximum, currency), Rule: AboveMaximum, Limit: g.Maximum,
		})
	}
}

// Screen decides whether the public sees the name and the comment of a donation whose money has arrived, and from when. The time to wait begins
// when the money arrived.
func (g DonationSettings) Screen(d *Donation) {
	d.ReleaseAt = time.Time{}
	name, comment := g.holds(d.Name), g.holds(d.Comment)
	switch {
	case g.Screening == ScreenEverything || name:
		d.Screening = ScreeningHeld
	case g.Screening == ScreenComments && d.Comment != "" || comment:
		d.Screening = ScreeningCommentHeld
	default:
		d.Screening = ScreeningShown
		return
	}
	if g.ReleaseAfter > 0 && !name && !comment {
		d.ReleaseAt = d.CompletedAt.Add(g.ReleaseAfter)
	}
}

// holds reports whether a text contains one of the words in any spelling.
func (g DonationSettings) holds(text string) bool {
	text = folded(text)
	return text != "" && slices.ContainsFunc(g.Words, func(word string) bool { return strings.Contains(text, folded(word)) })
}

// folded is a text in which letters that look alike are equal.
func folded(text string) string { return cases.Fold().String(norm.NFKC.String(text)) }
