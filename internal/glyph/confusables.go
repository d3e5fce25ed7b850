package glyph

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

//go:embed unicode/confusables.txt
var confusablesFile string

// tables are what is derived once from the facts of Unicode.
type tables struct {
	// prototypes are the signs that a sign looks like.
	prototypes map[rune]string
	// folds are the case foldings that differ from their sign.
	folds map[rune]string
	// vowels are the scripts of the marks that are letters there: vowel signs of Devanagari, the voicing of kana.
	vowels map[rune]*unicode.RangeTable
}

var known = sync.OnceValue(func() tables {
	t := tables{prototypes: map[rune]string{}, folds: map[rune]string{}, vowels: map[rune]*unicode.RangeTable{}}
	for line := range strings.Lines(confusablesFile) {
		from, to, ok := strings.Cut(strings.TrimSpace(line), ";")
		if ok && line[0] != '#' {
			t.prototypes[[]rune(decoded(from))[0]] = decoded(to)
		}
	}
	fold := cases.Fold()
	for _, cased := range []*unicode.RangeTable{unicode.Upper, unicode.Lower, unicode.Title, unicode.Other_Lowercase, unicode.Other_Uppercase} {
		each(cased, func(r rune) {
			if to := fold.String(string(r)); to != string(r) {
				t.folds[r] = to
			}
		})
	}
	t.addVowels()
	return t
})

// decoded returns the text of code points as the data file writes them: in hexadecimal, parted by spaces.
func decoded(codes string) string {
	var text strings.Builder
	for code := range strings.FieldsSeq(codes) {
		n, err := strconv.ParseUint(code, 16, 21)
		if err != nil {
			panic("glyph: confusables.txt: " + err.Error()) // the file is part of the program
		}
		text.WriteRune(rune(n))
	}
	return text.String()
}

func (t tables) addVowels() {
	kana := rangetable.Merge(unicode.Hiragana, unicode.Katakana)
	each(rangetable.Merge(unicode.Mn, unicode.Mc), func(r rune) {
		class := norm.NFD.PropertiesString(string(r)).CCC()
		if class == voicing {
			t.vowels[r] = kana
		}
		if (class != 0 && class != virama) || Ignorable(r) {
			return
		}
		for _, script := range unicode.Scripts {
			if unicode.Is(script, r) && script != unicode.Inherited && script != unicode.Common {
				t.vowels[r] = script
				return
			}
		}
	})
}

// The combining classes of marks that make another letter: voicing turns はか into ばか, virama takes the vowel from a letter of an Indic script.
const (
	voicing = 8
	virama  = 9
)

// each calls do for every code point of a table.
func each(table *unicode.RangeTable, do func(rune)) {
	for _, s := range table.R16 {
		for r := rune(s.Lo); r <= rune(s.Hi); r += rune(s.Stride) {
			do(r)
		}
	}
	for _, s := range table.R32 {
		for r := rune(s.Lo); r <= rune(s.Hi); r += rune(s.Stride) {
			do(r)
		}
	}
}
