package fund_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

func TestAlertSettings(t *testing.T) {
	t.Parallel()
	now := time.Unix(1, 0)
	own := fund.SoundFile{Hash: strings.Repeat("a", 64), Type: "ogg"}
	for name, c := range map[string]struct {
		patch fund.AlertSettingsPatch
		own   fund.SoundFile
		wrong string
	}{
		"nothing":               {},
		"a sound of the server": {patch: fund.AlertSettingsPatch{Sound: fund.Some(fund.AlertCoin)}},
		"no sound":              {patch: fund.AlertSettingsPatch{Sound: fund.Some(fund.AlertSilent)}},
		"its own":               {patch: fund.AlertSettingsPatch{Sound: fund.Some(fund.AlertOwn)}, own: own},
		"its own without one":   {patch: fund.AlertSettingsPatch{Sound: fund.Some(fund.AlertOwn)}, wrong: "sound"},
		"another":               {patch: fund.AlertSettingsPatch{Sound: fund.Some(fund.AlertSound("scream"))}, wrong: "sound"},
		"the least volume":      {patch: fund.AlertSettingsPatch{Volume: fund.Some[int64](0)}},
		"the most volume":       {patch: fund.AlertSettingsPatch{Volume: fund.Some[int64](fund.MaxVolume)}},
		"less":                  {patch: fund.AlertSettingsPatch{Volume: fund.Some[int64](-1)}, wrong: "volume"},
		"more":                  {patch: fund.AlertSettingsPatch{Volume: fund.Some[int64](fund.MaxVolume + 1)}, wrong: "volume"},
		"all donations":         {patch: fund.AlertSettingsPatch{Least: fund.Some("")}},
		"from zero":             {patch: fund.AlertSettingsPatch{Least: fund.Some("0")}},
		"the most":              {patch: fund.AlertSettingsPatch{Least: fund.Some("999999.99")}},
		"more than a donation":  {patch: fund.AlertSettingsPatch{Least: fund.Some("1000000")}, wrong: "least"},
		"less than nothing":     {patch: fund.AlertSettingsPatch{Least: fund.Some("-1")}, wrong: "least"},
		"no amount":             {patch: fund.AlertSettingsPatch{Least: fund.Some("much")}, wrong: "least"},
		"parts of a cent":       {patch: fund.AlertSettingsPatch{Least: fund.Some("1.001")}, wrong: "least"},
	} {
		s := fund.DefaultAlertSettings(fund.ID{1}, "USD")
		s.Own = c.own
		wrong := c.patch.Apply(&s, "USD", now)
		if (c.wrong == "") != (len(wrong) == 0) || len(wrong) > 0 && wrong[0].Path != c.wrong {
			t.Errorf("%s: got %v, want %q", name, wrong, c.wrong)
		}
		if !s.UpdatedAt.Equal(now) {
			t.Errorf("%s: got %v, want it changed", name, s.UpdatedAt)
		}
	}
}

// TestDefaultAlertSettings speaks nothing unless somebody wants it, and begins at one unit of the currency.
func TestDefaultAlertSettings(t *testing.T) {
	t.Parallel()
	for currency, least := range map[string]int64{"USD": 100, "JPY": 1, "KWD": 1000} {
		s := fund.DefaultAlertSettings(fund.ID{1}, currency)
		if s.Speaks() || s.Sound != fund.AlertChime || s.Least != least {
			t.Errorf("%s: got %+v", currency, s)
		}
	}
	for name, s := range map[string]fund.AlertSettings{"name": {SpeakName: true}, "amount": {SpeakAmount: true}, "comment": {SpeakComment: true}} {
		if !s.Speaks() {
			t.Errorf("%s: got silent", name)
		}
	}
}

// TestGain plays all sounds equally loud, none louder than full scale, and the noise of quiet ones not at all costs.
func TestGain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		loudness, peak int64
		want           float64
	}{
		"as it is to be": {fund.TargetLoudness, 500, 1},
		"20 LU louder":   {fund.TargetLoudness + 2000, 500, .1},
		"6 LU quieter":   {fund.TargetLoudness - 600, 100, 1.995},
		"with a peak":    {fund.TargetLoudness - 600, 800, 1.25},
		"clipped":        {fund.TargetLoudness, 2000, .5},
		"very quiet":     {-6900, 1, fund.MaxGain},
		"no peak":        {-6900, 0, fund.MaxGain},
	} {
		if got := (fund.SoundFile{Loudness: c.loudness, Peak: c.peak}).Gain(); math.Abs(got-c.want) > .001 {
			t.Errorf("%s: got %.3f, want %.3f", name, got, c.want)
		}
	}
}

func TestParseSound(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("0a", 32)
	for name, want := range map[string]bool{
		hash + ".wav": true, hash + ".ogg": true, hash + ".mp3": true, hash + ".html": false, hash: false, hash[1:] + ".wav": false,
		strings.ToUpper(hash) + ".wav": false, strings.Repeat("g", 64) + ".wav": false, "": false, "chime.wav": false, hash + ".wav.wav": false,
	} {
		f, ok := fund.ParseSound(name)
		if ok != want || ok && f.Address() != fund.SoundPath+name {
			t.Errorf("%q: got %v, %t, want %t", name, f, ok, want)
		}
	}
	for name, want := range map[string]bool{"chime.wav": true, "own.wav": false, "none.wav": false, "chime": false, "chime.mp3": false, ".wav": false} {
		if s, ok := fund.ParseBuiltin(name); ok != want {
			t.Errorf("%q: got %v, %t, want %t", name, s, ok, want)
		}
	}
}
