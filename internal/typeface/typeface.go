// Package typeface holds the font of social cards and receipts, DejaVu Sans Condensed, and knows which texts it can show: Latin, Greek, Cyrillic, Armenian
// and Georgian. Scripts whose letters join or run from right to left cannot be drawn on either.
package typeface

import (
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-fonts/dejavu/dejavusanscondensed"
	"codeberg.org/go-fonts/dejavu/dejavusanscondensedbold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// Regular and Bold are the TrueType files of the fonts.
var (
	Regular = dejavusanscondensed.TTF
	Bold    = dejavusanscondensedbold.TTF
)

// scripts are the scripts whose letters are drawn one after the other.
var scripts = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian, unicode.Common}

// faces are the parsed fonts; parsing waits for the first text.
var faces = sync.OnceValue(func() (both [2]*sfnt.Font) {
	for i, file := range [][]byte{Regular, Bold} {
		parsed, err := sfnt.Parse(file)
		if err != nil {
			panic("typeface: " + err.Error()) // it is part of the program
		}
		both[i] = parsed
	}
	return both
})

// Drawable returns a text without the emoji and other signs that the fonts lack, and reports whether the fonts have all of its letters, digits and
// currency signs. Letters are composed with their combining marks. The text is "" if a letter is missing, because half a name is worse than none, and
// if nothing but signs is left.
func Drawable(text string) (shown string, whole bool) {
	var (
		buffer sfnt.Buffer
		kept   strings.Builder
	)
	text = norm.NFC.String(text)
	for _, r := range text {
		switch {
		case unicode.IsSpace(r) || drawable(&buffer, r):
			kept.WriteRune(r)
		case unicode.In(r, unicode.L, unicode.N, unicode.Mn, unicode.Mc, unicode.Sc) && !unicode.Is(unicode.Variation_Selector, r):
			return "", false
		}
	}
	if kept.Len() == len(text) {
		return text, true
	}
	return strings.Join(strings.Fields(kept.String()), " "), true
}

// drawable reports whether both fonts have a character. Writers of PDFs know those of 16 bits only, and none of those that show nothing themselves.
func drawable(buffer *sfnt.Buffer, r rune) bool {
	if r > 0xffff || unicode.In(r, unicode.Cf, unicode.M) || !unicode.In(r, scripts...) {
		return false
	}
	for _, face := range faces() {
		if at, err := face.GlyphIndex(buffer, r); err != nil || at == 0 {
			return false
		}
	}
	return true
}
