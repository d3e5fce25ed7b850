// Package typeface knows what of a text the Go fonts can show, in which social cards and receipts are set: Latin, Greek and Cyrillic.
package typeface

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// regular is parsed when the first text is looked at. The bold font has the same letters.
var regular = sync.OnceValue(func() *sfnt.Font {
	parsed, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic("typeface: " + err.Error()) // it is part of the program
	}
	return parsed
})

// Drawable returns a text without the emoji and other signs that the fonts lack, and reports whether the fonts have all of its letters and digits. A
// text that they have as a whole stays as it is. One that lacks a letter is "", because half a name is worse than none, and so is one of signs alone.
func Drawable(text string) (shown string, whole bool) {
	var (
		buffer sfnt.Buffer
		kept   strings.Builder
	)
	for _, r := range text {
		switch at, err := regular().GlyphIndex(&buffer, r); {
		case err == nil && at != 0 || unicode.IsSpace(r):
			kept.WriteRune(r)
		case unicode.In(r, unicode.L, unicode.N, unicode.Mn, unicode.Mc) && !unicode.Is(unicode.Variation_Selector, r):
			return "", false
		}
	}
	if kept.Len() == len(text) {
		return text, true
	}
	return strings.Join(strings.Fields(kept.String()), " "), true
}
