package live

import (
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"github.com/almoner/almoner/internal/glyph"
)

// MaxLine is how long an answer for a chat is at most, in UTF-16 code units as JavaScript counts them: Twitch refuses messages of more than 500
// characters, and a bot adds words of its own.
const MaxLine = 399

// commands are the signs that chats and their bots read as the beginning of a command, or of an address.
const commands = "/.!@"

// chatLine makes a text fit for a chat: one line, not too long, and no command. Names and comments of strangers are in it.
func chatLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1 // it would turn around what the bot writes behind it
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	text = strings.TrimLeftFunc(text, func(r rune) bool {
		return strings.ContainsRune(commands, r) || unicode.IsSpace(r) || glyph.Ignorable(r)
	})
	return cut(text)
}

// cut shortens a text to MaxLine, between two letters as readers see them.
func cut(text string) string {
	const more = "…"
	length, kept := 0, 0
	letters := graphemes.FromString(text)
	for letters.Next() {
		length += utf16Length(letters.Value())
		if length > MaxLine {
			return text[:kept] + more
		}
		if length <= MaxLine-len([]rune(more)) {
			kept += len(letters.Value())
		}
	}
	return text
}

// utf16Length is how long JavaScript says a text is.
func utf16Length(text string) int {
	length := 0
	for _, r := range text {
		length++
		if r > '\uffff' {
			length++
		}
	}
	return length
}
