package ui

import (
	"hash/fnv"
	"strings"
	"unicode"
)

// hues is how many colors stand-ins have: the classes hue-0 to hue-7 of the style sheet.
const hues = 8

// Portrait is the picture of a person, a team, a cause or a campaign. Where nobody chose one, its initials stand in for it.
type Portrait struct {
	// Src is the address of the picture; "" for none.
	Src string
	// Initials are one or two letters, and Hue the color behind them.
	Initials string
	Hue      int
}

// NewPortrait is the portrait of what is called name. Seed chooses its color: the same each time. Src is the address of its picture; "" for none.
func NewPortrait(name, seed, src string) Portrait {
	return Portrait{Src: src, Initials: initials(name), Hue: int(hash(seed) % hues)}
}

// initials are the first letters of the first two words of a name; "" for a name without letters and digits.
func initials(name string) string {
	var letters []rune
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		first := []rune(word)[0]
		letters = append(letters, unicode.ToUpper(first))
		if len(letters) == 2 || first > unicode.MaxLatin1 && !unicode.IsUpper(unicode.ToUpper(first)) {
			break
		}
	}
	return string(letters)
}

// hash is a number that differs between texts, and never changes.
func hash(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	return h.Sum32()
}
