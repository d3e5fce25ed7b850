package glyph_test

import (
	"testing"
	"unicode"

	"github.com/almoner/almoner/internal/glyph"
)

func TestBlank(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": true, "   ": true, "\n\t": true, "\u00a0\u2007\u3000": true, "\u200b": true, "\u200d\u2060\ufeff": true, "\u00ad": true,
		"\u3164": true, "\uffa0\u115f\u1160": true, "\ufe0f\ufe0e": true, "\u2800": true, "\u180e\u034f": true, "\U000e0041\U000e0001": true,
		"\u0301": true, "\u202e\u2066": true, "\u17b4": true,
		"a": false, " . ": false, "\u200bо\u200b": false, "e\u0301": false, "❤\ufe0f": false, "한": false, "ा न": false, "\u2801": false, "0": false,
	} {
		if got := glyph.Blank(text); got != want {
			t.Errorf("%+q: got blank %v, want %v", text, got, want)
		}
	}
}

// TestIgnorable compares with examples on either side of each rule of DerivedCoreProperties.txt.
func TestIgnorable(t *testing.T) {
	t.Parallel()
	for r, want := range map[rune]bool{
		0xAD: true, 0x34F: true, 0x61C: true, 0x115F: true, 0x17B5: true, 0x180B: true, 0x200B: true, 0x202E: true, 0x2065: true, 0x3164: true,
		0xFE00: true, 0xFEFF: true, 0xFFA0: true, 0xFFF0: true, 0x1BCA0: true, 0x1D173: true, 0xE0000: true, 0xE0FFF: true,
		'a': false, ' ': false, 0x7F: false, 0x2028: false, 0x600: false, 0x6DD: false, 0xFFF9: false, 0xFFFB: false, 0x13430: false, 0x301: false,
		0x2800: false, unicode.MaxRune: false,
	} {
		if got := glyph.Ignorable(r); got != want {
			t.Errorf("%U: got %v, want %v", r, got, want)
		}
	}
}
