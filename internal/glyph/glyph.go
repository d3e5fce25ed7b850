// Package glyph answers what people see of a text: whether they see anything, and whether they read a word in it, however it is written. Its
// facts are those of Unicode: the properties in package unicode, and the look-alikes of UTS #39 in unicode/confusables.txt.
package glyph

import (
	"strings"
	"unicode"
)

// brailleBlank is the only sign that shows nothing although its properties are those of a symbol.
const brailleBlank = '\u2800'

// Blank reports whether nobody sees anything of a text: it has only spaces, controls, ignorable signs, and marks without a letter to stand on.
func Blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.In(r, unicode.White_Space, unicode.Z, unicode.M, unicode.Cc, unicode.Cf) && !Ignorable(r) && r != brailleBlank
	})
}

// Ignorable reports whether a sign has the property Default_Ignorable_Code_Point: it shows nothing and leaves no room. It is derived as in
// DerivedCoreProperties.txt.
func Ignorable(r rune) bool {
	switch {
	case r < unicode.MaxASCII:
		return false
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	case !unicode.Is(unicode.Cf, r):
		return false
	}
	const annotationFirst, annotationLast, egyptianFirst, egyptianLast = 0xFFF9, 0xFFFB, 0x13430, 0x1343F
	return !unicode.In(r, unicode.White_Space, unicode.Prepended_Concatenation_Mark) &&
		(r < annotationFirst || r > annotationLast) && (r < egyptianFirst || r > egyptianLast)
}
