package speech

import (
	"strings"
	"unicode"
)

const (
	// MaxText is how many characters of a text are spoken: about twenty seconds. Of a longer one the beginning is, to the end of a word.
	MaxText = 300
	// maxRun is how often one sign is spoken in a row.
	maxRun = 3
)

// plain is what is spoken of a text: one line without control characters and without what programs read as markup, in which no sign but a digit stands more
// than maxRun times in a row, at most MaxText characters of it.
func plain(text string) string {
	var out []rune
	run := 0
	for _, r := range text {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), strings.ContainsRune("<>&[]{}|\\", r), r == unicode.ReplacementChar:
			r = ' '
		case unicode.In(r, unicode.Cf):
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last] == r {
			run++
		} else {
			run = 1
		}
		if run > maxRun && !unicode.IsDigit(r) || r == ' ' && (run > 1 || len(out) == 0) {
			continue
		}
		if out = append(out, r); len(out) > MaxText {
			return cut(out)
		}
	}
	return strings.TrimSpace(string(out))
}

// cut ends a text that is a character too long, at the end of a word if there is one in the second half.
func cut(text []rune) string {
	short := string(text[:MaxText])
	if at := strings.LastIndexByte(short, ' '); at > len(short)/2 && text[MaxText] != ' ' {
		short = short[:at]
	}
	return strings.TrimSpace(short)
}

// arabic reports whether most letters of a text are Arabic.
func arabic(text string) bool {
	letters, of := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.Is(unicode.Arabic, r) {
				of++
			}
		}
	}
	return of > letters/2
}
