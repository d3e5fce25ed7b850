package glyph_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/glyph"
)

// letters are of scripts with case, marks and syllables of their own.
var letters = rapid.OneOf(
	rapid.RuneFrom(nil, unicode.Latin), rapid.RuneFrom(nil, unicode.Cyrillic), rapid.RuneFrom(nil, unicode.Greek),
	rapid.RuneFrom(nil, unicode.Arabic), rapid.RuneFrom(nil, unicode.Han), rapid.RuneFrom(nil, unicode.Hangul), rapid.RuneFrom(nil, unicode.Hiragana),
	rapid.RuneFrom(nil, unicode.Devanagari), rapid.RuneFrom([]rune("abcdefghijklmnopqrstuvwxyz")),
).Filter(func(r rune) bool { return unicode.IsLetter(r) && !glyph.Ignorable(r) && r != '\u0640' })

var words = rapid.Map(rapid.SliceOfN(letters, 1, 12), func(all []rune) string { return string(all) })

// unseen are signs that show nothing, and marks that may be put onto any letter.
var unseen = rapid.OneOf(
	rapid.RuneFrom(nil, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector),
	rapid.RuneFrom([]rune("\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2069\ufeff\u3164\uffa0\U000e0061")),
	rapid.RuneFrom(nil, unicode.Me), rapid.RuneFrom([]rune("\u0300\u0308\u0315\u0336\u0338\u035f\u0489\u064b\u20d2")),
)

// parting are signs between letters that people read over.
var parting = rapid.OneOf(rapid.RuneFrom(nil, unicode.White_Space), rapid.RuneFrom([]rune(" \n\r\t.-_*·")))

// mixed is a word with some of the signs after any of its letters.
func mixed(t *rapid.T, word string, signs *rapid.Generator[rune]) string {
	var text strings.Builder
	for _, r := range word {
		text.WriteRune(r)
		text.WriteString(string(rapid.SliceOfN(signs, 0, 3).Draw(t, "signs")))
	}
	return text.String()
}

func wantIn(t *rapid.T, word, text string) {
	if !glyph.NewWordList(glyph.Options{Words: []string{word}}).In(text) {
		t.Fatalf("%+q is not found in %+q", word, text)
	}
}

// TestWhatIsNotSeenHidesNoWord puts signs that are not seen into any word, anywhere in a text.
func TestWhatIsNotSeenHidesNoWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := words.Draw(t, "word")
		wantIn(t, word, rapid.SampledFrom([]string{"", "x", "a "}).Draw(t, "before")+mixed(t, word, unseen)+rapid.SampledFrom([]string{"", "z", "!"}).Draw(t, "after"))
	})
}

// TestSpacesHideNoWord puts spaces, line breaks and punctuation into any word that stands alone, with what is not seen among them.
func TestSpacesHideNoWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := words.Draw(t, "word")
		wantIn(t, word, "one, "+mixed(t, word, rapid.OneOf(unseen, parting))+" two")
	})
}

// TestCaseHidesNoWord changes the case of any letters.
func TestCaseHidesNoWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := words.Draw(t, "word")
		wantIn(t, word, strings.Map(func(r rune) rune {
			return rapid.SampledFrom([]rune{r, unicode.ToUpper(r), unicode.ToLower(r), unicode.ToTitle(r)}).Draw(t, "case")
		}, word))
	})
}

// TestLookAlikesHideNoWord writes any letters of a word with signs that UTS #39 says look like them, and what is not seen among them.
func TestLookAlikesHideNoWord(t *testing.T) {
	t.Parallel()
	alike := glyph.LookAlikes()
	with := make([]rune, 0, len(alike))
	for r := 'a'; r <= 'z'; r++ {
		with = append(with, r)
	}
	for _, r := range "абвгдежзикл" {
		with = append(with, r)
	}
	rapid.Check(t, func(t *rapid.T) {
		word := string(rapid.SliceOfN(rapid.RuneFrom(with), 1, 12).Draw(t, "word"))
		wantIn(t, word, mixed(t, strings.Map(func(r rune) rune {
			return rapid.SampledFrom(append(alike[r], r)).Draw(t, "look-alike")
		}, word), unseen))
	})
}
