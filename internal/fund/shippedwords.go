package fund

import (
	_ "embed" // the list
	"strings"
	"sync"

	"github.com/almoner/almoner/internal/glyph"
)

//go:embed words/shipped.txt
var shippedText string

// shippedWords is the list of words that comes with the program, prepared once: as donors write, and with digits and signs read as letters.
var shippedWords = sync.OnceValue(func() [2]*glyph.WordList {
	o := readWords(shippedText)
	plain := glyph.NewWordList(o)
	o.Leet = true
	return [2]*glyph.WordList{plain, glyph.NewWordList(o)}
})

// readWords reads a list of words: one a line, "*word*" for one inside of others, "-word" for one that is allowed, "#" for remarks.
func readWords(text string) (o glyph.Options) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		inside, starred := strings.CutPrefix(line, "*")
		switch {
		case line == "" || line[0] == '#':
		case starred:
			o.Words = append(o.Words, strings.TrimSuffix(inside, "*"))
		case line[0] == '-':
			o.Allowed = append(o.Allowed, line[1:])
		default:
			o.Whole = append(o.Whole, line)
		}
	}
	return o
}

// hasShippedWord reports whether a text has a word of the shipped list.
func hasShippedWord(text string) bool {
	lists := shippedWords()
	return lists[0].In(text) || lists[1].In(text)
}
