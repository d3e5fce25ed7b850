package glyph_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/almoner/almoner/internal/glyph"
	"github.com/almoner/almoner/internal/testcost"
)

// TestTheDearestChecks measures the dearest lists and texts that the limits allow: a list is prepared, and a comment is searched.
func TestTheDearestChecks(t *testing.T) {
	t.Parallel()
	const count, length, total, comment = 1_000, 100, 20_000, 1_000
	glyph.NewWordList(glyph.Options{Words: []string{"warm"}}).In("up")
	han, mixedLetters := make([]rune, 0, total), make([]rune, 0, total)
	for r := rune(0x4E00); len(han) < total; r++ {
		han = append(han, r)
	}
	for r := rune(0xA1); len(mixedLetters) < total; r++ {
		if unicode.IsPrint(r) {
			mixedLetters = append(mixedLetters, r)
		}
	}
	cut := func(all []rune, size int) (words []string) {
		for len(all) >= size && len(words) < count {
			words, all = append(words, string(all[:size])), all[size:]
		}
		return words
	}
	same := make([]string, total/length)
	for i := range same {
		same[i] = strings.Repeat("l", length-i/26-1) + string(rune('a'+i%26))
	}
	for name, c := range map[string]struct {
		options glyph.Options
		text    string
	}{
		"many letters":        {glyph.Options{Words: cut(han, length), Allowed: cut(han, 20)}, string(han[:comment])},
		"all signs":           {glyph.Options{Words: cut(mixedLetters, 20), Leet: true}, string(mixedLetters[:comment])},
		"one letter":          {glyph.Options{Words: same}, strings.Repeat("l", comment)},
		"turned":              {glyph.Options{Words: same}, "\u202e" + strings.Repeat("l", comment-1)},
		"numerals":            {glyph.Options{Words: same}, strings.Repeat("Ⅲ", comment)},
		"phrases in one sign": {glyph.Options{Words: same}, strings.Repeat("\ufdfa", comment)},
		"marks":               {glyph.Options{Words: cut(mixedLetters, 20)}, strings.Repeat("\u0336", comment)},
		"parted":              {glyph.Options{Words: []string{"ll", "lll", strings.Repeat("l", length)}}, strings.Repeat("xl lx", comment/5)},
		"whole":               {glyph.Options{Whole: []string{"ll", "lll", strings.Repeat("l", length)}}, strings.Repeat("l ", comment/2)},
		"allowed":             {glyph.Options{Words: []string{"l"}, Allowed: same}, strings.Repeat("l ", comment/2)},
	} {
		testcost.Bound(t, name, func() { glyph.NewWordList(c.options).In(c.text) })
	}
}
