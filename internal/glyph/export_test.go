package glyph

import "unicode"

// LookAlikes lists for each sign the signs whose prototype it is, but for marks: those may be put onto any letter.
func LookAlikes() map[rune][]rune {
	alike := map[rune][]rune{}
	for r, to := range known().prototypes {
		if only := []rune(to); len(only) == 1 && !unicode.Is(unicode.M, r) {
			alike[only[0]] = append(alike[only[0]], r)
		}
	}
	return alike
}
