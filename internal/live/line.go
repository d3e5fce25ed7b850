package live

import (
	"strings"
	"unicode"

	"github.com/almoner/almoner/internal/glyph"
)

// MaxLine is how long an answer for a chat is at most, in UTF-16 code units as JavaScript counts them: Twitch refuses messages of more than 500
// characters, and a bot adds words of its own.
const MaxLine = 399

// commands are the signs that chats and their bots read as the beginning of a command, or of an address.
const commands = "/.!@"

// chatLine makes a text fit for a chat: one line, not too long, and no command. Names and comments of strangers are in it.
func chatLine(text string) string { return glyph.Cut(plainLine(text), MaxLine, glyph.UTF16Length) }

// plainLine is a text as one line that does not begin as a command does.
func plainLine(text string) string {
	return strings.TrimLeftFunc(glyph.OneLine(text), func(r rune) bool {
		return strings.ContainsRune(commands, r) || unicode.IsSpace(r) || glyph.Ignorable(r)
	})
}
