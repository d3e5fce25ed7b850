package glyph

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// OneLine is a text as one line: without line breaks, other controls, broken UTF-8 and signs that turn what follows around.
func OneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1 // it would turn around what is written behind it
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

// Cut shortens a text between two letters as readers see them, and says so with an ellipsis. length measures one letter; together they are at most the
// limit, in which the ellipsis counts 1.
func Cut(text string, limit int, length func(letter string) int) string {
	const more = "…"
	whole, kept := 0, 0
	letters := graphemes.FromString(text)
	for letters.Next() {
		whole += length(letters.Value())
		if whole > limit {
			return text[:kept] + more
		}
		if whole < limit {
			kept += len(letters.Value())
		}
	}
	return text
}

// UTF16Length is how long JavaScript says a text is.
func UTF16Length(text string) int {
	length := 0
	for _, r := range text {
		length++
		if r > '\uffff' {
			length++
		}
	}
	return length
}
