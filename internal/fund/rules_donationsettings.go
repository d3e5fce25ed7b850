package fund

import (
	"fmt"
	"time"
	"unicode/utf8"

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
		CheckOneOf(&wrong, "screening", g.Screening, ScreeningModes())
	}
	if p.Words.Set {
		g.Words = checkWords(&wrong, "words", p.Words.Value)
	}
	if p.Allowed.Set {
		g.Allowed = checkWords(&wrong, "allowed", p.Allowed.Value)
	}
	p.Leet.To(&g.Leet)
	p.ReleaseAttended.To(&g.ReleaseAttended)
	p.ShippedWords.To(&g.ShippedWords)
	p.NoContacts.To(&g.NoContacts)
	p.TwoPasses.To(&g.TwoPasses)
	p.StreamersShip.To(&g.StreamersShip)
	if p.ReleaseAfter.Set {
		if p.ReleaseAfter.Value < 0 || p.ReleaseAfter.Value > MaxReleaseAfter {
			wrong.Add("release_after", secondsFrom(0, MaxReleaseAfter*time.Second))
		}
		g.ReleaseAfter = time.Duration(p.ReleaseAfter.Value) * time.Second
	}
	p.applyWords(g, &wrong)
	g.UpdatedAt = now
	return wrong
}

// applyWords changes what donors read, and how they may pay.
func (p DonationSettingsPatch) applyWords(g *DonationSettings, wrong *fault.Fields) {
	for _, one := range []struct {
		path string
		set  Opt[string]
		to   *string
	}{{"thanks", p.Thanks, &g.Thanks}, {"statement", p.Statement, &g.Statement}} {
		if one.set.Set {
			*one.to = one.set.Value
			checkLines(wrong, one.path, one.to, MaxDonorText)
		}
	}
	if p.StreamDelay.Set {
		if p.StreamDelay.Value < 0 || p.StreamDelay.Value > MaxStreamDelay {
			wrong.Add("stream_delay", secondsFrom(0, MaxStreamDelay*time.Second))
		}
		g.StreamDelay = time.Duration(p.StreamDelay.Value) * time.Second
	}
	p.InstantOnly.To(&g.InstantOnly)
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

// checkWords requires at most MaxWords visible words, which have at most MaxWordsText characters in all.
func checkWords(wrong *fault.Fields, path string, words []string) []string {
	if len(words) > MaxWords {
		wrong.Add(path, TooMany(MaxWords))
		return nil
	}
	var all []string
	length := 0
	for i, word := range words {
		at := fmt.Sprintf("%s.%d", path, i)
		checkText(wrong, at, &word, MaxWord)
		if invisible(word) {
			wrong.Add(at, Blank)
		}
		all = append(all, word)
		length += utf8.RuneCountInString(word)
	}
	if length > MaxWordsText {
		wrong.Add(path, fmt.Sprintf("has too much text (%d characters in all at most): shorten words, or leave some out", MaxWordsText))
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
