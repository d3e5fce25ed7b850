package glyph

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// spelling is a text as people read it, after "skeleton" of UTS #39: without what is not seen, and with one sign for all that look like it. It
// remembers where each sign comes from.
type spelling struct {
	signs []rune
	// at is the sign of the source that a sign comes from.
	at []int
	// gap is whether spaces or punctuation stand before a sign; the last one tells it of the end.
	gap gaps
}

// way is one of the ways to spell a text. UTS #39 does not fold case, and its look-alikes are not closed under it: the capital В of Cyrillic looks
// like B, the small в like nothing Latin. So look-alikes are taken of the small letters, of the letters as they are, and of the capitals.
type way int

const (
	ofSmall way = iota
	asWritten
	ofCapitals
	ways
)

// leet are the signs that stand for letters in games and passwords, beyond those that look like them to UTS #39.
var leet = map[rune]rune{
	'2': 'z', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b', '9': 'g', '@': 'a', '$': 's', '!': 'i', '+': 't', '€': 'e', '¢': 'c',
}

const (
	// tatweel only stretches an Arabic word.
	tatweel = '\u0640'
	// longest is how many signs the compatibility form of one may have; a whole phrase in one sign is not taken apart.
	longest = 4
)

// source are the visible signs of a text.
func source(text string) []rune {
	var signs strings.Builder
	for _, r := range text {
		if !Ignorable(r) && r != tatweel {
			signs.WriteRune(r)
		}
	}
	return []rune(norm.NFC.String(signs.String()))
}

// decomposes reports whether a sign has a decomposition, which is not computed as those of Hangul are.
func decomposes(r rune) bool {
	var encoded [utf8.UTFMax]byte
	n := utf8.EncodeRune(encoded[:], r)
	return norm.NFKD.Properties(encoded[:n]).Decomposition() != nil
}

// speller spells signs. It is for one goroutine.
type speller struct {
	tables
	leet bool
	// skeletons are those that were made: a text that repeats one sign that is hard to take apart costs no more than that sign.
	skeletons map[string][]rune
}

func newSpeller(o Options) *speller {
	return &speller{tables: known(), leet: o.Leet, skeletons: map[string][]rune{}}
}

// spell spells the signs of a source in one way.
func (s *speller) spell(source []rune, w way) spelling {
	out := spelling{signs: make([]rune, 0, len(source)), at: make([]int, 0, len(source)), gap: make(gaps, 1, len(source)+1)}
	var base rune // the letter that marks stand on
	for i, r := range source {
		if to := leet[r]; s.leet && to != 0 {
			r = to
		}
		switch {
		case 'a' <= r && r <= 'z', unicode.Is(unicode.Lo, r):
			base = r
		case unicode.Is(unicode.M, r):
			if !s.isVowel(r, base) {
				continue
			}
		case s.separates(r):
			out.gap[len(out.signs)] = true
			continue
		default:
			base = r
		}
		before := len(out.signs)
		out.signs = s.look(out.signs, r, w)
		for range out.signs[before:] {
			out.at, out.gap = append(out.at, i), append(out.gap, false)
		}
	}
	return out
}

// separates reports whether a sign only stands between words, and looks like no letter.
func (s *speller) separates(r rune) bool {
	return unicode.In(r, unicode.White_Space, unicode.Z, unicode.P, unicode.Cc) && !strings.ContainsFunc(s.prototypes[r], unicode.IsLetter)
}

// isVowel reports whether a mark is a letter in the script of the letter before. Others may be put onto any letter.
func (s *speller) isVowel(r, base rune) bool {
	script := s.vowels[r]
	return script != nil && unicode.Is(script, base)
}

// look appends the signs that stand for one of the source.
func (s *speller) look(to []rune, r rune, w way) []rune {
	if w == ofCapitals {
		r = unicode.ToUpper(r)
	}
	text, ok := s.prototypes[r]
	if !ok && s.folds[r] == "" && !decomposes(r) && (r < hangulFirst || r > hangulLast) && r != 'i' {
		return append(to, r)
	}
	if !ok || w == ofSmall {
		text = string(r)
	}
	return append(to, s.skeleton(text)...)
}

// The syllables of Hangul are decomposed by computing.
const hangulFirst, hangulLast = 0xAC00, 0xD7A3

// skeleton folds a text, and takes what each of its letters looks like.
func (s *speller) skeleton(text string) []rune {
	if made, ok := s.skeletons[text]; ok {
		return made
	}
	var signs []rune
	for _, r := range s.letters(text) {
		to, ok := s.prototypes[r]
		if !ok {
			to = string(r)
		}
		signs = append(signs, s.letters(to)...)
	}
	for i, r := range signs {
		if r == 'i' {
			signs[i] = 'l' // as 1 and | are: a capital I and a small l look alike, in any case
		}
	}
	s.skeletons[text] = signs
	return signs
}

// letters are the letters and symbols of a text without case, marks, and what stands between words.
func (s *speller) letters(text string) []rune {
	return s.bare(s.fold(string(s.bare(text))))
}

func (s *speller) bare(text string) []rune {
	return slices.DeleteFunc([]rune(compatible(text)), func(r rune) bool {
		return unicode.Is(unicode.M, r) && s.vowels[r] == nil || unicode.In(r, unicode.Z, unicode.P) || Ignorable(r)
	})
}

// compatible is a text in its compatibility decomposition, but for single signs that stand for a whole phrase.
func compatible(text string) string {
	if form := norm.NFKD.String(text); utf8.RuneCountInString(form) <= longest*utf8.RuneCountInString(text) {
		return form
	}
	return text
}

// fold folds the case of a text.
func (s *speller) fold(text string) string {
	var out strings.Builder
	for _, r := range text {
		if to, ok := s.folds[r]; ok {
			out.WriteString(to)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}
