package sound_test

import (
	"math"
	"testing"

	"github.com/almoner/almoner/internal/sound"
)

// part is a stretch of a sine of 1 kHz whose peak is so many decibels below full scale.
type part struct{ level, seconds float64 }

func sine(rate, channels int, parts ...part) (samples []float32) {
	i := 0
	for _, p := range parts {
		amplitude := math.Pow(10, p.level/20)
		for range int(p.seconds * float64(rate)) {
			s := float32(amplitude * math.Sin(2*math.Pi*1000*float64(i)/float64(rate)))
			for range channels {
				samples = append(samples, s)
			}
			i++
		}
	}
	return samples
}

// TestLoudness measures the signals of EBU Tech 3341 that are synthetic and stereo, which allows 0.1 LU, and what sounds shorter than a block are.
func TestLoudness(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rate, channels int
		parts          []part
		want           float64
	}{
		"case 1":                {48_000, 2, []part{{-23, 20}}, -23},
		"case 2":                {48_000, 2, []part{{-33, 20}}, -33},
		"case 3":                {48_000, 2, []part{{-36, 10}, {-23, 60}, {-36, 10}}, -23},
		"case 4":                {48_000, 2, []part{{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}}, -23},
		"case 5":                {48_000, 2, []part{{-26, 20}, {-20, 20.1}, {-26, 20}}, -23},
		"case 1, another rate":  {22_050, 2, []part{{-23, 20}}, -23},
		"case 1, the least":     {8_000, 2, []part{{-23, 20}}, -23},
		"case 1, the most":      {96_000, 2, []part{{-23, 20}}, -23},
		"mono, as it is played": {48_000, 1, []part{{-23, 20}}, -23},
		"shorter than a block":  {48_000, 2, []part{{-23, .2}}, -23},
		"one block":             {48_000, 2, []part{{-23, .4}}, -23},
	} {
		got := sound.Loudness(c.rate, c.channels, sine(c.rate, c.channels, c.parts...))
		if math.Abs(got-c.want) > .1 {
			t.Errorf("%s: got %.2f LUFS, want %.1f", name, got, c.want)
		}
	}
	for name, samples := range map[string][]float32{"nothing": nil, "zeros": make([]float32, 48_000), "below the gate": sine(48_000, 2, part{-75, 2})} {
		if got := sound.Loudness(48_000, 2, samples); !math.IsInf(got, -1) {
			t.Errorf("%s: got %.2f LUFS, want none", name, got)
		}
	}
}
