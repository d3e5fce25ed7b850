package fund

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

const (
	// MaxSearchWords is how many words of a name can be found.
	MaxSearchWords = 12
	// MaxAskedWords is how many words of a question count.
	MaxAskedWords = 4
	// maxSearchWord is how many bytes of a word count.
	maxSearchWord = 40
)

// SearchWords are the different words of a name or of a question as they are compared: in lower case, without marks, at most that many.
func SearchWords(name string, most int) []string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, plainLetters(name, language.Und))
	var words []string
	for word := range strings.FieldsFuncSeq(plain, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		word = strings.ToValidUTF8(word[:min(len(word), maxSearchWord)], "")
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
		if len(words) == most {
			break
		}
	}
	return words
}
