package glyph

import (
	"slices"
	"strings"
	"unicode"
)

// Options are what a list looks for.
type Options struct {
	// Words match anywhere in a text. One without letters, such as ":(", matches only as typed.
	Words []string
	// Whole match where they stand alone, or with spaces and punctuation between their letters.
	Whole []string
	// Allowed are words and phrases that have one of the words inside, and are none: "class" has "ass". They count only as whole words,
	// written plainly.
	Allowed []string
	// Leet reads digits and signs as letters: "4ss".
	Leet bool
}

// WordList finds words in texts, however they are written: in any case, with marks, ignorable signs, spaces, line breaks and punctuation between
// their letters, and in letters that look alike. It is not changed after NewWordList, and may be used by several at once.
type WordList struct {
	options Options
	words   [ways]trie
	whole   [ways]trie
	plain   []string
	allowed trie
}

// NewWordList prepares a list.
func NewWordList(o Options) *WordList {
	l := &WordList{options: o}
	s := newSpeller(o)
	for _, word := range o.Words {
		from := source(word)
		if len(s.spell(from, asWritten).signs) == 0 {
			if !Blank(word) {
				l.plain = append(l.plain, string(s.folded(from).signs))
			}
			continue
		}
		for w := range ways {
			l.words[w].add(s.spell(from, w))
		}
	}
	for _, word := range o.Whole {
		for w := range ways {
			l.whole[w].add(s.spell(source(word), w))
		}
	}
	for _, word := range o.Allowed {
		l.allowed.add(s.folded(source(word)))
	}
	return l
}

// rightToLeft turns what follows it: "\u202emucs" shows as "scum".
const rightToLeft = '\u202e'

// In reports whether a text has one of the words.
func (l *WordList) In(text string) bool {
	if len(l.words[asWritten].nodes) == 0 && len(l.whole[asWritten].nodes) == 0 && len(l.plain) == 0 {
		return false
	}
	s, from := newSpeller(l.options), source(text)
	if l.in(s, from) {
		return true
	}
	if !strings.ContainsRune(text, rightToLeft) {
		return false
	}
	slices.Reverse(from)
	return l.in(s, from)
}

func (l *WordList) in(s *speller, from []rune) bool {
	folded := s.folded(from)
	if slices.ContainsFunc(l.plain, func(word string) bool { return strings.Contains(string(folded.signs), word) }) {
		return true
	}
	var allowed reach
	for w := range ways {
		text := s.spell(from, w)
		for start := range text.signs {
			for _, end := range l.endsAt(text, start, w) {
				if allowed == nil {
					allowed = l.allowedIn(folded, len(from))
				}
				if !allowed.covers(text.at[start], text.at[end-1]) {
					return true
				}
			}
		}
	}
	return false
}

// endsAt lists where the words end that begin at a sign of a text.
func (l *WordList) endsAt(text spelling, start int, w way) []int {
	ends := l.words[w].from(text, start)
	if start > 0 && !text.gap[start] {
		return ends
	}
	for _, end := range l.whole[w].from(text, start) {
		if end == len(text.signs) || text.gap[end] {
			ends = append(ends, end)
		}
	}
	return ends
}

// folded are the signs of a source without case, and with one kind of space.
func (s *speller) folded(source []rune) spelling {
	var out spelling
	for i, r := range source {
		text := " "
		if !unicode.IsSpace(r) {
			text = s.fold(compatible(string(r)))
		}
		for _, sign := range text {
			out.signs, out.at = append(out.signs, sign), append(out.at, i)
		}
	}
	out.gap = make(gaps, len(out.signs)+1)
	return out
}

// reach is how far the allowed words reach that begin at or before each sign of a source: the index of the sign after their end.
type reach []int

func (r reach) covers(first, last int) bool { return r[first] > last }

func (l *WordList) allowedIn(text spelling, length int) reach {
	to := make(reach, length)
	for start := range text.signs {
		if start > 0 && wordSign(text.signs[start-1]) {
			continue
		}
		for _, end := range l.allowed.from(text, start) {
			if end == len(text.signs) || !wordSign(text.signs[end]) {
				first := text.at[start]
				to[first] = max(to[first], text.at[end-1]+1)
			}
		}
	}
	for i := 1; i < len(to); i++ {
		to[i] = max(to[i], to[i-1])
	}
	return to
}

// wordSign reports whether a sign belongs to a word.
func wordSign(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }
